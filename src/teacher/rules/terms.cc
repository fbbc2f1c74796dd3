// SPDX-License-Identifier: Apache-2.0
// What a kept unit computes with and the path has not introduced as such: "4S", "the $12.00".
#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

// The multiples of an unknown that a text writes: "4S" of "so that would be 4S gallons".
std::vector<std::string_view> multiples(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < text.size();) {
    const bool inside = i > 0 && (is_letter(text[i - 1]) ||
                                  std::string_view("._^\\").find(text[i - 1]) != std::string::npos);
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == i) {
      ++i;
      continue;
    }
    const bool letter = end < text.size() && is_letter(text[end]);
    const bool word =
        end + 1 < text.size() && (is_letter(text[end + 1]) || is_digit(text[end + 1]));
    if (!inside && letter && !word) found.push_back(text.substr(i, end + 1 - i));
    i = end + 1;
  }
  return found;
}

bool writes(std::string_view text, std::string_view term) {
  const std::vector<std::string_view> terms = multiples(text);
  return std::find(terms.begin(), terms.end(), term) != terms.end();
}

// The first unit that writes the term, where it says of what it is; else nothing.
std::optional<std::size_t> introduces(const Draft& draft, std::string_view term, std::size_t user) {
  for (std::size_t i = 0; i < user; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!writes(unit.text, term)) continue;
    const bool says = unit.words.content_count > 0 && !unit.asks && !unit.checks &&
                      !unit.corrects && draft.decisions[i].pass != "false_start";
    return says ? std::optional(i) : std::nullopt;
  }
  return std::nullopt;
}

bool kept_before(const Draft& draft, std::string_view term, std::size_t user) {
  for (std::size_t i = 0; i < user; ++i) {
    if (draft.kept(i) && writes(draft.text(i), term)) return true;
  }
  return false;
}

// Whether the path has the value before `user` only for other things than `user` has it.
bool had_for_another(const Draft& draft, std::size_t user, std::int64_t key) {
  std::vector<path::Counted> known;
  for (std::size_t i = 0; i < user; ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!draft.kept(i) || !path::has_key(unit.flow.mentions, key)) continue;
    for (path::Counted& counted : path::read_counted(unit.text)) {
      if (counted.key == key && !counted.things.empty()) known.push_back(std::move(counted));
    }
  }
  return path::counts_another(known, draft.units[user].text, key);
}

// The units that compute a value: by which computations one that is kept does, and the last one.
struct Makers {
  std::unordered_set<std::string> kept;  // path::equation_key
  std::optional<std::size_t> last;
  std::string how;  // the last one computes it
};

// Whether unit `k` takes the value from the last that computed it, and the path has it from
// elsewhere: for another thing, or where that one ends a detour right before `k`.
bool takes_lost(const Draft& draft, std::size_t k, std::int64_t key, const Makers& makers) {
  constexpr std::size_t kNear = 2;
  if (!makers.last || draft.kept(*makers.last)) return false;
  const bool near = k - *makers.last <= kNear && !makers.kept.contains(makers.how) &&
                    draft.decisions[*makers.last].pass == "detour";
  return near || (makers.kept.empty() && had_for_another(draft, k, key));
}

// Works with its numbers: computes, or writes an operation that it does not carry out.
bool works(const UnitFacts& unit) {
  const bool part = unit.flow.figures.size() >= 2 && contains(unit.lower, " of ");  // 30% of 80
  return unit.flow.computes() || unit.formula || writes_operation(unit) || part;
}

// "the number of white squares would be 24 minus 12."
bool leaves_open(const UnitFacts& unit) {
  return works(unit) && unit.flow.equations.empty() && !unit.formula && !unit.asks;
}

// The equation of `unit` that carries out what `open` only writes down, if any.
const path::Equation* works_out(const UnitFacts& unit, const UnitFacts& open) {
  if (unit.asks || unit.corrects) return nullptr;
  for (const path::Equation& equation : unit.flow.equations) {
    const bool same =
        equation.operands.size() == 2 && equation.operands[0] != equation.operands[1] &&
        std::all_of(equation.operands.begin(), equation.operands.end(), [&](double operand) {
          return path::has_key(open.flow.figures, path::number_key(operand));
        });
    if (equation.holds && same) return &equation;
  }
  return nullptr;
}

// Whether a kept unit of [from, to) says the value.
bool says_value(const Draft& draft, std::int64_t key, std::size_t from, std::size_t to) {
  for (std::size_t k = from; k < to; ++k) {
    if (draft.kept(k) && path::has_key(draft.units[k].flow.mentions, key)) return true;
  }
  return false;
}

}  // namespace

