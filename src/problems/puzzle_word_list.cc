// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "problems/puzzle.h"
#include "problems/slots.h"

namespace drp::problems {
namespace {

constexpr std::array<std::string_view, 24> kWords = {
    "apple", "river", "stone", "cloud", "lemon",  "tiger", "chair", "bread",
    "piano", "grass", "spoon", "horse", "candle", "brick", "ocean", "pearl",
    "onion", "train", "shirt", "eagle", "paper",  "robin", "melon", "clock"};

using Words = std::vector<std::string>;

enum class Sort { kReverse, kSwap, kRemove, kToFront, kToEnd };

// A change of the list; `a` and `b` are 0-based places.
struct Change {
  Sort sort = Sort::kReverse;
  std::size_t a = 0;
  std::size_t b = 0;

  Words applied(Words words) const {
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(a);
    switch (sort) {
      case Sort::kReverse:
        std::reverse(words.begin(), words.end());
        break;
      case Sort::kSwap:
        std::swap(words[a], words[b]);
        break;
      case Sort::kRemove:
        words.erase(at);
        break;
      case Sort::kToFront:
        std::rotate(words.begin(), at, at + 1);
        break;
      case Sort::kToEnd:
        std::rotate(at, at + 1, words.end());
        break;
    }
    return words;
  }

  // "swap the first and the third word"
  std::string told() const {
    const std::string first(ordinal(a));
    switch (sort) {
      case Sort::kReverse:
        return "reverse the list";
      case Sort::kSwap:
        return "swap the " + first + " and the " + std::string(ordinal(b)) + " word";
      case Sort::kRemove:
        return "remove the " + first + " word";
      case Sort::kToFront:
        return "move the " + first + " word to the front";
      case Sort::kToEnd:
        return "move the " + first + " word to the end";
    }
    return first;
  }
};

Change draw_change(std::size_t size, Random& random) {
  Change change;
  change.sort = static_cast<Sort>(random.index(5));
  if (change.sort == Sort::kRemove && size <= 3) change.sort = Sort::kSwap;
  change.a = random.index(size);
  if (change.sort == Sort::kToFront && change.a == 0) change.a = size - 1;
  if (change.sort == Sort::kToEnd && change.a + 1 == size) change.a = 0;
  change.b = (change.a + 1 + random.index(size - 1)) % size;
  if (change.a > change.b && change.sort == Sort::kSwap) std::swap(change.a, change.b);
  return change;
}

// Something near the right list, as a hurried reader gets it.
Words mistaken(Words words, Random& random) {
  const std::size_t at = random.index(words.size() - 1);
  std::swap(words[at], words[at + 1]);
  return words;
}

constexpr std::array<std::string_view, kFrames> kQuestions = {
    "Start with the list {words}. {changes} Which word is {place} now?",
    "Here is a list of words: {words}. {changes} Which word stands {place} in the end?",
    "{words} are written in a row. {changes} Name the {place} word of the new row.",
    "The words {words} are in a list. {changes} What is the {place} word afterwards?",
    "A row of cards shows {words}. {changes} What does the {place} card show after that?"};

std::string told_changes(const std::vector<Change>& changes) {
  std::string text;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const std::string_view lead = i == 0 ? "First " : i + 1 < changes.size() ? "Then " : "Finally ";
    text += (i > 0 ? " " : "") + std::string(lead) + changes[i].told() + ".";
  }
  return text;
}

}  // namespace

std::optional<Puzzle> draw_word_list(Random& random, bool held_out_frames) {
  std::vector<std::string> pool(kWords.begin(), kWords.end());
  random.shuffle(pool);
  const auto size = static_cast<std::size_t>(random.between(4, 6));
  Words words(pool.begin(), pool.begin() + static_cast<std::ptrdiff_t>(size));
  Puzzle puzzle;
  puzzle.family = "word_list";
  puzzle.domain = "text";
  puzzle.key = "word_list " + std::to_string(size);
  puzzle.givens = {"the list is " + in_row(words)};
  const std::string start = in_row(words);
  std::vector<Change> changes;
  const std::int64_t count = random.between(2, 4);
  for (std::int64_t i = 0; i < count; ++i) {
    const Change change = draw_change(words.size(), random);
    changes.push_back(change);
    puzzle.key += " " + std::to_string(static_cast<int>(change.sort)) + ":" +
                  std::to_string(change.a) + "," + std::to_string(change.b);
    words = change.applied(words);
    puzzle.givens.push_back("I " + change.told());
    PuzzleStep step;
    step.before.push_back(capitalised("now I " + change.told()) + ".");
    step.slip = "That makes " + in_row(mistaken(words, random)) + ".";
    step.after.push_back("The list is now " + in_row(words) + ".");
    puzzle.steps.push_back(std::move(step));
  }
  const std::size_t asked = random.index(words.size());
  puzzle.key += " ?" + std::to_string(asked);
  puzzle.answer = words[asked];
  choose_frame(puzzle, random, held_out_frames);
  const std::string place(ordinal(asked));
  puzzle.question = capitalised(
      fill_slots(kQuestions[puzzle.wording],
                 {{"words", start}, {"changes", told_changes(changes)}, {"place", place}}));
  puzzle.goal = "which word is " + place;
  puzzle.conclusion = "the " + place + " word is " + puzzle.answer;
  puzzle.checks.push_back("The last list reads " + in_row(words) + ", and its " + place +
                          " word is " + puzzle.answer + ".");
  return puzzle;
}

}  // namespace drp::problems
