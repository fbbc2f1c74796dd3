// SPDX-License-Identifier: Apache-2.0
#include "problems/concise_solution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "problems/worked_solution.h"

namespace drp::problems {
namespace {

std::set<std::string> four_grams(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string_view word : split(std::string_view(replace_all(text, "\n", " ")), ' ')) {
    if (!word.empty()) words.push_back(to_lower(word));
  }
  std::set<std::string> grams;
  for (std::size_t i = 0; i + 4 <= words.size(); ++i) {
    grams.insert(words[i] + " " + words[i + 1] + " " + words[i + 2] + " " + words[i + 3]);
  }
  return grams;
}

std::vector<std::string> solutions_of(const GeneratedProblem& problem, std::uint64_t seed) {
  Random random(derive_seed(seed, problem.problem.id));
  return concise_solutions(problem, random);
}

TEST(ConciseSolution, GrowsAndEndsInTheAnswer) {
  for (const GeneratedProblem& problem :
       generate_problems({.count = 400, .seed = 3, .families = {"all"}})) {
    const auto solutions = solutions_of(problem, 3);
    ASSERT_GE(solutions.size(), 3U);
    for (std::size_t i = 0; i < solutions.size(); ++i) {
      if (i > 0) {
        EXPECT_GT(solutions[i].size(), solutions[i - 1].size()) << solutions[i];
      }
      const std::size_t last_line = solutions[i].rfind('\n');
      EXPECT_TRUE(contains(solutions[i].substr(last_line == std::string::npos ? 0 : last_line),
                           problem.problem.answer))
          << solutions[i];
    }
    EXPECT_EQ(solutions, solutions_of(problem, 3));
  }
}

TEST(ConciseSolution, EveryOperationIsComputedInOrder) {
  for (const GeneratedProblem& problem : generate_problems({.count = 300, .seed = 4})) {
    for (const std::string& text : solutions_of(problem, 4)) {
      std::size_t at = 0;
      for (const Operation& operation : problem.operations) {
        at = text.find(
            std::to_string(operation.left) + operation.sign + std::to_string(operation.right), at);
        ASSERT_NE(at, std::string::npos) << text;
        at = text.find("=" + std::to_string(operation.result), at);
        ASSERT_NE(at, std::string::npos) << text;
      }
    }
  }
}

TEST(ConciseSolution, IsAnotherVoiceThanTheWorkedSolution) {
  std::set<std::string> verbose;
  std::set<std::string> concise;
  for (const GeneratedProblem& problem : generate_problems({.count = 400, .seed = 5})) {
    Random random(derive_seed(5, problem.problem.id));
    verbose.merge(four_grams(worked_solution(problem, random).text));
    for (const std::string& text : solutions_of(problem, 5)) concise.merge(four_grams(text));
  }
  std::size_t shared = 0;
  for (const std::string& gram : concise) shared += verbose.contains(gram) ? 1 : 0;
  EXPECT_GT(concise.size(), 1000U);
  EXPECT_LT(static_cast<double>(shared), 0.01 * static_cast<double>(concise.size()));
}

}  // namespace
}  // namespace drp::problems
