// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <utility>

#include "answers/equality.h"
#include "answers/real_set.h"

namespace drp::answers {
namespace {

constexpr std::size_t kEntryComparisonsMax = 250'000;

}  // namespace

bool Equality::is_collection(const Node& node) {
  return node.kind == NodeKind::kList || node.kind == NodeKind::kSet ||
         node.kind == NodeKind::kGroup || node.kind == NodeKind::kMatrix ||
         node.kind == NodeKind::kUnion;
}

// Two sets of real numbers, however they are written. Nothing where one of them is no such set, or
// where both are pairs in brackets, which may be points.
std::optional<Outcome> Equality::real_sets(int gold, int pred) const {
  const auto plain = [](const Node& node) {
    return node.kind == NodeKind::kGroup || node.kind == NodeKind::kSet;
  };
  const auto relation = [](const Node& node) { return node.kind == NodeKind::kRelation; };
  if (plain(gold_.at(gold)) && plain(pred_.at(pred))) return std::nullopt;
  if (!options_.allow_set_relation && relation(gold_.at(gold)) != relation(pred_.at(pred))) {
    return std::nullopt;
  }
  const auto left = describe_set(gold_, gold, true);
  if (!left) return std::nullopt;
  const auto right = describe_set(pred_, pred, false);
  if (!right) return std::nullopt;
  if (!spend(left->set.intervals().size() + right->set.intervals().size())) return std::nullopt;
  if (options_.strict && !left->unknown.empty() && !right->unknown.empty() &&
      left->unknown != right->unknown) {
    return Outcome{Verdict::kUnequal, "different unknowns"};
  }
  const bool same = left->set == right->set;
  return Outcome{same ? Verdict::kEqual : Verdict::kUnequal,
                 same ? "same set of numbers" : "different sets of numbers"};
}

std::vector<int> Equality::union_parts(const Expression& expression, int node) {
  std::vector<int> parts;
  std::vector<int> open = {node};
  while (!open.empty()) {
    const int now = open.back();
    open.pop_back();
    const Node& part = expression.at(now);
    if (part.kind == NodeKind::kUnion) {
      open.insert(open.end(), part.args.rbegin(), part.args.rend());
    } else {
      parts.push_back(now);
    }
  }
  return parts;
}

Outcome Equality::collections(int gold, int pred, int depth) const {
  const Node& left = gold_.at(gold);
  const Node& right = pred_.at(pred);
  if (const auto outcome = real_sets(gold, pred)) return *outcome;
  if (left.kind == NodeKind::kUnion || right.kind == NodeKind::kUnion) {
    return in_any_order(union_parts(gold_, gold), union_parts(pred_, pred), depth);
  }
  if (const auto outcome = matrices(left, right, depth)) return *outcome;
  // \{2\} says the same as 2.
  if (left.kind == NodeKind::kSet && left.args.size() == 1 && !is_collection(right)) {
    return nodes(left.args[0], pred, depth + 1);
  }
  if (right.kind == NodeKind::kSet && right.args.size() == 1 && !is_collection(left)) {
    return nodes(gold, right.args[0], depth + 1);
  }
  if (!is_collection(left) || !is_collection(right)) {
    // \{5, 5\} is no number, but a list whose entries are all alike says one value.
    const bool gold_list = left.kind == NodeKind::kList;
    const bool pred_list = right.kind == NodeKind::kList;
    if (gold_list && !is_collection(right)) return in_any_order(left.args, {pred}, depth);
    if (pred_list && !is_collection(left)) return in_any_order({gold}, right.args, depth);
    return {Verdict::kUnequal, "a collection and a single value"};
  }
  const auto ordered = [](const Node& node) {
    return node.kind == NodeKind::kGroup || node.kind == NodeKind::kMatrix;
  };
  const auto unordered = [](const Node& node) {
    return node.kind == NodeKind::kList || node.kind == NodeKind::kSet;
  };
  if (unordered(left) && unordered(right)) {
    // "x = 1, y = 2" against "1, 2": which value is whose is told by the order.
    if (assigns_all(gold_, left) != assigns_all(pred_, right)) {
      return in_order(left.args, right.args, depth);
    }
    return in_any_order(left.args, right.args, depth);
  }
  if (ordered(left) && ordered(right)) {
    if (left.text != right.text) return {Verdict::kUnequal, "different brackets"};
    return in_order(left.args, right.args, depth);
  }
  if (!options_.strict && left.kind != NodeKind::kMatrix && right.kind != NodeKind::kMatrix) {
    return in_any_order(left.args, right.args, depth);
  }
  // (a, b) equals the bare list a, b in this order; a set and [a, b] do not.
  const Node& group = ordered(left) ? left : right;
  const Node& other = ordered(left) ? right : left;
  if (other.kind == NodeKind::kList && group.text == "()") {
    return in_order(left.args, right.args, depth);
  }
  return {Verdict::kUnequal, "different kinds of collection"};
}

// The rows of a matrix, also of one in brackets ([[1, 2], [3, 4]]); a vector (1, 2) is a column.
std::optional<Equality::Rows> Equality::rows_of(const Expression& expression, const Node& node) {
  if (node.kind == NodeKind::kMatrix) return Rows{node.decimals, node.args};
  if (node.kind != NodeKind::kGroup) return std::nullopt;
  Rows rows{1, {}};
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    const Node& entry = expression.at(node.args[i]);
    const bool row = entry.kind == NodeKind::kGroup;
    const int width = row ? static_cast<int>(entry.args.size()) : 1;
    if (i == 0) rows.columns = width;
    if (width != rows.columns) return std::nullopt;
    if (row) {
      rows.entries.insert(rows.entries.end(), entry.args.begin(), entry.args.end());
    } else {
      rows.entries.push_back(node.args[i]);
    }
  }
  return rows;
}

