// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/anchor.h"

#include <algorithm>
#include <string>
#include <unordered_set>

#include "base/text.h"
#include "teacher/rules/answer_form.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/words.h"

namespace drp::teacher {
namespace {

constexpr double kRestatesMin = 0.85;     // share of a unit's words that are the question's
constexpr std::size_t kReachMax = 400;    // units looked ahead in all, so that time stays bounded
constexpr std::size_t kLookAheadMax = 3;  // units of talk between the answer and the check of it
constexpr std::int64_t kKeysPerUnit = 10'000;  // see path::number_key()

// Whether a finished solution's usual sequel follows unit `i`; `made` are the computations up to
// it.
bool sequel_follows(const Draft& draft, std::size_t i, const Computations& made) {
  std::size_t looked = 0;
  const std::size_t end = std::min(draft.units.size(), i + 1 + kReachMax);
  for (std::size_t next = i + 1; next < end; ++next) {
    const UnitFacts& unit = draft.units[next];
    if (closes_solution(unit) || only_recomputes(unit, made)) {
      return true;
    }
    if (unit.announces && unit.states_answer) {
      return true;
    }
    if (unit.talk_only() || unit.states_answer) {
      continue;
    }
    if (++looked >= kLookAheadMax) {
      return false;
    }
    if (unit.flow.computes() || unit.flow.opening.continues || unit.plans) {
      return false;
    }
  }
  return true;
}

// Keys of the question's numbers that units [from, to) use in computations or formulas.
std::vector<std::int64_t> used_givens(const Draft& draft, std::size_t from, std::size_t to) {
  std::vector<std::int64_t> used;
  for (std::size_t i = from; i < to; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!unit.flow.computes() && !unit.formula) {
      continue;
    }
    for (const std::int64_t key : unit.flow.figures) {
      // The 1 of "1/5" is no number of a question with "one-fifth".
      if (key != kKeysPerUnit && path::has_key(draft.given.numbers, key)) {
        path::add_key(used, key);
      }
    }
  }
  return used;
}

// Saying the question again is no use of its numbers.
bool works_with_numbers(const Draft& draft, const UnitFacts& unit) {
  return unit.flow.computes() || unit.formula || writes_operation(unit) ||
         (names_operation(unit) && unit.flow.figures.size() >= 2) ||
         share_within(unit.words.content, draft.question.content) < kRestatesMin;
}

std::optional<std::size_t> last_derivation(const Draft& draft) {
  std::optional<std::size_t> check;  // one that only goes over what was computed before
  for (std::size_t i = draft.units.size(); i > 0; --i) {
    if (!derives_answer(draft, i - 1)) continue;
    const bool again = i > 1 && draft.units[i - 1].flow.equations.size() >= 2 &&
                       only_recomputes(draft.units[i - 1], computations_until(draft, i - 2));
    if (!again) return i - 1;
    check = check ? check : i - 1;
  }
  if (check) return check;
  // A last sentence that names the answer is its statement, however it is worded.
  for (std::size_t i = draft.units.size(); i > 0 && i + kLookAheadMax > draft.units.size(); --i) {
    if (draft.units[i - 1].states_answer && !draft.units[i - 1].asks) {
      return i - 1;
    }
  }
  return std::nullopt;
}

// "Let me add them again more carefully.": says only that it is done again.
bool sets_out_again(const UnitFacts& unit) {
  return unit.talk_only() && contains(unit.lower, "let") && contains(unit.lower, " again") &&
         !unit.gives_up && !unit.asks;
}

// Whether new values are made after unit `i` before anything says that the solution is finished:
// then `i` met the answer's value on the way ("30 * 4/15" on the way to 8/30 = 4/15).
bool goes_on_computing(const Draft& draft, std::size_t i,
                       const std::unordered_set<std::int64_t>& seen) {
  const std::size_t end = std::min(draft.units.size(), i + 1 + kReachMax);
  for (std::size_t next = i + 1; next < end; ++next) {
    const UnitFacts& unit = draft.units[next];
    const bool closes = unit.checks || unit.alternative || unit.approves ||
                        unit.flow.opening.alternative || unit.announces || sets_out_again(unit);
    if (closes) return false;
    const bool right = std::all_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                                   [](const path::Equation& equation) { return equation.holds; });
    const bool news = std::any_of(
        unit.flow.results.begin(), unit.flow.results.end(),
        [&](std::int64_t key) { return key > path::kTrivialKeyMax && !seen.contains(key); });
    if (right && news && !unit.hedges) return true;
  }
  return false;
}

