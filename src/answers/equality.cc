// SPDX-License-Identifier: Apache-2.0
#include "answers/equality.h"

#include <algorithm>

#include "answers/units.h"
#include "base/text.h"

namespace drp::answers {
namespace {

constexpr int kComparisonDepthMax = 20;

}  // namespace

Equality::Bare Equality::bare(const Expression& expression, int node) {
  Bare result{node, {}, false};
  while (true) {
    const Node& now = expression.at(result.node);
    if (now.kind == NodeKind::kUnit) {
      result.unit = result.unit.empty() ? now.text : now.text + " " + result.unit;
    } else if (now.kind == NodeKind::kPercent) {
      result.percent = true;
    } else {
      return result;
    }
    result.node = now.args[0];
  }
}

// What a set or word stands for where it can be said in several ways, else empty.
std::string_view Equality::synonym(const Expression& expression, int node) {
  const Node& now = expression.at(node);
  if (now.kind == NodeKind::kWord && now.text == "undefined") return "undefined";
  if (now.is_symbol("emptyset")) return "nothing";
  if (now.is_symbol("reals")) return "reals";
  if (now.is_symbol("infty")) return "infty";
  if (now.kind == NodeKind::kNegate && expression.at(now.args[0]).is_symbol("infty")) {
    return "-infty";
  }
  if (now.kind == NodeKind::kSet && now.args.empty()) return "nothing";
  return {};
}

bool Equality::spend(std::size_t steps) const {
  steps_left_ -= std::min(steps, steps_left_);
  return steps_left_ > 0;
}

Outcome Equality::nodes(int gold, int pred, int depth) const {
  if (depth > kComparisonDepthMax) return {Verdict::kUndecided, "too deeply nested"};
  if (!spend(1)) return {Verdict::kUndecided, "too much work"};
  const Bare left = bare(gold_, gold);
  const Bare right = bare(pred_, pred);
  if (left.percent || right.percent) return percent_and_bare(left, right);
  if (!units_agree(left.unit, right.unit)) return {Verdict::kUnequal, "different units"};
  return bares(left, right, depth);
}

Outcome Equality::bares(const Bare& gold, const Bare& pred, int depth) const {
  const Node& left = gold_.at(gold.node);
  const Node& right = pred_.at(pred.node);
  const std::string_view meaning = synonym(gold_, gold.node);
  const std::string_view other = synonym(pred_, pred.node);
  if (!meaning.empty() && !other.empty()) {
    const bool same = meaning == other;
    return {same ? Verdict::kEqual : Verdict::kUnequal,
            same ? "same meaning" : "different meaning"};
  }
  if (meaning.empty() != other.empty() &&
      (meaning.empty() ? is_scalar(gold_, gold.node) : is_scalar(pred_, pred.node))) {
    return {Verdict::kUnequal, "a number and something else"};
  }
  if (left.kind == NodeKind::kRelation || right.kind == NodeKind::kRelation) {
    return relations(gold.node, pred.node, depth);
  }
  if (left.kind == NodeKind::kRatio && right.kind == NodeKind::kRatio) {
    const Outcome parts = in_order(left.args, right.args, depth);
    return {parts.verdict, parts.equal() ? "same ratio" : "different ratios"};
  }
  if (is_collection(left) || is_collection(right)) {
    return collections(gold.node, pred.node, depth);
  }
  if (left.kind == NodeKind::kWord || right.kind == NodeKind::kWord) {
    return words(gold.node, pred.node);
  }
  return scalars(gold.node, pred.node);
}

Outcome Equality::words(int gold, int pred) const {
  const Node& left = gold_.at(gold);
  const Node& right = pred_.at(pred);
  const bool named = (left.kind == NodeKind::kWord || left.kind == NodeKind::kSymbol) &&
                     (right.kind == NodeKind::kWord || right.kind == NodeKind::kSymbol);
  const bool same = named && to_lower(left.text) == to_lower(right.text);
  return {same ? Verdict::kEqual : Verdict::kUnequal, same ? "same words" : "different words"};
}

}  // namespace drp::answers
