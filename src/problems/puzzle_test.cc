// SPDX-License-Identifier: Apache-2.0
// The puzzles are solved again here from the texts of their questions, by trying everything.
#include "problems/puzzle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "problems/generator.h"
#include "problems/puzzle_moves.h"
#include "problems/worked_solution.h"
#include "records/json_line.h"

namespace drp::problems {
namespace {

using Names = std::vector<std::string>;

std::vector<GeneratedProblem> puzzles(std::int64_t count, std::uint64_t seed,
                                      const std::string& family = "logic",
                                      ProblemSplit split = ProblemSplit::kTrain) {
  return generate_problems({.count = count, .seed = seed, .split = split, .families = {family}});
}

// Names in order of their first place in `text`, of words with a capital that `wanted` accepts.
Names names_in(std::string_view text, const std::set<std::string>& wanted) {
  Names found;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t end = at;
    while (end < text.size() && is_letter(text[end])) ++end;
    const std::string word(text.substr(at, end - at));
    if (wanted.contains(word) && std::find(found.begin(), found.end(), word) == found.end()) {
      found.push_back(word);
    }
    at = std::max(at, end);
  }
  return found;
}

// The people of a puzzle: capitalised words that its clues name.
Names people_of(const GeneratedProblem& made) {
  static const std::set<std::string> kNoNames = {
      "Who", "Which", "One",    "Among", "You",  "There", "Name", "The", "Neither", "Option",
      "All", "A",     "Choose", "This",  "Read", "Whose", "From", "But", "In",      "It"};
  std::set<std::string> words;
  for (const std::string& given : made.puzzle->givens) {
    for (const std::string_view word : split(std::string_view(given), ' ')) {
      const bool name = !word.empty() && is_upper(word[0]) && word.size() > 2;
      if (name && !kNoNames.contains(std::string(word))) words.emplace(word);
    }
  }
  return names_in(made.problem.question, words);
}

// Whether what a speaker says holds when `liar` is the liar.
bool statement_holds(std::string_view said, const std::string& liar, const Names& people) {
  const std::set<std::string> all(people.begin(), people.end());
  const Names named = names_in(said, all);
  const bool among = std::find(named.begin(), named.end(), liar) != named.end();
  const bool denies = contains(said, "tells the truth") || contains(said, "either");
  return among != denies;
}

TEST(Puzzle, ExactlyOneLiarFitsTheStatements) {
  for (const ProblemSplit side : {ProblemSplit::kTrain, ProblemSplit::kTest}) {
    for (const GeneratedProblem& made : puzzles(150, 11, "liars", side)) {
      const std::string& question = made.problem.question;
      const Names people = people_of(made);
      Names fitting;
      for (const std::string& liar : people) {
        bool fits = true;
        for (const std::string& speaker : people) {
          const std::string lead = speaker + " says: \"";
          const std::size_t begin = question.find(lead);
          ASSERT_NE(begin, std::string::npos) << question;
          const std::size_t end = question.find('"', begin + lead.size());
          const std::string said = question.substr(begin + lead.size(), end - begin - lead.size());
          fits = fits && statement_holds(said, liar, people) == (speaker != liar);
        }
        if (fits) fitting.push_back(liar);
      }
      EXPECT_THAT(fitting, testing::ElementsAre(made.problem.answer)) << question;
    }
  }
}

bool clue_holds(const std::string& clue, const Names& order) {
  const std::set<std::string> all(order.begin(), order.end());
  const Names named = names_in(clue, all);
  const auto place = [&](const std::string& name) {
    return std::find(order.begin(), order.end(), name) - order.begin();
  };
  const auto first = place(named.at(0));
  if (contains(clue, "is not")) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (clue.ends_with(ordinal(i))) return first != static_cast<std::ptrdiff_t>(i);
    }
    ADD_FAILURE() << clue;
  }
  const auto second = place(named.at(1));
  if (contains(clue, "somewhere ahead")) return first < second;
  if (contains(clue, "directly ahead")) return first + 1 == second;
  return std::abs(first - second) != 1;
}