// Whether the answer, a number of the question, is computed soon after unit `i` from a value that
// was not there before: what was met first was that number.
bool computed_from_news(const Draft& draft, std::size_t i,
                        const std::unordered_set<std::int64_t>& seen) {
  constexpr std::size_t kReach = 16;
  const std::size_t end = std::min(draft.units.size(), i + 1 + kReach);
  for (std::size_t next = i + 1; next < end; ++next) {
    const UnitFacts& unit = draft.units[next];
    if (unit.alternative || unit.flow.opening.alternative || unit.announces) return false;
    for (const path::Equation& equation : unit.flow.equations) {
      const bool news =
          std::any_of(equation.operands.begin(), equation.operands.end(), [&](double operand) {
            const std::int64_t key = path::number_key(operand);
            return key > path::kTrivialKeyMax && !seen.contains(key);
          });
      if (equation.holds && news && path::number_key(equation.result) == *draft.answer.key) {
        return true;
      }
    }
  }
  return false;
}

// "$1 divided by $0.10 a pod gives 10 pods" soon after a "That's 10 cents each" that computes
// nothing: what was met first was another thing of the same number.
bool computed_next(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 4;
  if (draft.units[i].announces || !draft.units[i].flow.equations.empty()) return false;
  const std::size_t end = std::min(draft.units.size(), i + 1 + kReach);
  for (std::size_t next = i + 1; next < end; ++next) {
    const UnitFacts& unit = draft.units[next];
    if (closes_solution(unit) || unit.alternative || unit.announces) return false;
    if (derives_answer(draft, next) && unit.flow.figures.size() >= 3 &&
        (writes_operation(unit) || unit.flow.computes())) {
      return true;
    }
  }
  return false;
}

// "S = 18 / 3", then "S = 6": comes to the value of an unknown.
bool solves_for(const Draft& draft, std::size_t i) {
  const auto is_formula = [](const UnitFacts& unit) {
    return unit.formulas.heads != 0 && unit.flow.defines == 0 && unit.words.count <= 1;
  };
  const UnitFacts& unit = draft.units[i];
  return i > 0 && is_formula(unit) && is_formula(draft.units[i - 1]) &&
         unit.formulas.heads == draft.units[i - 1].formulas.heads &&
         !draft.units[i - 1].formulas.terms.empty();
}

bool is_in_question(const Draft& draft) {
  return draft.answer.key && path::has_key(draft.given.numbers, *draft.answer.key);
}

// Whether the answer's value in unit `i` may be an intermediate one: a number of the question turns
// up too easily, unless the sentence itself or the one right before it computes it; so does a 1 or
// a 2, whatever is asked (16/27 does not), and what is tried out in a search.
bool may_be_on_the_way(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool computed =
      computes_answer(draft, unit.flow, Operands::kOthers) || solves_for(draft, i) ||
      says_result(draft, i) || (draft.answer.key && is_left_of_formula(draft, i)) ||
      (unit.flow.opening.concludes && unit.flow.symbols != 0 && contains(unit.lower, "must be")) ||
      (i > 0 && computes_answer(draft, draft.units[i - 1].flow, Operands::kOthers));
  const bool trivial = draft.answer.key && *draft.answer.key <= path::kTrivialKeyMax &&
                       *draft.answer.key % kKeysPerUnit == 0;
  const bool settled = draft.private_thought() &&
                       computes_answer(draft, unit.flow, Operands::kOthers) &&
                       i + 1 < draft.units.size() && draft.units[i + 1].checks;
  const bool candidate = (draft.searches || (trivial && !settled)) &&
                         !unit.flow.opening.concludes && unit.unit.kind != path::UnitKind::kFormula;
  return (is_in_question(draft) && !computed) || candidate;
}

