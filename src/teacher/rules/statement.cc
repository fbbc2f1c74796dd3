// SPDX-License-Identifier: Apache-2.0
// The statement of the answer: where it ends, and what follows a finished solution.
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/anchor.h"
#include "teacher/rules/answer_form.h"
#include "teacher/rules/operation.h"

namespace drp::teacher {
namespace {

constexpr std::int64_t kCentsPerDollar = 100;
constexpr std::size_t kStatementUnitsMax = 3;  // units that may restate the answer in full words

// "100 + 26 is 126, and 7 cents + 52 cents is 59 cents. So, the total is $126.59.": whether unit
// `next` concludes a whole of which the answer, met by the units [from, next), is a part, be it as
// cents.
bool joins_answer(const Draft& draft, std::size_t from, std::size_t next) {
  const path::Flow& flow = draft.units[next].flow;
  if (!draft.answer.key || !flow.opening.concludes || flow.computes()) return false;
  for (std::size_t i = from; i < next; ++i) {
    for (const std::int64_t other : draft.units[i].flow.results) {
      const bool whole =
          std::any_of(flow.results.begin(), flow.results.end(), [&](std::int64_t result) {
            const std::int64_t part = result - other;
            return part == *draft.answer.key || part * kCentsPerDollar == *draft.answer.key;
          });
      if (other > 0 && whole) return true;
    }
  }
  return false;
}

}  // namespace

bool closes_solution(const UnitFacts& unit) {
  return unit.checks || unit.alternative || unit.flow.opening.doubts || unit.approves ||
         (unit.announces && unit.unit.kind == path::UnitKind::kHeading);
}

Computations computations_until(const Draft& draft, std::size_t i) {
  Computations made;
  for (std::size_t j = 0; j <= i; ++j) {
    add_computations(draft.units[j], made);
  }
  return made;
}

std::size_t statement_end(const Draft& draft, std::size_t i) {
  const Computations made = computations_until(draft, i);
  std::size_t end = i;
  for (std::size_t next = i + 1; next < draft.units.size() && next <= i + kStatementUnitsMax;
       ++next) {
    const UnitFacts& unit = draft.units[next];
    if (closes_solution(unit) || unit.asks || unit.unit.kind == path::UnitKind::kHeading ||
        (only_recomputes(unit, made) && !counts_answer_as_another(draft, i, next))) {
      break;
    }
    if (unit.states_answer) {
      end = next;
      // One sentence in full words is enough.
      if (unit.words.content_count > 0 && !unit.flow.computes()) {
        break;
      }
    } else if (next == end + 1 && joins_answer(draft, i, next)) {
      end = next;
    } else if (!unit.talk_only()) {
      break;
    }
  }
  return end;
}

bool answer_is_part(const Draft& draft) {
  if (!draft.anchor) return false;
  for (std::size_t next = *draft.anchor + 1; next <= draft.anchor_end; ++next) {
    if (joins_answer(draft, *draft.anchor, next)) return true;
  }
  return false;
}

std::optional<std::size_t> closing_in_reasoning(const Draft& draft) {
  if (!draft.thinks_aloud || !draft.anchor) return std::nullopt;
  for (std::size_t i = draft.units.size(); i > draft.anchor_end + 1; --i) {
    const UnitFacts& unit = draft.units[i - 1];
    if (unit.states_answer && contains(unit.text, "\\boxed") && unit.words.count >= 3) return i - 1;
  }
  return std::nullopt;
}

std::vector<bool> going_over(const Draft& draft, std::size_t last) {
  const Computations made = computations_until(draft, last);
  std::vector<bool> result;
  result.reserve(draft.units.size());
  for (const UnitFacts& unit : draft.units) result.push_back(only_recomputes(unit, made));
  return result;
}

}  // namespace drp::teacher
