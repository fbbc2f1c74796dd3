// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/live.h"

#include <algorithm>
#include <unordered_set>

namespace drp::teacher {
namespace {

constexpr std::int64_t kTrivialKeyMax = 20000;  // 0, 1, 2

class Slicer {
 public:
  explicit Slicer(const Draft& draft) : draft_(draft), live_(draft.units.size(), false) {}

  std::vector<bool> run() {
    if (!draft_.anchor) {
      live_.assign(draft_.units.size(), true);
      return std::move(live_);
    }
    for (std::size_t i = draft_.anchor_end + 1; i > *draft_.anchor; --i) {
      mark(i - 1);
    }
    for (std::size_t i = *draft_.anchor; i > 0; --i) {
      if (draft_.kept(i - 1) && wanted(draft_.units[i - 1])) {
        mark(i - 1);
      }
    }
    return std::move(live_);
  }

 private:
  bool wanted(const UnitFacts& unit) const {
    if ((unit.flow.symbols & symbols_) != 0) {
      return true;
    }
    if (std::any_of(unit.flow.results.begin(), unit.flow.results.end(),
                    [&](std::int64_t key) { return needed_.contains(key); })) {
      return true;
    }
    return std::any_of(unit.flow.mentions.begin(), unit.flow.mentions.end(),
                       [&](std::int64_t key) { return needed_.contains(key); }) &&
           unit.flow.results.empty() && !unit.flow.computes() && !unit.plans;
  }

  void mark(std::size_t i) {
    const UnitFacts& unit = draft_.units[i];
    live_[i] = true;
    symbols_ |= unit.flow.symbols;
    for (const std::int64_t key : unit.flow.results) {
      needed_.erase(key);
    }
    for (const std::int64_t key : unit.flow.figures) {
      const bool own = path::has_key(unit.flow.results, key) && unit.flow.computes();
      if (key > kTrivialKeyMax && !own && !path::has_key(draft_.given.values, key)) {
        needed_.insert(key);
      }
    }
  }

  const Draft& draft_;
  std::vector<bool> live_;
  std::unordered_set<std::int64_t> needed_;
  std::uint64_t symbols_ = 0;
};

}  // namespace

std::vector<bool> live_units(const Draft& draft) { return Slicer(draft).run(); }

}  // namespace drp::teacher