// Whether units (i, last] come to nothing that was not said up to unit `i`.
bool brings_nothing_new(const Draft& draft, std::size_t i, std::size_t last) {
  std::unordered_set<std::int64_t> said(draft.given.values.begin(), draft.given.values.end());
  for (std::size_t j = 0; j <= i; ++j) {
    const path::Flow& flow = draft.units[j].flow;
    said.insert(flow.mentions.begin(), flow.mentions.end());
    said.insert(flow.results.begin(), flow.results.end());
  }
  for (std::size_t j = i + 1; j <= last; ++j) {
    for (const std::int64_t key : draft.units[j].flow.results) {
      if (!said.contains(key)) return false;
    }
  }
  return true;
}

// Whether a check behind unit `i` takes one more number of the question and comes to nothing new.
bool only_checks(const Draft& draft, std::size_t i, std::size_t last) {
  return draft.private_thought() && i < last && brings_nothing_new(draft, i, last);
}

// "5 - 3 = 2", and after a check "So 5 - 3 = 2" again: the check changed nothing, so that the
// answer was reached before it.
void move_before_check(Draft& draft) {
  const std::size_t last = *draft.anchor;
  if (!computes_answer(draft, draft.units[last].flow, Operands::kAny)) return;
  const std::string key = path::equation_key(draft.units[last].flow.equations.back());
  bool checked = false;
  bool doubted = false;  // "Wait, no, hold on.", and nothing of what is wrong
  for (std::size_t i = last + 1; i-- > 0;) {
    const UnitFacts& unit = draft.units[i];
    const bool idle = unit.corrects && unit.talk_only() && unit.flow.opening.doubts;
    if ((unit.corrects && !idle) || unit.gives_up) return;
    doubted = doubted || idle;
    const bool same = checked && unit.flow.computes() && derives_answer(draft, i) &&
                      path::equation_key(unit.flow.equations.back()) == key;
    if (same) {
      const auto first =
          std::find_if(draft.units.begin(), draft.units.end(), [&](const UnitFacts& other) {
            return path::has_key(other.flow.results, *draft.answer.key);
          });
      const bool met = first < draft.units.begin() + static_cast<std::ptrdiff_t>(i);
      const auto used = [&](std::size_t to) { return used_givens(draft, 0, to).size(); };
      const bool uses_all = !doubted && used(i + 1) == used(last + 1);
      if (!met && (uses_all || brings_nothing_new(draft, i, last))) {
        draft.anchor = i;
      }
      return;
    }
    checked = checked || unit.checks || unit.flow.opening.doubts;
  }
}

// A check or another way that begins after the answer was reached, unit by unit.
struct LaterCheck {
  bool begun = false;
  std::optional<std::size_t> derived;  // the last place before it that comes to the answer
  bool again = false;                  // it came to the answer again
  bool taken_back = false;             // it found something wrong

  // Whether unit `i` closes the check with approval: "Let me check that: ... So 12. Yes, that
  // matches.", whatever it went over.
  bool confirms(const UnitFacts& unit, std::size_t i, bool reached, bool derives) {
    begun =
        begun || (reached && (unit.checks || unit.alternative || unit.flow.opening.alternative));
    if (!begun && derives) derived = i;
    if (!begun || !derived) return false;
    taken_back = taken_back || unit.corrects;
    again = again || derives;
    return again && !taken_back && unit.approves;
  }
};

}  // namespace

