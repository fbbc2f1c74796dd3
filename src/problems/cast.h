// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "problems/family.h"

namespace drp::problems {

struct Person {
  std::string_view name;
  bool female;
};

// `count` people with different names.
std::vector<Person> draw_people(Random& random, std::size_t count = 3);
Cast draw_cast(CastKind kind, Random& random);

}  // namespace drp::problems
