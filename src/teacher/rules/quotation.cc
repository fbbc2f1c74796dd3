// SPDX-License-Identifier: Apache-2.0
// The question read again, between quotation marks.
#include <algorithm>
#include <string_view>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kUnitsMax = 8;  // of a quotation

bool opens_quotation(std::string_view text) {
  return text.starts_with("\"") || text.starts_with("\u201c");
}

bool closes_quotation(std::string_view text) {
  return text.size() > 1 && (text.ends_with("\"") || text.ends_with("\u201d"));
}

bool is_questions(const Draft& draft, std::size_t i) {
  constexpr double kShareMin = 0.9;
  const UnitFacts& unit = draft.units[i];
  return !unit.flow.computes() &&
         share_within(unit.words.content, draft.question.content) >= kShareMin;
}

// Behind the last unit of the quotation of the question that unit `i` opens; else `i`.
std::size_t quotation_end(const Draft& draft, std::size_t i) {
  if (!opens_quotation(draft.text(i))) return i;
  const std::size_t last = std::min(draft.anchor.value_or(0), i + kUnitsMax);
  for (std::size_t j = i; j < last && is_questions(draft, j); ++j) {
    if (closes_quotation(draft.text(j))) return j + 1;
  }
  return i;
}

}  // namespace

std::size_t drop_lone_quotations(Draft& draft) {
  std::size_t dropped = 0;
  for (std::size_t i = 1; i < draft.anchor.value_or(0); ++i) {
    const UnitFacts& lead = draft.units[i - 1];
    if (!draft.kept(i) || draft.kept(i - 1) || !(lead.talk_only() || lead.checks)) continue;
    const std::size_t end = quotation_end(draft, i);
    for (std::size_t j = i; j < end; ++j) {
      if (!draft.kept(j)) continue;
      draft.decisions[j] = {Action::kDelete, "restatement", "reads the question again",
                            std::nullopt, false};
      ++dropped;
    }
  }
  return dropped;
}

}  // namespace drp::teacher
