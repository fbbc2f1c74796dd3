// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>
#include <utility>

#include "answers/equality.h"

namespace drp::answers {
namespace {

constexpr std::size_t kEntryComparisonsMax = 250'000;

bool is_infinite(const Expression& expression, int node) {
  const Node& now = expression.at(node);
  if (now.is_symbol("infty")) return true;
  return now.kind == NodeKind::kNegate && expression.at(now.args[0]).is_symbol("infty");
}

bool is_bound(const Expression& expression, int node) {
  return is_infinite(expression, node) ||
         (is_scalar(expression, node) && !has_variables(expression, node));
}

bool is_order(std::string_view relation) {
  return relation == "<" || relation == ">" || relation == "<=" || relation == ">=";
}

int finite(const Expression& expression, int node) {
  return is_infinite(expression, node) ? -1 : node;
}

}  // namespace

bool Equality::is_collection(const Node& node) {
  return node.kind == NodeKind::kList || node.kind == NodeKind::kSet ||
         node.kind == NodeKind::kGroup || node.kind == NodeKind::kMatrix ||
         node.kind == NodeKind::kUnion;
}

// (1, 4], 1 < x <= 4 and x >= 2. The unknown must stand alone and the bounds be constants.
bool Equality::as_interval(const Expression& expression, int node, Interval& out) {
  const Node& now = expression.at(node);
  if (now.kind == NodeKind::kGroup) {
    if (now.args.size() != 2 || !is_bound(expression, now.args[0]) ||
        !is_bound(expression, now.args[1])) {
      return false;
    }
    out = {finite(expression, now.args[0]), finite(expression, now.args[1]), now.text[0] == '[',
           now.text[1] == ']'};
    return true;
  }
  if (now.kind != NodeKind::kRelation) return false;
  if (now.text == "in") return as_interval(expression, now.args[1], out);
  if (!is_order(now.text)) return false;
  const Node& left = expression.at(now.args[0]);
  const bool closed = now.text.size() == 2;
  const bool smaller = now.text[0] == '<';
  if (left.kind == NodeKind::kRelation) {
    // a < x < b reads as (a < x) < b.
    Interval first;
    if (!as_interval(expression, now.args[0], first) || !is_bound(expression, now.args[1]) ||
        left.text[0] != now.text[0] || expression.at(left.args[1]).kind != NodeKind::kSymbol) {
      return false;
    }
    out = first;
    (smaller ? out.high : out.low) = finite(expression, now.args[1]);
    (smaller ? out.high_closed : out.low_closed) = closed;
    return true;
  }
  const Node& right = expression.at(now.args[1]);
  const bool unknown_left = left.kind == NodeKind::kSymbol && is_bound(expression, now.args[1]);
  const bool unknown_right = right.kind == NodeKind::kSymbol && is_bound(expression, now.args[0]);
  if (!unknown_left && !unknown_right) return false;
  const int bound = finite(expression, now.args[unknown_left ? 1 : 0]);
  const bool upper = unknown_left == smaller;
  (upper ? out.high : out.low) = bound;
  (upper ? out.high_closed : out.low_closed) = closed;
  return true;
}

Outcome Equality::intervals(const Interval& gold, const Interval& pred, int depth) const {
  const auto side = [&](int left, int right, bool left_closed, bool right_closed) {
    if ((left < 0) != (right < 0)) return false;
    if (left < 0) return true;
    return left_closed == right_closed && nodes(left, right, depth + 1).equal();
  };
  const bool same = side(gold.low, pred.low, gold.low_closed, pred.low_closed) &&
                    side(gold.high, pred.high, gold.high_closed, pred.high_closed);
  return {same ? Verdict::kEqual : Verdict::kUnequal,
          same ? "same interval" : "different interval"};
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
  if (left.kind == NodeKind::kUnion || right.kind == NodeKind::kUnion) {
    return in_any_order(union_parts(gold_, gold), union_parts(pred_, pred), depth);
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
  if (unordered(left) && unordered(right)) return in_any_order(left.args, right.args, depth);
  if (ordered(left) && ordered(right)) {
    const bool columns = left.kind == NodeKind::kMatrix || right.kind == NodeKind::kMatrix;
    const auto width = [](const Node& node) {
      return node.kind == NodeKind::kMatrix ? node.decimals : 1;
    };
    const bool same_form = columns ? width(left) == width(right) : left.text == right.text;
    if (!same_form) return {Verdict::kUnequal, "different brackets or shape"};
    return in_order(left.args, right.args, depth);
  }
  // (a, b) equals the bare list a, b in this order; a set and [a, b] do not.
  const Node& group = ordered(left) ? left : right;
  const Node& other = ordered(left) ? right : left;
  if (other.kind == NodeKind::kList && group.text == "()") {
    return in_order(left.args, right.args, depth);
  }
  return {Verdict::kUnequal, "different kinds of collection"};
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

std::vector<int> Equality::without_repeats(const Expression& expression, std::vector<int> entries,
                                           int depth) const {
  const Equality self(expression, expression, steps_left_);
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
  gold = without_repeats(gold_, std::move(gold), depth);
  pred = without_repeats(pred_, std::move(pred), depth);
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