TEST(Puzzle, ExactlyOneQueueFitsTheClues) {
  for (const GeneratedProblem& made : puzzles(150, 12, "queue")) {
    std::set<std::string> names;
    for (const std::string& given : made.puzzle->givens) {
      EXPECT_TRUE(contains(made.problem.question, given + ".")) << made.problem.question;
    }
    // All people, also one whom no clue names.
    for (const PuzzleStep& step : made.puzzle->steps) {
      const std::string& last = step.after.back();
      if (!last.starts_with("So the queue is ")) continue;
      for (const std::string_view name : split(std::string_view(last).substr(16), ',')) {
        std::string word(trim(name));
        if (word.ends_with(".")) word.pop_back();
        names.insert(word);
      }
    }
    Names order(names.begin(), names.end());
    std::vector<Names> fitting;
    do {
      const auto& clues = made.puzzle->givens;
      if (std::all_of(clues.begin(), clues.end(),
                      [&](const std::string& clue) { return clue_holds(clue, order); })) {
        fitting.push_back(order);
      }
    } while (std::next_permutation(order.begin(), order.end()));
    ASSERT_EQ(fitting.size(), 1U) << made.problem.question;
    for (std::size_t i = 0; i < order.size(); ++i) {
      if (made.puzzle->goal == "who is " + std::string(ordinal(i))) {
        EXPECT_EQ(fitting[0][i], made.problem.answer) << made.problem.question;
      }
    }
  }
}

TEST(Puzzle, ARankingHasOneRightOption) {
  for (const GeneratedProblem& made : puzzles(150, 13, "ranking")) {
    const std::string& question = made.problem.question;
    EXPECT_EQ(made.problem.domain, "choice");
    const Names people = people_of(made);
    const std::set<std::string> all(people.begin(), people.end());
    const bool least = contains(question, "youngest") || contains(question, "shortest") ||
                       contains(question, "slowest") || contains(question, "weakest") ||
                       contains(question, "poorest");
    std::set<std::string> beaten;  // those who are not the one asked for
    for (const std::string& clue : made.puzzle->givens) {
      const Names pair = names_in(clue, all);
      const bool less = contains(clue, "younger") || contains(clue, "shorter") ||
                        contains(clue, "slower") || contains(clue, "weaker") ||
                        contains(clue, "poorer");
      beaten.insert(pair.at(less == least ? 1 : 0));
    }
    Names fitting;
    for (char letter = 'A'; letter <= 'E'; ++letter) {
      const std::size_t at = question.find(std::string("\n") + letter + ") ");
      if (at == std::string::npos) continue;
      const std::string name = question.substr(at + 4, question.find('\n', at + 4) - at - 4);
      if (!beaten.contains(name)) fitting.emplace_back(1, letter);
    }
    EXPECT_THAT(fitting, testing::ElementsAre(made.problem.answer)) << question;
  }
}

TEST(Puzzle, WeekdaysAreCountedRight) {
  const Names days = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  const std::set<std::string> all(days.begin(), days.end());
  for (const GeneratedProblem& made : puzzles(150, 14, "weekday")) {
    const std::string& question = made.problem.question;
    const std::string start = names_in(question, all).at(0);
    const std::size_t digits = question.find_first_of("0123456789");
    const auto count = parse_int(question.substr(digits, question.find(' ', digits) - digits));
    ASSERT_TRUE(count) << question;
    const bool back = contains(made.puzzle->givens[1], "earlier");
    auto at = static_cast<std::size_t>(std::find(days.begin(), days.end(), start) - days.begin());
    for (std::int64_t i = 0; i < *count; ++i) at = (at + (back ? 6 : 1)) % 7;
    EXPECT_EQ(days[at], made.problem.answer) << question;
  }
}

TEST(Puzzle, TheSolutionOfAWordListEndsInTheAnswer) {
  for (const GeneratedProblem& made : puzzles(100, 15, "word_list")) {
    const std::string& last = made.puzzle->steps.back().after.back();
    EXPECT_TRUE(contains(last, made.problem.answer)) << last;
    EXPECT_TRUE(contains(to_lower(made.problem.question), made.problem.answer))
        << made.problem.question << " " << made.problem.answer;
  }
}

