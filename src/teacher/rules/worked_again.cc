// SPDX-License-Identifier: Apache-2.0
// An operation that is written and worked out once more, digit by digit.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kReach = 6;  // units from the operation to what it comes to

// A computation that a kept unit holds, by its operands.
struct Done {
  std::vector<std::int64_t> operands;
  unsigned signs = 0;
  std::int64_t result = 0;
  std::size_t unit = 0;
};

void add_done(const UnitFacts& unit, std::size_t i, std::vector<Done>& done) {
  for (const path::Equation& equation : unit.flow.equations) {
    if (!equation.holds) continue;
    Done one{{}, operation_signs(slice(unit.lower, equation.span)), 0, i};
    for (const double operand : equation.operands) {
      path::add_key(one.operands, path::number_key(operand));
    }
    one.result = path::number_key(equation.result);
    done.push_back(std::move(one));
  }
}

const Done* find_done(const std::vector<Done>& done, const UnitFacts& unit) {
  constexpr std::size_t kBack = 64;  // computations, so that time stays bounded
  const unsigned signs = operation_signs(unit.lower);
  const auto last = done.rbegin() + static_cast<std::ptrdiff_t>(std::min(done.size(), kBack));
  const auto found = std::find_if(done.rbegin(), last, [&](const Done& one) {
    return one.operands == unit.flow.figures && one.signs == signs;
  });
  return found == last ? nullptr : &*found;
}

// Whether the paragraph of unit `i` up to it names a thing of the question that unit `made` does
// not: 5 * 3 for the small apples is no 3 * 5 for the large ones.
bool of_another(const Draft& draft, std::size_t i, std::size_t made) {
  const auto has = [](const std::vector<std::uint32_t>& words, std::uint32_t word) {
    return std::binary_search(words.begin(), words.end(), word);
  };
  for (std::size_t j = i + 1; j-- > made + 1;) {
    if (j < i && draft.units[j].ends_paragraph) return false;
    for (const std::uint32_t word : draft.units[j].words.content) {
      if (has(draft.question.content, word) && !has(draft.units[made].words.content, word)) {
        return true;
      }
    }
  }
  return false;
}

// Behind the last unit that works out the operation of unit `i` again and says what `made` came to,
// with "That's their rate." after it. Nothing where it says something else on the way.
std::optional<std::size_t> end_of_work(const Draft& draft, std::size_t i, const Done& made) {
  const std::vector<std::uint32_t>& known = draft.units[made.unit].words.content;
  std::optional<std::size_t> end;
  const std::size_t last = std::min(*draft.anchor, i + 1 + kReach);
  for (std::size_t j = i + 1; j < last; ++j) {
    const UnitFacts& unit = draft.units[j];
    const path::Opening& opening = unit.flow.opening;
    if (unit.corrects || unit.asks || unit.hedges || unit.carries_case() ||
        unit.flow.symbols != 0 || unit.unit.kind != path::UnitKind::kSentence) {
      break;
    }
    const bool names = end == j && unit.flow.mentions.empty() && !unit.plans &&
                       opening.anaphor == path::Anaphor::kDemonstrative;
    const std::vector<std::uint32_t>& words = unit.words.content;
    const auto news = std::count_if(words.begin(), words.end(), [&](std::uint32_t word) {
      return !std::binary_search(known.begin(), known.end(), word);
    });
    const std::size_t number_words = unit.flow.mentions.size() - unit.flow.figures.size();
    if (static_cast<std::size_t>(news) > number_words) break;
    if (path::has_key(unit.flow.figures, made.result) || names) end = j + 1;
    if (names) break;
  }
  return end;
}

// "$2100 over 3 hours." before "So, 2100 divided by 3.": what unit `made` has said.
bool only_names(const Draft& draft, std::size_t i, const Done& made) {
  const UnitFacts& unit = draft.units[i];
  const std::vector<std::uint32_t>& known = draft.units[made.unit].words.content;
  const std::vector<std::uint32_t>& words = unit.words.content;
  return i > made.unit && unit.flow.figures == made.operands && unit.flow.equations.empty() &&
         !unit.asks && std::includes(known.begin(), known.end(), words.begin(), words.end());
}

}  // namespace

void prune_worked_again(Draft& draft, std::string_view pass) {
  if (!draft.thinks_aloud || !draft.anchor || draft.in_words) return;
  std::vector<Done> done;
  for (std::size_t i = 0; i < *draft.anchor; ++i) {
    const UnitFacts& unit = draft.units[i];
    const Done* made = is_bare_operation(unit) ? find_done(done, unit) : nullptr;
    const std::optional<std::size_t> end =
        made && !of_another(draft, i, made->unit) ? end_of_work(draft, i, *made) : std::nullopt;
    if (!end) {
      if (draft.kept(i)) add_done(unit, i, done);
      continue;
    }
    std::size_t begin = i;
    while (begin > 0 && only_names(draft, begin - 1, *made)) --begin;
    for (std::size_t j = begin; j < *end; ++j) {
      const std::string why =
          "works out again what unit " + std::to_string(made->unit + 1) + " did";
      if (!draft.remove(j, pass, why) && !draft.kept(j)) draft.decisions[j].evidence = why;
    }
    draft.blocks.push_back({begin, *end});
    i = *end - 1;
  }
}

}  // namespace drp::teacher