std::optional<Outcome> Equality::matrices(const Node& gold, const Node& pred, int depth) const {
  if (gold.kind != NodeKind::kMatrix && pred.kind != NodeKind::kMatrix) return std::nullopt;
  const auto left = rows_of(gold_, gold);
  const auto right = rows_of(pred_, pred);
  if (!left || !right) return std::nullopt;
  if (left->columns != right->columns) return Outcome{Verdict::kUnequal, "different shapes"};
  return in_order(left->entries, right->entries, depth);
}

// Whether each entry assigns to a letter of its own.
bool Equality::assigns_all(const Expression& expression, const Node& list) {
  std::vector<std::string_view> letters;
  for (const int entry : list.args) {
    if (expression.at(entry).kind != NodeKind::kRelation) return false;
    const int name = assigned_name(expression, entry);
    if (name < 0 || expression.at(name).kind != NodeKind::kSymbol) return false;
    const std::string_view letter = expression.at(name).text;
    if (std::find(letters.begin(), letters.end(), letter) != letters.end()) return false;
    letters.push_back(letter);
  }
  return letters.size() > 1;
}

Outcome Equality::in_order(const std::vector<int>& gold, const std::vector<int>& pred,
                           int depth) const {
  if (gold.size() != pred.size()) return {Verdict::kUnequal, "different number of entries"};
  for (std::size_t i = 0; i < gold.size(); ++i) {
    const Outcome entry = nodes(gold[i], pred[i], depth + 1);
    if (!entry.equal()) return entry;
  }
  return {Verdict::kEqual, "same entries in order"};
}

std::vector<int> Equality::without_repeats(const Expression& expression,
                                           const std::vector<int>& entries, int depth) const {
  const Equality self(expression, expression, options_, steps_left_);
  std::vector<int> kept;
  for (int entry : entries) {
    const bool repeated = std::any_of(kept.begin(), kept.end(), [&](int other) {
      return self.nodes(other, entry, depth + 1).equal();
    });
    if (!repeated) kept.push_back(entry);
  }
  return kept;
}

Outcome Equality::in_any_order(std::vector<int> gold, std::vector<int> pred, int depth) const {
  const std::size_t most = std::max(gold.size(), pred.size());
  if (most * most > kEntryComparisonsMax) return {Verdict::kUndecided, "too many entries"};
  gold = without_repeats(gold_, gold, depth);
  pred = without_repeats(pred_, pred, depth);
  if (gold.size() != pred.size()) return {Verdict::kUnequal, "different number of entries"};
  // A perfect matching (augmenting paths), since "equal" need not be transitive for decimals.
  const std::size_t count = gold.size();
  std::vector<std::vector<std::size_t>> equal_to(count);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      if (nodes(gold[i], pred[j], depth + 1).equal()) equal_to[i].push_back(j);
    }
    if (equal_to[i].empty()) return {Verdict::kUnequal, "an entry has no equal"};
  }
  std::vector<int> owner(count, -1);
  std::vector<bool> tried;
  const std::function<bool(std::size_t)> place = [&](std::size_t i) {
    for (std::size_t j : equal_to[i]) {
      if (tried[j]) continue;
      tried[j] = true;
      if (owner[j] < 0 || place(static_cast<std::size_t>(owner[j]))) {
        owner[j] = static_cast<int>(i);
        return true;
      }
    }
    return false;
  };
  for (std::size_t i = 0; i < count; ++i) {
    tried.assign(count, false);
    if (!place(i)) return {Verdict::kUnequal, "entries do not match one to one"};
  }
  return {Verdict::kEqual, "same entries"};
}

}  // namespace drp::answers
