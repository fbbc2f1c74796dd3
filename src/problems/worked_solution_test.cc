// SPDX-License-Identifier: Apache-2.0
#include "problems/worked_solution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/fingerprint.h"
#include "base/text.h"
#include "problems/solution_moves.h"

namespace drp::problems {
namespace {

struct Told {
  GeneratedProblem problem;
  WorkedSolution solution;
};

std::vector<Told> tell(std::int64_t count, std::uint64_t seed,
                       const SolutionOptions& options = {}) {
  std::vector<Told> told;
  for (GeneratedProblem& problem : generate_problems({.count = count, .seed = seed})) {
    Random random(derive_seed(seed, problem.problem.id));
    WorkedSolution solution = worked_solution(problem, random, options);
    told.push_back({std::move(problem), std::move(solution)});
  }
  return told;
}

// An equation found in a text: "a sign b = c".
struct Found {
  std::string text;
  std::size_t at;
  bool right;
};

// Reads digits at `at`; moves `at` behind them.
std::optional<std::int64_t> number_at(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return parse_int(text.substr(begin, at - begin));
}

std::vector<Found> equations(std::string_view text) {
  std::vector<Found> found;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || (i > 0 && is_digit(text[i - 1]))) continue;
    std::size_t at = i;
    const auto left = number_at(text, at);
    if (at + 3 > text.size() || text[at] != ' ' || text[at + 2] != ' ') continue;
    const char sign = text[at + 1];
    if (std::string_view("+-*/").find(sign) == std::string_view::npos) continue;
    at += 3;
    const auto right = number_at(text, at);
    if (!right || text.substr(at, 3) != " = ") continue;
    at += 3;
    const auto result = number_at(text, at);
    if (!left || !result) continue;
    found.push_back(
        {std::string(text.substr(i, at - i)), i, apply_sign(sign, *left, *right) == result});
  }
  return found;
}

TEST(WorkedSolution, SameRandomStateGivesTheSameText) {
  const auto first = tell(50, 3);
  const auto second = tell(50, 3);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].solution.text, second[i].solution.text);
  }
}

// What the demo student learned from. Whoever changes a wording or a draw trains it again.
TEST(WorkedSolution, TextsAreThoseTheDemoStudentWasTrainedOn) {
  Fingerprint fingerprint;
  for (const GeneratedProblem& problem : generate_problems({.count = 500, .seed = 1000})) {
    Random random(derive_seed(1000, problem.problem.id));
    fingerprint.add(problem.problem.question).add(worked_solution(problem, random).text);
  }
  EXPECT_EQ(fingerprint.hex(), "eef586a95e28e4fde3b5e3d60c79851c56d8ce7cd227eaca86ab152597b0efb2");
}

TEST(WorkedSolution, HasTheResponseForm) {
  for (const Told& told : tell(500, 1)) {
    const std::string& text = told.solution.text;
    EXPECT_TRUE(text.starts_with("<think>\n")) << text;
    EXPECT_TRUE(
        text.ends_with("\n</think>\n\nThe answer is \\boxed{" + told.problem.problem.answer + "}."))
        << text;
    EXPECT_EQ(text.find("</think>"), text.rfind("</think>"));
    EXPECT_FALSE(contains(text, "  ")) << text;
    EXPECT_FALSE(contains(text, "\n\n\n")) << text;
    EXPECT_EQ(text.find('}'), text.rfind('}')) << text;
  }
}

TEST(WorkedSolution, EveryEquationIsRightButMarkedSlips) {
  for (const Told& told : tell(1500, 2)) {
    std::set<std::string> slips;
    for (const auto& slip : told.solution.slips) slips.insert(slip.wrong);
    for (const Found& found : equations(told.solution.text)) {
      EXPECT_TRUE(found.right || slips.contains(found.text)) << found.text << " in\n"
                                                             << told.solution.text;
    }
  }
}

TEST(WorkedSolution, EverySlipIsMendedAndTheAnswerComesAfter) {
  int with_slip = 0;
  for (const Told& told : tell(1500, 2)) {
    const std::string& text = told.solution.text;
    with_slip += told.solution.slips.empty() ? 0 : 1;
    for (const auto& slip : told.solution.slips) {
      const std::size_t wrong = text.find(slip.wrong);
      ASSERT_NE(wrong, std::string::npos);
      const std::size_t mended = text.find(slip.right, wrong + slip.wrong.size());
      EXPECT_NE(mended, std::string::npos) << slip.right << " in\n" << text;
    }
  }
  EXPECT_GT(with_slip, 1500 * 15 / 100);
  EXPECT_LT(with_slip, 1500 * 21 / 100);
}

TEST(WorkedSolution, TellsTheOperationsInOrder) {
  for (const Told& told : tell(500, 4, {.slip_share = 0})) {
    EXPECT_TRUE(told.solution.slips.empty());
    std::size_t at = 0;
    for (const Operation& operation : told.problem.operations) {
      at = told.solution.text.find(equation_text(operation), at);
      ASSERT_NE(at, std::string::npos) << equation_text(operation) << " in\n" << told.solution.text;
    }
  }
}

TEST(WorkedSolution, NamesNobodyWhoIsNotInTheQuestion) {
  for (const Told& told : tell(1500, 5)) {
    for (const char* slot : {"N", "M", "L"}) {
      const std::string& name = told.problem.slots.find(slot)->second;
      if (contains(told.problem.problem.question, name)) continue;
      EXPECT_FALSE(contains(told.solution.text, name + " "))
          << told.problem.problem.question << "\n"
          << told.solution.text;
    }
  }
}

TEST(WorkedSolution, SizeGrowsWithTheOperationsAndStaysBounded) {
  std::array<double, 4> bytes{};
  std::array<int, 4> counts{};
  for (const Told& told : tell(1500, 6)) {
    const std::size_t n = told.problem.operations.size() - 1;
    bytes[n] += static_cast<double>(told.solution.text.size());
    ++counts[n];
    EXPECT_GT(told.solution.text.size(), 250U) << told.solution.text;
    EXPECT_LT(told.solution.text.size(), 1100U) << told.solution.text;
  }
  for (std::size_t n = 1; n < 4; ++n) EXPECT_GT(bytes[n] / counts[n], bytes[n - 1] / counts[n - 1]);
}

TEST(WorkedSolution, WordingsVary) {
  std::set<std::string> openings;
  std::set<std::string> texts;
  for (const Told& told : tell(400, 7)) {
    texts.insert(told.solution.text);
    openings.insert(told.solution.text.substr(8, 12));
  }
  EXPECT_EQ(texts.size(), 400U);
  EXPECT_GT(openings.size(), 12U);
}

TEST(SolutionMoves, AFifthOfTheWordingsIsSetAside) {
  std::size_t main_count = 0;
  std::size_t held_out_count = 0;
  for (int i = 0; i < kMoveCount; ++i) {
    const auto main_list = main_wordings(static_cast<Move>(i));
    const auto held_out = held_out_wordings(static_cast<Move>(i));
    EXPECT_GE(main_list.size(), 4U) << i;
    EXPECT_GE(held_out.size(), 1U) << i;
    main_count += main_list.size();
    held_out_count += held_out.size();
    for (const std::string_view wording : held_out) {
      EXPECT_THAT(main_list, testing::Not(testing::Contains(wording)));
    }
  }
  const double share =
      static_cast<double>(held_out_count) / static_cast<double>(main_count + held_out_count);
  EXPECT_NEAR(share, 0.2, 0.02);
}

}  // namespace
}  // namespace drp::problems