bool derives_answer(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  if (!unit.states_answer || unit.asks || has_other_form(draft, unit) ||
      is_coefficient(draft, unit)) {
    return false;
  }
  if (unit.announces) {
    return true;
  }
  if (draft.answer.key) {
    if (!path::has_key(unit.flow.results, *draft.answer.key)) {
      return replies_to_operation(draft, i) || is_left_of_formula(draft, i);
    }
    // A number of the question is reached only by computing it or by concluding.
    return !path::has_key(draft.given.values, *draft.answer.key) || unit.flow.computes() ||
           unit.flow.opening.concludes || unit.formula || says_result(draft, i) ||
           is_left_of_formula(draft, i);
  }
  return unit.flow.opening.concludes || unit.text.find('=') != std::string_view::npos ||
         unit.unit.kind == path::UnitKind::kFormula;
}

void find_anchor(Draft& draft) {
  if (!draft.answer.found()) return;
  if (draft.in_words) {
    draft.anchor = find_word_anchor(draft);
    if (draft.anchor) draft.anchor_end = statement_end(draft, *draft.anchor);
    return;
  }
  const std::vector<std::int64_t> all_used = used_givens(draft, 0, draft.units.size());
  const std::vector<FractionPart> parts = fraction_parts(draft.problem.question);
  std::optional<std::size_t> fallback;
  std::size_t fallback_used = 0;
  LaterCheck check;
  bool computed = false;  // some unit so far works the answer out
  Computations made;
  std::vector<std::int64_t> used;  // of all_used, by the units so far
  std::unordered_set<std::int64_t> seen(draft.given.values.begin(), draft.given.values.end());
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    const path::Flow& flow = draft.units[i].flow;
    add_computations(draft.units[i], made);
    const bool works = works_with_numbers(draft, draft.units[i]);
    for (const std::int64_t key : flow.mentions) {
      if (works && path::has_key(all_used, key)) path::add_key(used, key);
      for (const FractionPart& part : parts) {
        const bool held = part.fraction == key && path::has_key(all_used, part.part);
        if (works && held) path::add_key(used, part.part);
      }
    }
    const bool derives = derives_answer(draft, i);
    computed = computed || computes_answer(draft, flow, Operands::kAny) ||
               (derives && writes_operation(draft.units[i]));
    if (check.confirms(draft.units[i], i, fallback.has_value(), derives) && !draft.searches) {
      draft.anchor = check.derived;
      break;
    }
    if (!derives) {
      seen.insert(flow.mentions.begin(), flow.mentions.end());
      seen.insert(flow.results.begin(), flow.results.end());
      continue;
    }
    // What the answer is computed from may be what comes next: 12 * 12 = 144, so the root is 12.
    seen.insert(flow.results.begin(), flow.results.end());
    const bool finished = !may_be_on_the_way(draft, i) && sequel_follows(draft, i, made) &&
                          !goes_on_computing(draft, i, seen) &&
                          (computed || !computed_next(draft, i)) &&
                          !(is_in_question(draft) && !is_left_of_formula(draft, i) &&
                            computed_from_news(draft, i, seen));
    seen.insert(flow.mentions.begin(), flow.mentions.end());
    if (draft.units[i].announces || finished) {
      // Of several places none of which uses all, the first, or one that computes the answer from
      // more before any check begins: what came first was an intermediate value.
      const bool better = !check.begun && used.size() > fallback_used &&
                          computes_answer(draft, flow, Operands::kAny);
      if (!fallback || better) {
        fallback = i;
        fallback_used = used.size();
      }
      if (used.size() == all_used.size()) {
        draft.anchor = check.begun && only_checks(draft, *fallback, i) ? *fallback : i;
        break;
      }
    }
  }
  if (!draft.anchor) draft.anchor = fallback ? fallback : last_derivation(draft);
  if (draft.anchor) {
    move_before_check(draft);
    draft.anchor_end = statement_end(draft, *draft.anchor);
  }
}

}  // namespace drp::teacher
