// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>

#include "path/equation.h"

namespace drp::path {

std::string equation_key(const Equation& equation) {
  std::vector<std::int64_t> keys;
  keys.reserve(equation.operands.size());
  for (const double operand : equation.operands) {
    keys.push_back(number_key(operand));
  }
  std::sort(keys.begin(), keys.end());
  std::string key = std::to_string(number_key(equation.result));
  for (const std::int64_t operand : keys) {
    key += ' ' + std::to_string(operand);
  }
  return key;
}

}  // namespace drp::path
