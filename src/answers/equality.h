// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/evaluate.h"
#include "answers/expression.h"
#include "answers/grade.h"

namespace drp::answers {

// A verdict with the rule behind it (a literal).
struct Outcome {
  Verdict verdict = Verdict::kUnequal;
  std::string_view reason;

  bool equal() const { return verdict == Verdict::kEqual; }
};

inline constexpr std::size_t kComparisonStepsMax = 300'000;

// Compares two read answers part by part. The gold leads on form (decimals, percent, unit), so the
// two sides are not interchangeable there; elsewhere the order does not matter.
class Equality {
 public:
  // `steps_left` counts down with the work done; at 0 every verdict is kUndecided. It makes the
  // verdict the same on a loaded machine.
  Equality(const Expression& gold, const Expression& pred, const CompareOptions& options,
           std::size_t& steps_left)
      : gold_(gold), pred_(pred), options_(options), steps_left_(steps_left) {}

  Outcome nodes(int gold, int pred, int depth = 0) const;

 private:
  // A node without its unit and percent sign.
  struct Bare {
    int node;
    std::string unit;
    bool percent;
  };
  static Bare bare(const Expression& expression, int node);
  static std::string_view synonym(const Expression& expression, int node);

  // equality.cc
  Outcome bares(const Bare& gold, const Bare& pred, int depth) const;
  Outcome words(int gold, int pred) const;

  // equality_scalar.cc
  Outcome scalars(int gold, int pred) const;
  Outcome numbers(const Node& gold, const Node& pred) const;
  std::optional<Outcome> near(int gold, int pred) const;
  Outcome based(const Node& gold, const Node& pred) const;
  Outcome percent_and_bare(const Bare& gold, const Bare& pred) const;

  // equality_relation.cc
  Outcome relations(int gold, int pred, int depth) const;
  bool names_agree(int gold, int pred, int depth) const;
  Outcome two_equations(int gold, int pred, int depth) const;
  static int stated_value(const Expression& expression, int relation);
  static int assigned_name(const Expression& expression, int relation);
  static int approximate_value(const Expression& expression, int relation);

  // equality_collection.cc
  static bool is_collection(const Node& node);
  std::optional<Outcome> real_sets(int gold, int pred) const;
  Outcome collections(int gold, int pred, int depth) const;
  static bool assigns_all(const Expression& expression, const Node& list);
  struct Rows {
    int columns = 1;
    std::vector<int> entries;
  };
  static std::optional<Rows> rows_of(const Expression& expression, const Node& node);
  std::optional<Outcome> matrices(const Node& gold, const Node& pred, int depth) const;
  Outcome in_order(const std::vector<int>& gold, const std::vector<int>& pred, int depth) const;
  Outcome in_any_order(std::vector<int> gold, std::vector<int> pred, int depth) const;
  static std::vector<int> union_parts(const Expression& expression, int node);
  std::vector<int> without_repeats(const Expression& expression, const std::vector<int>& entries,
                                   int depth) const;
  bool spend(std::size_t steps) const;

  const Expression& gold_;
  const Expression& pred_;
  const CompareOptions& options_;
  std::size_t& steps_left_;
};

}  // namespace drp::answers
