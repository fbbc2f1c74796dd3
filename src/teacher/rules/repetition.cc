// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <unordered_map>

#include "base/text.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "repetition";
constexpr double kWordsSeenMin = 0.67;

// Whether a unit has a word of the question that another one lacks: what it is about.
bool names_another(const Draft& draft, const UnitFacts& unit, const UnitFacts& other) {
  const auto holds = [](const std::vector<std::uint32_t>& words, std::uint32_t word) {
    return std::binary_search(words.begin(), words.end(), word);
  };
  const std::vector<std::uint32_t>& words = unit.words.content;
  return std::any_of(words.begin(), words.end(), [&](std::uint32_t word) {
    return holds(draft.question.content, word) && !holds(other.words.content, word);
  });
}

// What the kept units so far hold.
class Memory {
 public:
  void add(const UnitFacts& unit, std::size_t i) {
    for (const path::Equation& equation : unit.flow.equations) {
      equations_.try_emplace(path::equation_key(equation), i);
    }
    said_.push_back(&unit);
    texts_.try_emplace(plain(unit), i);
    if (unit.formula) {
      recent_[recent_at_++ % recent_.size()] = plain(unit);
    }
  }

  // A formula that one of the last kept units already ends in or holds.
  bool holds_formula(const UnitFacts& unit) const {
    if (!unit.formula || unit.words.content_count > 0 ||
        unit.text.find('=') == std::string_view::npos) {
      return false;
    }
    const std::string text = plain(unit);
    return text.size() >= 5 &&
           std::any_of(recent_.begin(), recent_.end(),
                       [&](const std::string& held) { return contains(held, text); });
  }

  std::optional<std::size_t> same_text(const UnitFacts& unit) const {
    const auto found = texts_.find(plain(unit));
    return found == texts_.end() ? std::nullopt : std::optional<std::size_t>(found->second);
  }

  // The unit that already made every computation of this one.
  std::optional<std::size_t> same_computation(const UnitFacts& unit) const {
    std::optional<std::size_t> where;
    for (const path::Equation& equation : unit.flow.equations) {
      const auto found = equations_.find(path::equation_key(equation));
      if (found == equations_.end()) {
        return std::nullopt;
      }
      where = found->second;
    }
    return where;
  }

  // Whether one of the last sentences has all its figures and most of its words: the same numbers
  // said of other things are no repetition.
  // In a terse solution a word of the question that it lacks ("the final tree") names another
  // thing.
  bool said_before(const Draft& draft, const UnitFacts& unit) const {
    const std::size_t from = said_.size() > kReach ? said_.size() - kReach : 0;
    return std::any_of(
        said_.begin() + static_cast<std::ptrdiff_t>(from), said_.end(), [&](const UnitFacts* said) {
          return holds(*said, unit) && (draft.thinks_aloud || (!names_another(draft, unit, *said) &&
                                                               !names_new_operation(*said, unit)));
        });
  }

 private:
  static constexpr std::size_t kReach = 40;

  // "400 minus 200" after "half of 400 is 200" does something else with the same numbers.
  static bool same_operations(const UnitFacts& a, const UnitFacts& unit) {
    for (const std::string_view sign :
         {" minus ", " plus ", " times ", "divided by", "multiplied"}) {
      if (contains(unit.lower, sign) && !contains(a.lower, sign)) return false;
    }
    return true;
  }

  // "Multiplying the rows by 6 gives the seats" after "there are rows of 6" is a step of its own.
  static bool names_new_operation(const UnitFacts& a, const UnitFacts& unit) {
    for (const std::string_view stem : {"multipl", "divid", "subtract", "adding", "add "}) {
      if (contains(unit.lower, stem) && !contains(a.lower, stem)) return true;
    }
    return false;
  }

  // "All 24 have no children" after "they have 24 children".
  static bool denies(const UnitFacts& unit) {
    for (const std::string_view word : {" no ", " not ", " none", "n't ", " never ", " without "}) {
      if (contains(unit.lower, word)) return true;
    }
    return false;
  }

  // "Pam pays $70" after "Pam pays 70 % of the price".
  static bool same_measure(const UnitFacts& said, const UnitFacts& unit) {
    const auto has = [](const UnitFacts& other, std::string_view sign) {
      return contains(other.text, sign);
    };
    return (has(said, "$") || !has(unit, "$")) && (!has(said, "%") || has(unit, "%"));
  }

  static bool holds(const UnitFacts& said, const UnitFacts& unit) {
    const std::vector<std::int64_t>& known = said.flow.mentions;
    const std::vector<std::int64_t>& numbers = unit.flow.mentions;
    return same_operations(said, unit) && same_measure(said, unit) &&
           (denies(said) || !denies(unit)) &&
           std::includes(known.begin(), known.end(), numbers.begin(), numbers.end()) &&
           share_within(unit.words.content, said.words.content) >= kWordsSeenMin;
  }