TEST(Puzzle, TrainAndTestShareNoPuzzleButForNames) {
  std::set<std::string> train;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (const auto& made : puzzles(300, seed)) train.insert(made.puzzle->key);
  }
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (const auto& made : puzzles(150, seed, "logic", ProblemSplit::kTest)) {
      EXPECT_FALSE(train.contains(made.puzzle->key)) << made.problem.question;
    }
  }
}

TEST(Puzzle, GroupsOfFamiliesCanBeNamed) {
  std::set<std::string> families;
  for (const auto& made : puzzles(200, 5)) families.insert(made.problem.tags.at("family"));
  EXPECT_EQ(families.size(), puzzle_names().size());
  int puzzles_made = 0;
  for (const auto& made : generate_problems({.count = 400, .seed = 5, .families = {"all"}})) {
    puzzles_made += made.puzzle ? 1 : 0;
  }
  EXPECT_NEAR(puzzles_made, 200, 40);
  for (const auto& made : generate_problems({.count = 50, .families = {"boxes", "queue"}})) {
    EXPECT_THAT(made.problem.tags.at("family"), testing::AnyOf("boxes", "queue"));
  }
  const auto as_lines = [](const std::vector<GeneratedProblem>& made) {
    std::string lines;
    for (const GeneratedProblem& item : made) lines += to_json_line(item.problem) + '\n';
    return lines;
  };
  EXPECT_EQ(as_lines(generate_problems({.count = 50, .families = {"math"}})),
            as_lines(generate_problems({.count = 50})));
  EXPECT_THROW(generate_problems({.count = 5, .families = {"logics"}}), Error);
}

TEST(Puzzle, HeldOutFramesAreAskedInTheTestSplitAlone) {
  for (const auto& made : puzzles(300, 6)) EXPECT_FALSE(made.puzzle->held_out);
  int held_out = 0;
  for (const auto& made : puzzles(300, 6, "logic", ProblemSplit::kTest)) {
    held_out += made.problem.tags.at("wording_set") == "held_out";
  }
  EXPECT_NEAR(held_out, 60, 30);
}

TEST(Puzzle, SolutionsHaveTheResponseFormAndMendTheirSlips) {
  int slips = 0;
  for (const GeneratedProblem& made : puzzles(400, 7)) {
    Random random(derive_seed(7, made.problem.id));
    const WorkedSolution told = worked_solution(made, random);
    EXPECT_TRUE(told.text.starts_with("<think>\n")) << told.text;
    EXPECT_TRUE(
        told.text.ends_with("\n</think>\n\nThe answer is \\boxed{" + made.problem.answer + "}."))
        << told.text;
    EXPECT_EQ(told.text.find_first_of("{}"), told.text.rfind('{')) << told.text;
    EXPECT_FALSE(contains(told.text, "  ")) << told.text;
    for (const PuzzleStep& step : made.puzzle->steps) {
      for (const std::string& sentence : step.after) EXPECT_TRUE(contains(told.text, sentence));
    }
    for (const WorkedSolution::Slip& slip : told.slips) {
      ++slips;
      const std::size_t wrong = told.text.find(slip.wrong);
      ASSERT_NE(wrong, std::string::npos) << told.text;
      EXPECT_NE(told.text.find(slip.right, wrong), std::string::npos) << told.text;
    }
    Random again(derive_seed(7, made.problem.id));
    EXPECT_EQ(worked_solution(made, again).text, told.text);
  }
  EXPECT_GT(slips, 20);
  EXPECT_LT(slips, 100);
}

TEST(PuzzleMoves, WordingsDifferAndAFifthIsSetAside) {
  std::set<std::string_view> seen;
  for (int i = 0; i < kPuzzleMoveCount; ++i) {
    for (const auto& list : {main_wordings(static_cast<PuzzleMove>(i)),
                             held_out_wordings(static_cast<PuzzleMove>(i))}) {
      for (const std::string_view wording : list) EXPECT_TRUE(seen.insert(wording).second);
    }
  }
  EXPECT_EQ(seen.size(), kPuzzleMoveCount * 5U);
}

}  // namespace
}  // namespace drp::problems
