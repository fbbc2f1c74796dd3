// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/answer_form.h"
#include "teacher/rules/operation.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace drp::teacher {
namespace {

// "15 - 40 = -25" where the answer is 25: the difference is not yet what was asked for.
bool has_other_sign(const Draft& draft, const UnitFacts& unit) {
  if (!draft.answer.key || *draft.answer.key <= 0) return false;
  const std::string_view text = unit.text;
  const std::size_t at = text.rfind("= -");
  if (at == std::string_view::npos) return false;
  const std::string_view last = text.substr(at + 3);
  const std::string_view rest = last.substr(std::min(last.size(), draft.answer.text.size()));
  return last.starts_with(draft.answer.text) && rest.find_first_of("=0123456789") == rest.npos;
}

// Of an answer that is a fraction, whether the unit writes that fraction: 3/12 and 0.25 are not yet
// the 1/4 that was asked for.
bool writes_fraction(const Draft& draft, const UnitFacts& unit) {
  const std::vector<path::Number> parts = path::find_numbers(draft.answer.text);
  if (parts.size() != 3 || !parts.back().fraction) return true;
  return path::has_key(unit.flow.figures, path::number_key(parts[0].value)) &&
         path::has_key(unit.flow.figures, path::number_key(parts[1].value));
}

}  // namespace

bool computes_answer(const Draft& draft, const path::Flow& flow, Operands operands) {
  if (!draft.answer.key || flow.equations.empty() || !flow.equations.back().holds) return false;
  const path::Equation& last = flow.equations.back();
  if (path::number_key(last.result) != *draft.answer.key) return false;
  // "30 - 15 = 15" works with a 30 that was made before.
  const bool works = std::any_of(last.operands.begin(), last.operands.end(), [&](double operand) {
    const std::int64_t key = path::number_key(operand);
    return key > path::kTrivialKeyMax && !path::has_key(draft.given.values, key);
  });
  return operands == Operands::kAny || works ||
         std::none_of(last.operands.begin(), last.operands.end(), [&](double operand) {
           return path::number_key(operand) == *draft.answer.key;
         });
}

bool has_other_form(const Draft& draft, const UnitFacts& unit) {
  return !writes_fraction(draft, unit) || has_other_sign(draft, unit);
}

bool counts_answer_as_another(const Draft& draft, std::size_t from, std::size_t to) {
  if (!draft.answer.key) return false;
  std::vector<path::Counted> known;
  for (std::size_t i = from; i < to; ++i) {
    for (path::Counted& counted : path::read_counted(draft.units[i].text)) {
      if (counted.key == *draft.answer.key && !counted.things.empty()) {
        known.push_back(std::move(counted));
      }
    }
  }
  return path::counts_another(known, draft.units[to].text, *draft.answer.key);
}

bool says_result(const Draft& draft, std::size_t i) {
  if (!draft.answer.key || !draft.units[i].states_answer) return false;
  std::size_t before = i;
  while (before > 0 && draft.units[before - 1].talk_only()) --before;  // "Let me compute that."
  if (before == 0) return false;
  const UnitFacts& operation = draft.units[before - 1];
  if (operation.flow.computes() || operation.asks || !writes_operation(operation)) return false;
  std::string whole(operation.text.substr(0, operation.text.find_last_not_of(".:;!") + 1));
  whole += " = " + path::key_text(*draft.answer.key);
  return computes_answer(draft, path::read_flow(whole), Operands::kOthers);
}

std::vector<FractionPart> fraction_parts(std::string_view question) {
  std::vector<FractionPart> parts;
  const std::vector<path::Number> numbers = path::find_numbers(question);
  for (std::size_t i = 2; i < numbers.size(); ++i) {
    if (!numbers[i].fraction) continue;
    const std::int64_t fraction = path::number_key(numbers[i].value);
    for (const std::size_t part : {i - 2, i - 1}) {
      parts.push_back({fraction, path::number_key(numbers[part].value)});
    }
  }
  return parts;
}

// "6k and -6k cancel, so we're left with 24.", "That leaves me with just 9.": of a formula right
// above.
bool is_left_of_formula(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 2;
  const std::string number = path::key_text(*draft.answer.key);
  std::string_view text = draft.units[i].text;
  text = text.substr(0, text.find_last_not_of(".!$ ") + 1);
  if (!draft.private_thought() || draft.units[i].asks || !text.ends_with(number)) return false;
  std::string_view before = text.substr(0, text.size() - number.size());
  if (before.ends_with("just ")) before.remove_suffix(5);
  const bool left = before.ends_with("left with ") || before.ends_with(", leaving ") ||
                    before.ends_with("leaves me with ") || before.ends_with("leaves us with ");
  for (std::size_t j = i; left && j > 0 && i - j < kReach; --j) {
    if (!draft.units[j - 1].formulas.equalities.empty()) return true;
  }
  return false;
}

// "3.5x + 4.5x is 8x.": the answer's number counts an unknown, wherever it stands.
bool is_coefficient(const Draft& draft, const UnitFacts& unit) {
  if (!draft.answer.key || unit.flow.symbols == 0) return false;
  const std::string number = path::key_text(*draft.answer.key);
  bool counts = false;
  for (std::size_t at = unit.text.find(number); at != std::string_view::npos;
       at = unit.text.find(number, at + 1)) {
    const std::string_view rest = unit.text.substr(at + number.size());
    const bool inside = (at > 0 && (is_digit(unit.text[at - 1]) || unit.text[at - 1] == '.')) ||
                        (!rest.empty() && is_digit(rest[0]));
    if (inside) continue;
    const bool letter =
        !rest.empty() && is_letter(rest[0]) && (rest.size() == 1 || !is_letter(rest[1]));
    if (!letter) return false;
    counts = true;
  }
  return counts;
}

// "It should be 180 minus 135, right? That would be 45 miles."
bool replies_to_operation(const Draft& draft, std::size_t i) {
  const std::string_view core = draft.units[i].core();
  const bool replies = core.starts_with("that would be ") || core.starts_with("that should be ");
  return i > 0 && replies && draft.private_thought() &&
         path::has_key(draft.units[i].flow.figures, *draft.answer.key) &&
         writes_operation(draft.units[i - 1]);
}

}  // namespace drp::teacher
