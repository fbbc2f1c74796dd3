// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace drp {

// A seed from the operating system, another one each time: for names that must differ, never for
// results.
std::uint64_t fresh_seed();

// xoshiro256** seeded by SplitMix64 (Blackman and Vigna, 2018). The same numbers on every machine
// and compiler, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  // Uniform in [0, 1).
  double uniform();
  // Uniform integer in [low, high], both included; low <= high.
  std::int64_t between(std::int64_t low, std::int64_t high);
  // Uniform index in [0, size); size > 0.
  std::size_t index(std::size_t size);
  // True with this probability.
  bool chance(double probability);
  // Standard normal (Box-Muller).
  double normal();

  template <class T>
  const T& pick(const std::vector<T>& items) {
    return items[index(items.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[index(i)]);
  }

 private:
  std::uint64_t state_[4];
};

// A seed for one item of a job: the same for (seed, key, index) everywhere.
std::uint64_t derive_seed(std::uint64_t seed, std::string_view key, std::uint64_t index = 0);

}  // namespace drp
