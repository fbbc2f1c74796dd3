// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace drp::teacher {

// What a text writes in signs, by hashes that do not depend on blanks, dollars or LaTeX spacing.
struct Formulas {
  // Of each chain of equals signs its first side with each other one, whichever stands first:
  // "G = S - 2T = T" has G = S - 2T and G = T. Sorted.
  std::vector<std::uint64_t> equalities;
  // The sides and expressions that hold an operator: "8 × 7", "6!", "(x + 1)^2". Sorted.
  std::vector<std::uint64_t> terms;
  // One bit (path::Flow::symbols) for each unknown that stands alone on the first side of a chain.
  std::uint64_t heads = 0;
};

Formulas read_formulas(std::string_view text);

}  // namespace drp::teacher
