// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/text.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/stretch.h"
#include "teacher/rules/value_uses.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "detour";

bool holds_key(const std::vector<std::uint64_t>& keys, std::uint64_t key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Whether the stretch [begin, end) is idle: it settles what was known before it, and nothing that
// stays needs what it brings in.
class Idle {
 public:
  Idle(const Draft& draft, std::size_t begin, std::size_t end)
      : draft_(draft), begin_(begin), end_(end) {}

  bool holds() const {
    std::uint64_t symbols = 0;
    bool takes_back = false;
    bool comes_back = false;
    for (std::size_t i = begin_; i < end_; ++i) {
      const UnitFacts& unit = draft_.units[i];
      if (draft_.decisions[i].pinned || unit.flow.defines != 0 || brings_value(unit) ||
          brings_formula(unit) || brings_word(unit) || uses_given_alone(i) || brings_name(unit) ||
          brings_answer(unit)) {
        return false;
      }
      symbols |= unit.flow.symbols & ~draft_.given.symbols;
      takes_back = takes_back || unit.corrects || unit.gives_up;
      comes_back = comes_back || comes_to_old_value(unit);
    }
    const std::uint64_t brought = symbols & ~symbols_before();
    const bool solved =
        later([&](const UnitFacts& unit) { return (unit.flow.symbols & brought) != 0; });
    return !solved && (!takes_back || comes_back);
  }

 private:
  template <typename Test>
  bool before(Test fits) const {
    for (std::size_t i = begin_; i > 0; --i) {
      if (draft_.kept(i - 1) && fits(draft_.units[i - 1])) return true;
    }
    return false;
  }

  template <typename Test>
  bool later(Test fits) const {
    for (std::size_t i = end_; i < draft_.derivation_end(); ++i) {
      if (draft_.kept(i) && fits(draft_.units[i])) return true;
    }
    return false;
  }

  std::uint64_t symbols_before() const {
    std::uint64_t symbols = 0;
    for (std::size_t i = 0; i < begin_; ++i) {
      if (draft_.kept(i)) symbols |= draft_.units[i].flow.symbols;
    }
    return symbols;
  }

  bool comes_to_old_value(const UnitFacts& unit) const {
    return std::any_of(unit.flow.results.begin(), unit.flow.results.end(), [&](std::int64_t key) {
      return !path::has_key(draft_.given.values, key) &&
             before([&](const UnitFacts& other) { return path::has_key(other.flow.results, key); });
    });
  }

  // "25 times 4 is 100, so 25 times 40 is 1000" after what came to 1000.
  bool comes_to_old_value_in_the_end(const UnitFacts& unit) const {
    if (unit.flow.equations.empty()) return false;
    const std::int64_t key = path::number_key(unit.flow.equations.back().result);
    return !path::has_key(draft_.given.values, key) &&
           before([&](const UnitFacts& other) { return path::has_key(other.flow.results, key); });
  }

  // Whether a later unit takes the value, which was not there before, and none makes it again.
  bool needed(std::int64_t key) const {
    const bool known =
        path::has_key(draft_.given.numbers, key) ||
        before([&](const UnitFacts& unit) { return path::has_key(unit.flow.mentions, key); });
    if (known) return false;
    for (std::size_t i = end_; i < draft_.derivation_end(); ++i) {
      const UnitFacts& unit = draft_.units[i];
      if (!draft_.kept(i)) continue;
      if (makes_value(unit, key)) return false;
      if (path::has_key(unit.flow.mentions, key)) return true;
    }
    return false;
  }

  bool brings_value(const UnitFacts& unit) const {
    const auto brings = [&](const std::vector<std::int64_t>& keys) {
      return std::any_of(keys.begin(), keys.end(), [&](std::int64_t key) {
        return key > path::kTrivialKeyMax && needed(key);
      });
    };
    return brings(unit.flow.results) || brings(unit.flow.mentions);
  }

  // A formula with unknowns, factorials or powers that was not there before.
  bool brings_formula(const UnitFacts& unit) const {
    const auto brings = [&](const std::vector<std::uint64_t>& keys) {
      return std::any_of(keys.begin(), keys.end(), [&](std::uint64_t key) {
        return !before([&](const UnitFacts& other) {
          return holds_key(other.formulas.equalities, key) || holds_key(other.formulas.terms, key);
        });
      });
    };
    const bool writes = unit.text.find_first_of("!^\\") != std::string_view::npos;
    return (unit.flow.symbols != 0 && brings(unit.formulas.equalities)) ||
           (writes && brings(unit.formulas.terms));
  }

  // A thing that it brings up and that is spoken of behind it.
  bool brings_word(const UnitFacts& unit) const {
    return std::any_of(
        unit.words.content.begin(), unit.words.content.end(), [&](std::uint32_t word) {
          const auto says = [&](const UnitFacts& other) {
            return std::binary_search(other.words.content.begin(), other.words.content.end(), word);
          };
          const bool asked = std::binary_search(draft_.question.content.begin(),
                                                draft_.question.content.end(), word);
          return !asked && !before(says) && later(says);
        });
  }

  bool kept_outside(std::size_t i) const { return draft_.kept(i) && (i < begin_ || i >= end_); }

  // Computes with a number of the question that no other kept unit has.
  bool uses_given_alone(std::size_t i) const {
    const UnitFacts& unit = draft_.units[i];
    if (!draft_.kept(i) || !unit.flow.computes() || comes_to_old_value_in_the_end(unit))
      return false;
    return std::any_of(unit.flow.figures.begin(), unit.flow.figures.end(), [&](std::int64_t key) {
      if (!path::has_key(draft_.given.numbers, key)) return false;
      for (std::size_t j = 0; j < draft_.derivation_end(); ++j) {
        if (kept_outside(j) && path::has_key(draft_.units[j].flow.mentions, key)) return false;
      }
      return true;
    });
  }

  // Concludes the answer, which no kept unit before it has said.
  bool brings_answer(const UnitFacts& unit) const {
    return unit.states_answer && unit.flow.opening.concludes && !unit.asks && !unit.hedges &&
           !before([](const UnitFacts& other) { return other.states_answer; });
  }

  // Says of someone or of a day in the question what nothing else that stays speaks of.
  bool brings_name(const UnitFacts& unit) const {
    return std::any_of(draft_.given.names.begin(), draft_.given.names.end(),
                       [&](const std::string& name) {
                         if (!contains(unit.text, name)) return false;
                         for (std::size_t j = 0; j < draft_.derivation_end(); ++j) {
                           if (kept_outside(j) && contains(draft_.units[j].text, name))
                             return false;
                         }
                         return true;
                       });
  }

  const Draft& draft_;
  std::size_t begin_;
  std::size_t end_;
};

bool any_kept(const Draft& draft, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    if (draft.kept(i) && speaks(draft.units[i])) return true;
  }
  return false;
}

