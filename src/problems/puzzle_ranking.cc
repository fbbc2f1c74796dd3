// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <numeric>

#include "problems/cast.h"
#include "problems/puzzle.h"
#include "problems/slots.h"

namespace drp::problems {
namespace {

struct Measure {
  std::string_view more;
  std::string_view less;
  std::string_view most;
  std::string_view least;
};

constexpr std::array<Measure, 5> kMeasures = {{{"older", "younger", "oldest", "youngest"},
                                               {"taller", "shorter", "tallest", "shortest"},
                                               {"faster", "slower", "fastest", "slowest"},
                                               {"stronger", "weaker", "strongest", "weakest"},
                                               {"richer", "poorer", "richest", "poorest"}}};

// Person `a` is more than person `b`; told as "b is less than a" where `turned`.
struct Clue {
  std::size_t a = 0;
  std::size_t b = 0;
  bool turned = false;
};

class Teller {
 public:
  Teller(const Measure& measure, bool most, std::vector<std::string> names)
      : measure_(measure), most_(most), names_(std::move(names)) {}

  std::string clause(const Clue& clue) const {
    return clue.turned ? less(clue.b, clue.a) : more(clue.a, clue.b);
  }

  // The option `letter`, which is `person`, judged by the clue that rules it out.
  PuzzleStep ruled_out(char letter, std::size_t person, const Clue& clue) const {
    PuzzleStep step;
    step.before.push_back(opening(letter, person));
    step.after.push_back("But " + (most_ ? less(person, clue.a) : more(person, clue.b)) + ".");
    step.after.push_back("So " + option(letter) + " is out.");
    return step;
  }

  // The right option; `rivals` are those that a clue compares with it.
  PuzzleStep fitting(char letter, std::size_t person, const std::vector<Clue>& about) const {
    PuzzleStep step;
    step.before.push_back(opening(letter, person));
    for (const Clue& clue : about) {
      step.after.push_back("The clues say that " + clause(clue) + ".");
    }
    step.after.push_back("No clue puts anybody " + std::string(most_ ? "above " : "below ") +
                         names_[person] + ", so " + option(letter) + " stays.");
    return step;
  }

  std::string asked() const { return std::string(most_ ? measure_.most : measure_.least); }

  std::string row(const std::vector<std::size_t>& from_most) const {
    std::vector<std::string> row;
    for (const std::size_t person : from_most) row.push_back(names_[person]);
    return "From the " + std::string(measure_.most) + " to the " + std::string(measure_.least) +
           " they are " + in_row(row) + ".";
  }

 private:
  std::string more(std::size_t a, std::size_t b) const {
    return names_[a] + " is " + std::string(measure_.more) + " than " + names_[b];
  }
  std::string less(std::size_t b, std::size_t a) const {
    return names_[b] + " is " + std::string(measure_.less) + " than " + names_[a];
  }
  static std::string option(char letter) { return std::string("option ") + letter; }
  std::string opening(char letter, std::size_t person) const {
    return std::string("Option ") + letter + " is " + names_[person] + ".";
  }

  const Measure& measure_;
  bool most_;
  std::vector<std::string> names_;
};

constexpr std::array<std::string_view, kFrames> kQuestions = {
    "{clues} Which of them is the {asked}?{options}",
    "{people} compare themselves. {clues} Who is the {asked}?{options}",
    "{clues} Choose the {asked} of {people}.{options}",
    "This is known about {people}: {clues} Who of them is the {asked}?{options}",
    "Read the clues and find the {asked} person. {clues}{options}"};

// What is left of the drawn numbers once names are gone.
std::string key_of(const std::vector<Clue>& clues, const std::vector<std::size_t>& options,
                   bool most) {
  std::string key = most ? "ranking +" : "ranking -";
  std::vector<std::size_t> seen;
  const auto number = [&](std::size_t person) {
    const auto found = std::find(seen.begin(), seen.end(), person);
    const auto at = static_cast<std::size_t>(found - seen.begin());
    if (found == seen.end()) seen.push_back(person);
    return std::to_string(at);
  };
  for (const Clue& clue : clues) {
    const std::string first = number(clue.turned ? clue.b : clue.a);
    key += (clue.turned ? " <" : " >") + first + "," + number(clue.turned ? clue.a : clue.b);
  }
  key += " |";
  for (const std::size_t person : options) key += " " + number(person);
  return key;
}

}  // namespace

std::optional<Puzzle> draw_ranking(Random& random, bool held_out_frames) {
  const auto count = static_cast<std::size_t>(random.between(4, 5));
  std::vector<std::size_t> from_most(count);
  std::iota(from_most.begin(), from_most.end(), 0);
  std::vector<std::size_t> options = from_most;
  random.shuffle(from_most);
  random.shuffle(options);
  // Neighbours of the row: with one clue fewer two orders would fit.
  std::vector<Clue> clues;
  for (std::size_t i = 0; i + 1 < count; ++i) {
    clues.push_back({from_most[i], from_most[i + 1], random.chance(0.5)});
  }
  random.shuffle(clues);
  const bool most = random.chance(0.5);
  std::vector<std::string> names;
  for (const Person& person : draw_people(random, count)) names.emplace_back(person.name);
  const Teller teller(kMeasures[random.index(kMeasures.size())], most, names);
  Puzzle puzzle;
  puzzle.family = "ranking";
  puzzle.domain = "choice";
  puzzle.key = key_of(clues, options, most);
  choose_frame(puzzle, random, held_out_frames);
  std::string told;
  for (const Clue& clue : clues) {
    puzzle.givens.push_back(teller.clause(clue));
    told += (told.empty() ? "" : " ") + teller.clause(clue) + ".";
  }
  const std::size_t right = most ? from_most.front() : from_most.back();
  std::string lettered = "\n";
  for (std::size_t i = 0; i < count; ++i) {
    const char letter = static_cast<char>('A' + i);
    const std::size_t person = options[i];
    lettered += std::string("\n") + letter + ") " + names[person];
    std::vector<Clue> about;
    for (const Clue& clue : clues) {
      const bool decides = person == right ? clue.a == person || clue.b == person
                           : most          ? clue.b == person
                                           : clue.a == person;
      if (decides) about.push_back(clue);
    }
    puzzle.steps.push_back(person == right ? teller.fitting(letter, person, about)
                                           : teller.ruled_out(letter, person, about.front()));
    if (person == right) puzzle.answer = std::string(1, letter);
  }
  puzzle.question = fill_slots(kQuestions[puzzle.wording], {{"clues", told},
                                                            {"people", listed(names)},
                                                            {"asked", teller.asked()},
                                                            {"options", lettered}});
  puzzle.goal = "who is the " + teller.asked();
  puzzle.conclusion = "the " + teller.asked() + " is " + names[right] + ", option " + puzzle.answer;
  puzzle.checks.push_back(teller.row(from_most));
  return puzzle;
}

}  // namespace drp::problems
