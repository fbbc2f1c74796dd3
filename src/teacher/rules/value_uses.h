// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// Whether a computation of the unit comes to the value, rightly.
bool makes_value(const UnitFacts& unit, std::int64_t key);

// Where the derivation names each value, in order: what later units would lose with a stretch of
// it. Views the draft, whose units must not change; reads its decisions when asked.
class ValueUses {
 public:
  explicit ValueUses(const Draft& draft);

  // How many of the values that units [first, last] bring in are computed again after them before
  // anything takes them; nothing where a later unit takes one that is not. Values that no later
  // unit names do not count. A check computes nothing again.
  std::optional<std::size_t> made_again(std::size_t first, std::size_t last) const;

 private:
  struct Use {
    std::size_t unit = 0;
    bool makes = false;  // by a computation of its own, rightly
  };

  const Draft& draft_;
  std::unordered_map<std::int64_t, std::vector<Use>> uses_;
};

}  // namespace drp::teacher
