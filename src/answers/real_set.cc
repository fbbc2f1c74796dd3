// SPDX-License-Identifier: Apache-2.0
#include "answers/real_set.h"

#include <algorithm>
#include <utility>

#include "answers/evaluate.h"

namespace drp::answers {
namespace {

constexpr std::size_t kIntervalsMax = 200;

// -1, 0 or 1; nothing where it cannot be told.
std::optional<int> compare_ends(const Endpoint& a, const Endpoint& b) {
  if (a.infinite != 0 || b.infinite != 0)
    return (a.infinite > b.infinite) - (a.infinite < b.infinite);
  return order_of(*a.expression, a.node, *b.expression, b.node);
}

}  // namespace

RealSet RealSet::all() { return of({.low = {.infinite = -1}, .high = {.infinite = 1}}); }

RealSet RealSet::of(Interval interval) {
  RealSet set;
  set.add(std::move(interval));
  return set;
}

RealSet RealSet::point(const Expression& expression, int node) {
  const Endpoint end{.expression = &expression, .node = node};
  return of({end, end, true, true});
}

// Keeps the intervals in order and apart; an empty one is dropped.
void RealSet::add(Interval interval) {
  const auto size = compare_ends(interval.low, interval.high);
  if (!size || intervals_.size() > kIntervalsMax) {
    broken_ = true;
    return;
  }
  if (*size > 0 || (*size == 0 && !(interval.low_closed && interval.high_closed))) return;
  std::vector<Interval> kept;
  for (const Interval& other : intervals_) {
    const auto before = compare_ends(other.high, interval.low);
    const auto after = compare_ends(other.low, interval.high);
    if (!before || !after) {
      broken_ = true;
      return;
    }
    const bool apart_before =
        *before < 0 || (*before == 0 && !other.high_closed && !interval.low_closed);
    const bool apart_after =
        *after > 0 || (*after == 0 && !other.low_closed && !interval.high_closed);
    if (apart_before || apart_after) {
      kept.push_back(other);
      continue;
    }
    const auto low = compare_ends(other.low, interval.low);
    const auto high = compare_ends(other.high, interval.high);
    if (!low || !high) {
      broken_ = true;
      return;
    }
    if (*low == 0) interval.low_closed = interval.low_closed || other.low_closed;
    if (*low < 0) {
      interval.low = other.low;
      interval.low_closed = other.low_closed;
    }
    if (*high == 0) interval.high_closed = interval.high_closed || other.high_closed;
    if (*high > 0) {
      interval.high = other.high;
      interval.high_closed = other.high_closed;
    }
  }
  const auto place = std::find_if(kept.begin(), kept.end(), [&](const Interval& other) {
    return compare_ends(interval.high, other.low).value_or(1) <= 0;
  });
  kept.insert(place, std::move(interval));
  intervals_ = std::move(kept);
}

RealSet RealSet::united(const RealSet& other) const {
  RealSet result = *this;
  result.broken_ = broken_ || other.broken_;
  for (const Interval& interval : other.intervals_) result.add(interval);
  return result;
}

RealSet RealSet::complement() const {
  RealSet result;
  result.broken_ = broken_;
  Interval gap{.low = {.infinite = -1}};
  for (const Interval& interval : intervals_) {
    gap.high = interval.low;
    gap.high_closed = !interval.low_closed && interval.low.infinite == 0;
    result.add(gap);
    gap.low = interval.high;
    gap.low_closed = !interval.high_closed && interval.high.infinite == 0;
  }
  gap.high = {.infinite = 1};
  gap.high_closed = false;
  result.add(gap);
  return result;
}

RealSet RealSet::intersected(const RealSet& other) const {
  return complement().united(other.complement()).complement();
}

bool RealSet::operator==(const RealSet& other) const {
  if (broken_ || other.broken_ || intervals_.size() != other.intervals_.size()) return false;
  for (std::size_t i = 0; i < intervals_.size(); ++i) {
    const Interval& a = intervals_[i];
    const Interval& b = other.intervals_[i];
    if (a.low_closed != b.low_closed || a.high_closed != b.high_closed ||
        compare_ends(a.low, b.low) != 0 || compare_ends(a.high, b.high) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace drp::answers
