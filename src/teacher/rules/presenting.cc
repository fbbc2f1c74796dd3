// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/presenting.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kWordsMax = 20;       // of a sentence that presents one thing
constexpr std::size_t kOrderWordsMax = 60;  // of one that presents several
constexpr std::size_t kOrderReach = 12;     // kept units that an order speaks of

// A sentence with a word of these says something about the things themselves.
constexpr std::array<std::string_view, 44> kClaimWords = {
    "same",  "because", "since", "mean", "means", "not",  "if",    "but",    "must",
    "has",   "have",    "had",   "are",  "was",   "were", "be",    "every",  "per",
    "twice", "double",  "more",  "less", "fewer", "than", "only",  "both",   "so",
    "or",    "he",      "she",   "they", "it",    "know", "see",   "notice", "realize",
    "think", "assume",  "guess", "told", "says",  "said", "extra", "half"};
constexpr std::array<std::string_view, 12> kSpeakerWords = {
    "i", "i'll", "i'm", "i'd", "we", "we'll", "we're", "me", "let's", "us", "my", "our"};
// "What remains is", "The next thing is", "Next comes", "Turning to": the topic of what follows.
constexpr std::array<std::string_view, 17> kTopicOpeners = {
    "what ",       "all that ",  "the first ",  "the next ",  "the last ",  "the final ",
    "the second ", "the third ", "next comes ", "now for ",   "next up ",   "then comes ",
    "on to ",      "as for ",    "starting ",   "beginning ", "turning to "};
constexpr std::array<std::string_view, 9> kWorkWords = {
    "calculation", "operation",   "computation", "step",   "multiplication",
    "addition",    "subtraction", "division",    "formula"};
constexpr std::array<std::string_view, 7> kTaskWords = {"problem", "question", "story", "puzzle",
                                                        "task",    "exercise", "riddle"};

bool is_letter_or_mark(char c) { return is_letter(c) || c == '\''; }

// How many of the text's words are in the list.
template <std::size_t N>
std::size_t count_words(std::string_view lower, const std::array<std::string_view, N>& list) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < lower.size();) {
    std::size_t end = at;
    while (end < lower.size() && is_letter_or_mark(lower[end])) ++end;
    const std::string_view word = lower.substr(at, end - at);
    count += !word.empty() && std::find(list.begin(), list.end(), word) != list.end() ? 1 : 0;
    at = std::max(end, at + 1);
  }
  return count;
}

// "For the cost of the belts.": a topic without a verb.
bool is_topic(const UnitFacts& unit) {
  constexpr std::size_t kTopicWordsMax = 9;
  const std::string_view core = unit.core();
  return unit.words.count <= kTopicWordsMax && core.starts_with("for ") &&
         !contains(unit.lower, ", ");
}

// "The last thing is the change.": whether it names the topic of what follows and no more.
bool opens_topic(const UnitFacts& unit) {
  const bool opener =
      std::any_of(kTopicOpeners.begin(), kTopicOpeners.end(),
                  [&](std::string_view words) { return unit.lower.starts_with(words); });
  return opener &&
         (contains(unit.lower, " is ") || contains(unit.lower, " comes ") || unit.words.count <= 9);
}

bool claims(const UnitFacts& unit) { return count_words(unit.lower, kClaimWords) > 0; }

// A sentence that computes, asks and doubts nothing and names no operation.
bool is_bare_talk(const UnitFacts& unit, std::size_t words_max) {
  const bool prose =
      unit.unit.kind == path::UnitKind::kSentence || unit.unit.kind == path::UnitKind::kLine;
  return prose && !unit.flow.computes() && !unit.formula && unit.flow.defines == 0 && !unit.asks &&
         !unit.hedges && !unit.checks && !unit.corrects && !unit.gives_up && !unit.states_answer &&
         !unit.carries_case() && !unit.flow.opening.doubts && !unit.flow.opening.contrasts &&
         !names_operation(unit) && unit.words.count <= words_max;
}

// Names no number but one or two ("the first thing"); a half or a third is a value.
bool has_no_value(const UnitFacts& unit) {
  const std::vector<std::int64_t>& numbers = unit.flow.mentions;
  return unit.flow.figures.empty() &&
         std::all_of(numbers.begin(), numbers.end(), [](std::int64_t key) {
           return key == path::number_key(1) || key == path::number_key(2);
         });
}

// How many content words of `unit` are in none of the lists.
std::size_t words_beyond(const UnitFacts& unit,
                         std::initializer_list<const std::vector<std::uint32_t>*> lists) {
  return static_cast<std::size_t>(
      std::count_if(unit.words.content.begin(), unit.words.content.end(), [&](std::uint32_t word) {
        return std::none_of(lists.begin(), lists.end(), [&](const auto* list) {
          return std::binary_search(list->begin(), list->end(), word);
        });
      }));
}

}  // namespace

std::optional<std::size_t> presented_by(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  if (draft.in_words || !is_bare_talk(unit, kWordsMax) || claims(unit) || !has_no_value(unit)) {
    return std::nullopt;
  }
  const bool presents = unit.plans || is_topic(unit) || opens_topic(unit) ||
                        count_words(unit.lower, kSpeakerWords) > 0 ||
                        count_words(unit.lower, kWorkWords) > 0;
  const std::size_t next = draft.next_kept(i);
  if (!presents || next >= draft.derivation_end()) return std::nullopt;
  const UnitFacts& shown = draft.units[next];
  const bool named = shown.flow.computes() && shown.words.content_count > 0 && !shown.checks &&
                     shown.flow.opening.anaphor == path::Anaphor::kNone;
  if (!named) return std::nullopt;
  const std::size_t beyond = words_beyond(unit, {&shown.words.content, &draft.question.content});
  const std::size_t within = unit.words.content.size() - beyond;
  return beyond <= std::max<std::size_t>(within + 1, 2) ? std::optional(next) : std::nullopt;
}

bool presents_order(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  // Two facts of the question may stand in an order too: "The first gets more, the second less."
  const bool ordered = contains(unit.lower, "first ") &&
                       (contains(unit.lower, "then ") || contains(unit.lower, "finally "));
  if (draft.in_words || !ordered || !is_bare_talk(unit, kOrderWordsMax) || claims(unit) ||
      !has_no_value(unit)) {
    return false;
  }
  std::vector<std::uint32_t> said;
  bool computes = false;
  std::size_t next = draft.next_kept(i);
  for (std::size_t seen = 0; seen < kOrderReach && next < draft.derivation_end(); ++seen) {
    const UnitFacts& shown = draft.units[next];
    computes = computes || shown.flow.computes();
    said.insert(said.end(), shown.words.content.begin(), shown.words.content.end());
    next = draft.next_kept(next);
  }
  std::sort(said.begin(), said.end());
  const std::size_t beyond = words_beyond(unit, {&said, &draft.question.content});
  return computes && 2 * beyond <= unit.words.content.size() + 2;
}

bool presents_task(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  if (draft.in_words || !is_bare_talk(unit, kWordsMax) || !has_no_value(unit)) return false;
  const std::size_t beyond = words_beyond(unit, {&draft.question.content});
  const bool asked = contains(unit.lower, "how many ") || contains(unit.lower, "how much ");
  const bool called = contains(unit.lower, "this ") && count_words(unit.lower, kTaskWords) > 0;
  return (asked && 2 * beyond <= unit.words.content.size()) ||
         (called && !claims(unit) && beyond <= 2);
}

}  // namespace drp::teacher
