// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/steps.h"

#include <algorithm>
#include <array>

#include "teacher/rules/skill.h"

namespace drp::teacher {
namespace {

// Words that open the next step wherever they open a sentence.
constexpr std::array<std::string_view, 14> kCounting = {
    "second", "secondly", "third",   "thirdly", "fourth", "fifth", "sixth",
    "next",   "now",      "finally", "lastly",  "step",   "then",  "afterwards"};
// Words that open one when the step before has come to a result.
constexpr std::array<std::string_view, 24> kTurning = {
    "first", "since",     "to",    "given", "after", "adding", "in",           "on",
    "for",   "therefore", "thus",  "so",    "using", "if",     "substituting", "solving",
    "let's", "we",        "hence", "from",  "with",  "when",   "because",      "determine"};
constexpr std::array<std::string_view, 6> kConcluding = {
    "therefore", "so", "thus", "hence", "in conclusion", "the answer"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The first word of a lower-case unit, decoration left out.
std::string_view first_word(std::string_view lower) {
  const std::size_t begin = lower.find_first_not_of("*_#->( \t");
  if (begin == std::string_view::npos) return {};
  std::size_t end = begin;
  while (end < lower.size() && (is_letter(lower[end]) || lower[end] == '\'')) ++end;
  return lower.substr(begin, end - begin);
}

bool concludes(const UnitFacts& unit) {
  const std::string_view word = first_word(unit.lower);
  return is_one_of(word, kConcluding) || unit.announces;
}

// How a text shows its steps.
enum class Style {
  kExplaining,  // First, we ... Next, ...: sentences belong to the announcement before them
  kTerse,       // one step a sentence
  kTalking,     // thinking aloud: sentences of one purpose make a step
};

class Stepper {
 public:
  Stepper(const Draft& draft, const std::vector<std::string_view>& skills)
      : draft_(draft), skills_(skills), style_(style_of(draft)) {}

  std::vector<std::size_t> run() {
    std::vector<std::size_t> firsts;
    for (std::size_t i = 0; i < draft_.units.size(); ++i) {
      if (i == 0 || begins(i)) {
        firsts.push_back(i);
        computed_ = false;
      }
      computed_ = computed_ || makes_something(draft_.units[i]);
    }
    return firsts;
  }

 private:
  static Style style_of(const Draft& draft) {
    std::size_t singular = 0;
    std::size_t making = 0;
    std::size_t counting = 0;
    for (const UnitFacts& unit : draft.units) {
      singular += contains(unit.lower, "i ") &&
                          (unit.lower.starts_with("i ") || contains(unit.lower, " i "))
                      ? 1
                      : 0;
      making += makes_something(unit) ? 1 : 0;
      counting += is_one_of(first_word(unit.lower), kCounting) ? 1 : 0;
    }
    const std::size_t units = draft.units.size();
    if (units > 12 && draft.thinks_aloud) return Style::kTalking;
    if (singular * 8 >= units || making * 4 >= units * 3 || counting == 0) {
      return Style::kTerse;
    }
    return Style::kExplaining;
  }

  static bool makes_something(const UnitFacts& unit) {
    return unit.flow.computes() || unit.text.find('=') != std::string_view::npos;
  }

  // A formula or a list item under what announced it, the rest of a sentence.
  bool goes_on(std::size_t i) const {
    const UnitFacts& unit = draft_.units[i];
    const UnitFacts& before = draft_.units[i - 1];
    const bool announced = before.text.ends_with(":") || before.text.ends_with(",");
    return unit.unit.kind == path::UnitKind::kFormula || unit.text.starts_with("=") ||
           unit.text.starts_with("\\[") || announced ||
           (unit.unit.kind == path::UnitKind::kListItem && !is_digit(unit.text.front()));
  }

  bool begins(std::size_t i) const {
    const UnitFacts& unit = draft_.units[i];
    const UnitFacts& before = draft_.units[i - 1];
    if (before.ends_paragraph && unit.unit.kind == path::UnitKind::kHeading) return true;
    if (goes_on(i)) return false;
    switch (style_) {
      case Style::kTerse:
        return !before.talk_only() || before.words.count > 6;
      case Style::kExplaining:
        return explained_begin(i);
      case Style::kTalking:
        return before.ends_paragraph || skills_[i] != skills_[i - 1];
    }
    return true;
  }

  bool explained_begin(std::size_t i) const {
    const UnitFacts& unit = draft_.units[i];
    const std::string_view word = first_word(unit.lower);
    if (draft_.units[i - 1].ends_paragraph || is_one_of(word, kCounting)) return true;
    const bool last = i + 2 >= draft_.units.size();
    if (last && concludes(unit)) return true;
    return computed_ && is_one_of(word, kTurning) && !concludes(unit);
  }

  const Draft& draft_;
  const std::vector<std::string_view>& skills_;
  Style style_;
  bool computed_ = false;  // the step so far has come to a result
};

}  // namespace

std::vector<std::size_t> step_firsts(const Draft& draft,
                                     const std::vector<std::string_view>& skills) {
  return Stepper(draft, skills).run();
}

std::vector<Span> functional_steps(std::string_view question, std::string_view reasoning) {
  const Problem problem{"", std::string(question), "", "math", {}};
  Trace trace;
  trace.response = std::string(reasoning);
  trace.reasoning = {0, reasoning.size()};
  trace.answer = {reasoning.size(), reasoning.size()};
  const Draft draft = make_draft(problem, trace, KeepChecks::kMending);
  std::vector<Span> steps;
  for (const std::size_t first : step_firsts(draft, unit_skills(draft))) {
    const std::size_t begin = draft.units[first].unit.span.begin;
    if (!steps.empty()) steps.back().end = begin;
    steps.push_back({begin, reasoning.size()});
  }
  return steps;
}

}  // namespace drp::teacher