  // Lower case without connectives and closing punctuation.
  static std::string plain(const UnitFacts& unit) {
    std::string_view text = unit.lower;
    text.remove_prefix(std::min(text.size(), unit.flow.opening.core));
    while (!text.empty() && (text.back() == '.' || text.back() == ',' || text.back() == '*')) {
      text.remove_suffix(1);
    }
    return path::compact_math(text);
  }

  std::unordered_map<std::string, std::size_t> equations_;
  std::unordered_map<std::string, std::size_t> texts_;
  std::vector<const UnitFacts*> said_;
  std::array<std::string, 4> recent_;
  std::size_t recent_at_ = 0;
};

// Whether unit `i` names no thing of the question and no number that unit `made` does not: 3 * 5
// for the drum repeats no 3 * 5 for the balls, "the third: 1/2 * 12" no "the second: 1/2 * 12".
bool same_subject(const Draft& draft, std::size_t i, std::size_t made) {
  const std::vector<std::int64_t>& known = draft.units[made].flow.mentions;
  const std::vector<std::int64_t>& named = draft.units[i].flow.mentions;
  if (!std::includes(known.begin(), known.end(), named.begin(), named.end())) return false;
  return !names_another(draft, draft.units[i], draft.units[made]);
}

// Whether the result of unit `i` is worked on at once and was made too far back to be remembered.
bool taken_up(const Draft& draft, std::size_t i, std::size_t made) {
  constexpr std::size_t kFar = 6;
  constexpr std::size_t kReach = 3;
  if (i - made <= kFar || (draft.anchor && i > *draft.anchor)) return false;
  const std::int64_t result = path::number_key(draft.units[i].flow.equations.back().result);
  for (std::size_t next = i + 1; next < draft.units.size() && next <= i + kReach; ++next) {
    for (const path::Equation& equation : draft.units[next].flow.equations) {
      for (const double operand : equation.operands) {
        if (path::number_key(operand) == result) return true;
      }
    }
  }
  return false;
}

bool plain_prose(const UnitFacts& unit) {
  // "So it is 55, not 495": settles which of two values is right.
  const std::size_t denied = unit.lower.find(", not ");
  if (denied < unit.lower.size() - 6 && is_digit(unit.lower[denied + 6])) return false;
  if (contains(unit.lower, "cancel") || contains(unit.lower, "similarly")) {
    return false;  // does to another what was done to one
  }
  for (const std::string_view sign : {"\\frac", "\\binom", "\\dbinom", "\\sqrt", "^", "!"}) {
    if (contains(unit.text, sign)) return false;  // a formula that was not written before
  }
  return unit.text.find('=') == std::string_view::npos && unit.flow.symbols == 0 &&
         unit.unit.kind == path::UnitKind::kSentence;
}

// In words the same sentence says something else in another case; only prose is looked at, since a
// line of a list may be a line of another list as well.
void prune_same_words(Draft& draft, std::size_t i, Memory& memory) {
  constexpr std::size_t kBytesMin = 20;
  const UnitFacts& unit = draft.units[i];
  if (unit.supposes || unit.unit.kind == path::UnitKind::kHeading) memory = {};
  const std::optional<std::size_t> same = memory.same_text(unit);
  const bool prose = unit.unit.kind == path::UnitKind::kSentence && unit.text.size() >= kBytesMin;
  if (same && prose && !unit.announces && !unit.verdict && !unit.supposes) {
    draft.remove(i, kName, "says the same as unit " + std::to_string(*same + 1));
  } else {
    memory.add(unit, i);
  }
}

}  // namespace

void prune_repetitions(Draft& draft) {
  Memory memory;
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    if (!draft.kept(i) || draft.under_answer_heading(i)) {
      continue;
    }
    const UnitFacts& unit = draft.units[i];
    if (draft.in_words) {
      prune_same_words(draft, i, memory);
      continue;
    }
    const bool closing = draft.anchor && i >= *draft.anchor && unit.states_answer;
    const bool long_enough = unit.text.size() >= 8;
    if (const auto same = memory.same_text(unit); same && long_enough && !unit.announces) {
      draft.remove(i, kName, "says the same as unit " + std::to_string(*same + 1));
    } else if (memory.holds_formula(unit)) {
      draft.remove(i, kName, "a unit just before holds the same formula");
    } else if (closing) {
      // The statement of the answer repeats its value by nature.
    } else if (const auto made = memory.same_computation(unit);
               made && same_subject(draft, i, *made) && !taken_up(draft, i, *made)) {
      draft.remove(i, kName, "computes again what unit " + std::to_string(*made + 1) + " did");
    } else if (plain_prose(unit) && !unit.flow.figures.empty() && !unit.flow.computes() &&
               memory.said_before(draft, unit)) {
      draft.remove(i, kName, "its figures and words were there before");
    }
    if (draft.kept(i)) {
      memory.add(unit, i);
    }
  }
  prune_worked_again(draft, kName);
}

}  // namespace drp::teacher
