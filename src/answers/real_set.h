// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "answers/expression.h"

namespace drp::answers {

// An end of an interval: minus infinity, a constant of some expression, or plus infinity.
struct Endpoint {
  int infinite = 0;  // -1, 0 or 1
  const Expression* expression = nullptr;
  int node = -1;
  std::shared_ptr<const Expression> owned;  // where solving made the number
};

// A set of real numbers as disjoint intervals in order; [a, a] is a point. Normal: intervals that
// touch are one, so two sets are equal where their intervals are.
class RealSet {
 public:
  struct Interval {
    Endpoint low;
    Endpoint high;
    bool low_closed = false;
    bool high_closed = false;
  };

  static RealSet all();
  static RealSet of(Interval interval);
  static RealSet point(const Expression& expression, int node);

  RealSet united(const RealSet& other) const;
  RealSet intersected(const RealSet& other) const;
  RealSet complement() const;
  bool operator==(const RealSet& other) const;

  // An end could not be compared with another: nothing is known about the set.
  bool broken() const { return broken_; }
  const std::vector<Interval>& intervals() const { return intervals_; }

 private:
  void add(Interval interval);

  std::vector<Interval> intervals_;
  bool broken_ = false;
};

// The set that an answer describes, and the unknown it names ("" for an interval).
struct Described {
  RealSet set;
  std::string unknown;
};

// Reads intervals, unions, intersections, differences, sets of numbers, "x in S", inequalities
// whose unknown stands alone, "x != 1, 2", and such inequalities joined by "or" or "and". With
// `solve` also linear inequalities and those of one absolute value. Nothing for anything else.
std::optional<Described> describe_set(const Expression& expression, int node, bool solve);

}  // namespace drp::answers