std::size_t restore_terms(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    if (!draft.kept(k) || unit.flow.symbols == 0) continue;
    for (const std::string_view term : multiples(unit.text)) {
      const auto first = introduces(draft, term, k);
      if (!first || draft.kept(*first) || kept_before(draft, term, k) ||
          draft.units[*first].flow.symbols == 0) {
        continue;
      }
      bring_back(
          draft, *first,
          "says what the " + std::string(term) + " of unit " + std::to_string(k + 1) + " is");
      ++restored;
    }
  }
  return restored;
}

std::size_t restore_taken_results(Draft& draft) {
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  std::unordered_map<std::int64_t, Makers> made;
  // A dozen of the question is no $12 that was computed.
  const std::vector<std::int64_t> given = path::read_flow(draft.problem.question).figures;
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    for (const path::Equation& equation : unit.flow.equations) {
      for (const double operand : equation.operands) {
        const std::int64_t key = path::number_key(operand);
        const auto makers = made.find(key);
        const bool takes = draft.kept(k) && key > path::kTrivialKeyMax && makers != made.end() &&
                           !path::has_key(given, key);
        if (!takes || !takes_lost(draft, k, key, makers->second)) continue;
        bring_back(draft, *makers->second.last,
                   "unit " + std::to_string(k + 1) + " takes what it computes");
        makers->second.kept.insert(makers->second.how);
        ++restored;
      }
    }
    for (const path::Equation& equation : unit.flow.equations) {
      if (!equation.holds) continue;
      Makers& makers = made[path::number_key(equation.result)];
      const std::string how = path::equation_key(equation);
      if (draft.kept(k)) makers.kept.insert(how);
      if (unit.asks || unit.corrects) continue;
      makers.last = k;
      makers.how = how;
    }
  }
  return restored;
}

std::size_t restore_open_results(Draft& draft) {
  constexpr std::size_t kReach = 6;
  if (!draft.thinks_aloud) return 0;
  std::size_t restored = 0;
  std::unordered_set<std::string> kept;  // path::equation_key
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    for (const path::Equation& equation : draft.units[k].flow.equations) {
      kept.insert(path::equation_key(equation));
    }
  }
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    if (!draft.kept(k) || !leaves_open(unit)) continue;
    // Where the path ends so, what comes after the answer was reached says it.
    const bool last = draft.next_kept(k) >= draft.derivation_end();
    const std::size_t end =
        std::min(last ? draft.units.size() : draft.derivation_end(), k + 1 + kReach);
    for (std::size_t i = k + 1; i < end; ++i) {
      const bool gone = !draft.kept(i) && draft.decisions[i].pass != "false_start";
      const path::Equation* result = gone ? works_out(draft.units[i], unit) : nullptr;
      if (result == nullptr || kept.contains(path::equation_key(*result)) ||
          (!path::has_key(draft.given.values, path::number_key(result->result)) &&
           says_value(draft, path::number_key(result->result), k + 1, end))) {
        continue;
      }
      bring_back(draft, i, "says what unit " + std::to_string(k + 1) + " comes to");
      kept.insert(path::equation_key(*result));
      ++restored;
      break;
    }
  }
  return restored;
}

std::size_t restore_given_work(Draft& draft) {
  constexpr std::size_t kReach = 400;  // units looked ahead, so that time stays bounded
  if (!draft.thinks_aloud || !draft.anchor) return 0;
  std::vector<std::int64_t> worked;  // numbers that the path computes with
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!draft.kept(i) || !works(unit)) continue;
    for (const std::int64_t key : unit.flow.figures) path::add_key(worked, key);
  }
  std::size_t restored = 0;
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (draft.kept(i) || unit.asks || unit.corrects || draft.decisions[i].pass == "false_start") {
      continue;
    }
    for (const path::Equation& equation : unit.flow.equations) {
      const bool lost =
          std::any_of(equation.operands.begin(), equation.operands.end(), [&](double operand) {
            const std::int64_t key = path::number_key(operand);
            return key > path::kTrivialKeyMax && path::has_key(draft.given.numbers, key) &&
                   !path::has_key(worked, key);
          });
      if (!equation.holds || !lost ||
          !says_value(draft, path::number_key(equation.result), i + 1,
                      std::min(draft.derivation_end(), i + kReach))) {
        continue;
      }
      bring_back(draft, i, "nothing else computes with a number of the question");
      for (const std::int64_t key : unit.flow.figures) path::add_key(worked, key);
      ++restored;
      break;
    }
  }
  return restored;
}

}  // namespace drp::teacher