// The last unit before `begin` that is kept or tells a fact of the question.
std::optional<std::size_t> told_before(const Draft& draft, std::size_t begin) {
  for (std::size_t i = begin; i > 0; --i) {
    const bool fact = draft.decisions[i - 1].pass == "restatement" && !draft.units[i - 1].asks;
    if (draft.kept(i - 1) || fact) return i - 1;
  }
  return std::nullopt;
}

// "So then, multiplying 9/1 by 2/3." right before "The denominators: 1 * 3 = 3": whether unit
// `next` computes with a 1 that only the sentence before it, the last of the detour, brings in.
bool brings_small_operand(const Draft& draft, std::size_t end, std::size_t next) {
  const UnitFacts& last = draft.units[end - 1];
  const UnitFacts& unit = draft.units[next];
  if (next != end || last.ends_paragraph || !unit.flow.computes()) return false;
  return std::any_of(last.flow.figures.begin(), last.flow.figures.end(), [&](std::int64_t key) {
    if (key > path::kTrivialKeyMax || !path::has_key(unit.flow.figures, key) ||
        path::has_key(draft.given.values, key)) {
      return false;
    }
    for (std::size_t i = 0; i + 1 < end; ++i) {
      if (draft.kept(i) && path::has_key(draft.units[i].flow.mentions, key)) return false;
    }
    return true;
  });
}

bool is_idle(const Draft& draft, std::size_t begin, std::size_t end) {
  const std::size_t next = draft.kept(end) ? end : draft.next_kept(end);
  if (next >= draft.derivation_end() || !reads_on(draft, told_before(draft, begin), next) ||
      brings_small_operand(draft, end, next)) {
    return false;
  }
  return Idle(draft, begin, end).holds();
}

// Whatever deleted a part of it: what brings back a restatement has no reason to bring back one
// that belongs to a detour.
void remove_stretch(Draft& draft, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) {
    draft.decisions[i] = {Action::kDelete, kName,
                          "a doubt or detour that ends in what was known before", std::nullopt,
                          false};
  }
  draft.blocks.push_back({begin, end});
}

}  // namespace

void prune_detours(Draft& draft) {
  if (draft.stretches.empty() || draft.searches) return;
  for (const Stretch& stretch : draft.stretches) {
    const std::size_t begin = stretch.begin;
    std::size_t end = stretch.end;
    if (any_kept(draft, begin, end) && is_idle(draft, begin, end)) {
      remove_stretch(draft, begin, end);
      continue;
    }
    // Its conclusion may be what the steps go on with.
    const bool concludes = draft.units[end - 1].flow.opening.concludes && end - begin > 2;
    if (concludes && any_kept(draft, begin, --end) && is_idle(draft, begin, end)) {
      remove_stretch(draft, begin, end);
    }
  }
}

}  // namespace drp::teacher
