// SPDX-License-Identifier: Apache-2.0
// "Now, the desserts. There are 4 options.": a sentence that names its subject nowhere needs the
// signpost before it.
#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kSignpostWordsMax = 13;
constexpr std::size_t kLabelWordsMax = 24;

// "There are 4 options", "It's B + 4", "He needs two different ones": of what, it does not say.
bool lacks_subject(const Draft& draft, const UnitFacts& unit) {
  constexpr std::array<std::string_view, 7> kOpeners = {
      "it's ", "it is ", "they ", "they're ", "he needs", "she needs", "that's "};
  const std::string_view core = unit.core();
  // "There are 4 teachers" says of what.
  const bool counts = core.starts_with("there are ") || core.starts_with("there is ") ||
                      core.starts_with("there's ");
  const std::vector<std::uint32_t> named =
      read_words(core.substr(0, core.find_first_of(",:"))).content;
  const bool names = std::any_of(named.begin(), named.end(), [&](std::uint32_t word) {
    return std::binary_search(draft.question.content.begin(), draft.question.content.end(), word);
  });
  return (counts && !names) || contains(core, " ones ") ||
         std::any_of(kOpeners.begin(), kOpeners.end(),
                     [&](std::string_view opener) { return core.starts_with(opener); });
}

// "The odd numbers are 1 and 3" of "The spinner has 1, 2, 3, 4".
bool picks_from(const UnitFacts& unit, const UnitFacts& list) {
  constexpr std::size_t kListMin = 3;
  const std::vector<std::int64_t>& figures = list.flow.figures;
  if (figures.size() < kListMin || list.flow.computes() || !unit.core().starts_with("the ")) {
    return false;
  }
  const auto picked = std::count_if(unit.flow.figures.begin(), unit.flow.figures.end(),
                                    [&](std::int64_t key) { return path::has_key(figures, key); });
  return picked >= 2 && contains(unit.lower, " are ");
}

// Whether the label has a name or a day inside it that neither of the others has; that of the only
// person goes without saying.
bool names_alone(const Draft& draft, std::string_view label, std::string_view unit,
                 std::string_view before) {
  for (std::size_t i = 2; i < label.size(); ++i) {
    const bool begins = is_upper(label[i]) && label[i - 1] == ' ' &&
                        std::string_view(".?!:\"").find(label[i - 2]) == std::string_view::npos;
    if (!begins) continue;
    std::size_t end = i;
    while (end < label.size() && is_letter(label[end])) ++end;
    const std::string_view word = label.substr(i, end - i);
    const std::vector<std::string>& people = draft.given.people;
    const bool only = people.size() == 1 && people.front() == word;
    if (word.size() > 2 && !only && !contains(unit, word) && !contains(before, word)) return true;
    i = end;
  }
  return false;
}

// "Now, Wednesday.": a day or month of the question that neither of the others has.
bool names_day(const Draft& draft, std::string_view label, std::string_view unit,
               std::string_view before) {
  const std::vector<std::string>& names = draft.given.names;
  const std::vector<std::string>& people = draft.given.people;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(people.begin(), people.end(), name) == people.end() && contains(label, name) &&
           !contains(unit, name) && !contains(before, name);
  });
}

}  // namespace

std::size_t restore_signposts(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = 0;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    const UnitFacts& unit = draft.units[k];
    const UnitFacts& label = draft.units[k - 1];
    const std::string_view pass = draft.decisions[k - 1].pass;
    const bool tells = pass == "restatement" || pass == "plan" || pass == "repetition";
    if (!draft.kept(k) || draft.kept(k - 1) || !tells || label.asks || label.hedges ||
        label.checks || label.flow.opening.doubts || label.words.content_count == 0) {
      continue;
    }
    const auto previous = draft.previous_kept(k - 1);
    const UnitFacts* before = previous ? &draft.units[*previous] : nullptr;
    const std::string_view said = before ? before->text : "";
    const bool day = !unit.flow.figures.empty() && names_day(draft, label.text, unit.text, said);
    const bool signpost = label.words.count <= kSignpostWordsMax &&
                          ((lacks_subject(draft, unit) && !speaks_of_task(label) &&
                            adds_to(label, {&unit, before})) ||
                           day);
    const bool dated = !label.ends_paragraph && label.words.count <= kLabelWordsMax &&
                       unit.flow.figures.size() >= 2 && !label.flow.mentions.empty() &&
                       names_alone(draft, label.text, unit.text, said);
    if (!signpost && !dated && !picks_from(unit, label)) continue;
    bring_back(draft, k - 1, "names what unit " + std::to_string(k + 1) + " speaks of");
    ++restored;
  }
  return restored;
}

}  // namespace drp::teacher
