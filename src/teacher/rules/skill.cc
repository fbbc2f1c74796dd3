// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/skill.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drp::teacher {
namespace {

template <std::size_t N>
bool has_any(std::string_view lower, const std::array<std::string_view, N>& cues) {
  return std::any_of(cues.begin(), cues.end(),
                     [&](std::string_view cue) { return contains(lower, cue); });
}

constexpr std::array<std::string_view, 12> kQuestionCues = {"the question",
                                                            "the problem",
                                                            "asked to find",
                                                            "need to find",
                                                            "is asking",
                                                            "how many",
                                                            "we are given",
                                                            "need to figure out",
                                                            "need to determine",
                                                            "题目",
                                                            "求",
                                                            "问"};
constexpr std::array<std::string_view, 9> kSubstitutionCues = {
    "substitut", "plug",    "replac", "insert",     "put this",
    "put that",  "putting", "代入",   "in place of"};
constexpr std::array<std::string_view, 16> kComparisonCues = {
    "compare",      "greater than", "less than",   "larger",       "smaller than", "bigger",
    "more than or", "at least as",  "the largest", "the smallest", "the same as",  "whereas",
    "比较",         "大于",         "小于",        "cheaper"};
constexpr std::array<std::string_view, 12> kCaseCues = {
    "case 1",      "case 2",       "case 3",      "two cases",         "three cases", "first case",
    "second case", "in this case", "in the case", "consider the case", "either",      "情况"};
// A case or an option that does not hold.
constexpr std::array<std::string_view, 20> kRuledOutCues = {
    "contradict",  "conflict", "impossible",   "not possible", "can't be",
    "cannot be",   "couldn't", "invalid",      "ruled out",    "rules out",
    "rule out",    "eliminat", "violat",       "doesn't work", "does not work",
    "doesn't fit", " is out",  "does not fit", "is incorrect", "not the answer"};
constexpr std::array<std::string_view, 10> kSummaryCues = {"in summary",
                                                           "to summarize",
                                                           "to sum up",
                                                           "summarizing",
                                                           "so far",
                                                           "putting it all together",
                                                           "putting everything together",
                                                           "to recap",
                                                           "recap",
                                                           "总之"};
constexpr std::array<std::string_view, 7> kResultCues = {
    "the answer should be", "therefore", "so the answer", "thus", "hence", "因此", "所以"};

// What a stretch of units is about once one of them has set it out.
enum class Mode { kSolving, kChecking, kAlternative };

bool new_work_begins(const UnitFacts& unit) {
  return unit.flow.opening.continues || unit.flow.opening.later || unit.flow.opening.first ||
         unit.unit.kind == path::UnitKind::kHeading;
}

// What a unit does with a case: opens it, rules it out, or draws something from it.
std::string_view case_skill(const UnitFacts& unit) {
  if (unit.verdict && has_any(unit.lower, kRuledOutCues)) return "elimination";
  if (unit.supposes) return "case split";
  return unit.flow.opening.concludes || unit.verdict ? "inference" : "reading a given";
}

// The skill of a unit that neither checks nor goes another way.
std::string_view solving_skill(const Draft& draft, const UnitFacts& unit) {
  const bool within_given = std::includes(draft.given.values.begin(), draft.given.values.end(),
                                          unit.flow.mentions.begin(), unit.flow.mentions.end());
  const double known = share_within(unit.words.content, draft.question.content);
  if (has_any(unit.lower, kSummaryCues)) return "summarising";
  if (has_any(unit.lower, kSubstitutionCues) && unit.formula) return "substitution";
  if (unit.flow.computes()) return "computation";
  if (has_any(unit.lower, kCaseCues)) return "case split";
  if (draft.in_words && unit.unit.kind == path::UnitKind::kCode) return "writing code";
  if (draft.in_words && (unit.carries_case() || unit.flow.opening.concludes)) {
    return case_skill(unit);
  }
  if (has_any(unit.lower, kComparisonCues) && !unit.plans) return "comparison";
  if (unit.flow.defines != 0) return "setting up";
  if (unit.text.find('=') != std::string_view::npos || unit.unit.kind == path::UnitKind::kFormula) {
    return "formula";
  }
  if (has_any(unit.lower, kQuestionCues) && within_given && known >= 0.3) {
    return "restating the question";
  }
  if (unit.plans) return "setting up";
  if (unit.asks && known >= 0.5 && !unit.carries_case()) return "restating the question";
  if (within_given && !unit.flow.mentions.empty() && known >= 0.5) return "reading a given";
  if (!unit.flow.results.empty() && !within_given) return "computation";
  if (within_given && known >= 0.7 && unit.words.content_count > 0) return "reading a given";
  if (unit.formula) return "formula";
  return "setting up";
}

}  // namespace

std::vector<std::string_view> unit_skills(const Draft& draft) {
  std::vector<std::string_view> skills;
  Mode mode = Mode::kSolving;
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool solved = draft.anchor && i > draft.anchor_end;
    const bool doubts = unit.flow.opening.doubts || unit.corrects;
    if (unit.announces && unit.states_answer) {
      mode = Mode::kSolving;
      skills.push_back("stating the answer");
      continue;
    }
    if (unit.alternative || unit.flow.opening.alternative) {
      mode = Mode::kAlternative;
    } else if (unit.checks || unit.approves) {
      mode = Mode::kChecking;
    } else if (doubts && !solved) {
      mode = Mode::kSolving;
      skills.push_back(unit.talk_only() && !unit.corrects ? "filler" : "backtracking");
      continue;
    } else if (mode == Mode::kChecking && !solved && (new_work_begins(unit) || unit.plans)) {
      mode = Mode::kSolving;
    }
    if (mode == Mode::kAlternative) {
      skills.push_back("alternative solution");
    } else if (mode == Mode::kChecking || (solved && unit.flow.computes())) {
      skills.push_back("checking");
    } else if (unit.talk_only() && !unit.plans) {
      skills.push_back("filler");
    } else if (unit.states_answer && (solved || (draft.anchor && i >= *draft.anchor)) &&
               (has_any(unit.lower, kResultCues) || unit.flow.opening.concludes) &&
               !unit.flow.computes()) {
      skills.push_back("stating the answer");
    } else if (unit.talk_only()) {
      skills.push_back("filler");
    } else {
      skills.push_back(solving_skill(draft, unit));
    }
  }
  return skills;
}

}  // namespace drp::teacher
