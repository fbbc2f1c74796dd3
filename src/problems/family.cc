// SPDX-License-Identifier: Apache-2.0
#include "problems/family.h"

namespace drp::problems {

const std::vector<const FamilyTemplate*>& family_templates() {
  static const std::vector<const FamilyTemplate*> kAll = [] {
    std::vector<const FamilyTemplate*> all;
    for (const auto& part :
         {one_operation_families(), two_operation_families(), two_operation_rate_families(),
          three_operation_families(), four_operation_families()}) {
      all.insert(all.end(), part.begin(), part.end());
    }
    return all;
  }();
  return kAll;
}

std::vector<std::int64_t> range(std::int64_t low, std::int64_t high, std::int64_t step) {
  std::vector<std::int64_t> values;
  for (std::int64_t value = low; value <= high; value += step) values.push_back(value);
  return values;
}

}  // namespace drp::problems
