// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

namespace drp::evaluate {

struct PermutationOptions {
  int draws = 10'000;
  std::uint64_t seed = 0;
};

// Up to this many differences that are not zero, all changes of sign are gone through.
inline constexpr std::size_t kExactDifferences = 20;

// Two-sided p-value of the paired permutation test that before and after may be exchanged within
// each pair (sign-flip test; Fisher 1935): how often the sum of the differences, each with a random
// sign, is as far from zero as the sum found. `differences` are one a problem, after - before.
// Exact up to kExactDifferences, else (1 + hits) / (1 + draws) (Phipson and Smyth 2010). 1 where
// all are zero.
double paired_permutation(std::span<const double> differences, const PermutationOptions& options);

}  // namespace drp::evaluate
