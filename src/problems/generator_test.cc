// SPDX-License-Identifier: Apache-2.0
#include "problems/generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "problems/cast.h"
#include "records/json_line.h"

namespace drp::problems {
namespace {

std::string as_lines(const std::vector<GeneratedProblem>& problems) {
  std::string lines;
  for (const GeneratedProblem& made : problems) lines += to_json_line(made.problem) + '\n';
  return lines;
}

TEST(Generator, SameOptionsGiveTheSameBytes) {
  const GeneratorOptions options{.count = 200, .seed = 7};
  EXPECT_EQ(as_lines(generate_problems(options)), as_lines(generate_problems(options)));
  EXPECT_NE(as_lines(generate_problems(options)),
            as_lines(generate_problems({.count = 200, .seed = 8})));
}

TEST(Generator, ALongerSetBeginsWithTheShorter) {
  const std::string longer = as_lines(generate_problems({.count = 120, .seed = 3}));
  EXPECT_TRUE(longer.starts_with(as_lines(generate_problems({.count = 60, .seed = 3}))));
}

TEST(Generator, NumbersOfAFamilyBelongToOneSplitWhateverTheSeed) {
  // Compared with names and nouns left out, which is stronger than comparing questions.
  const auto numbers = [](const GeneratedProblem& made) {
    std::string key(made.family->name);
    for (const Operation& operation : made.operations) key += ' ' + equation_text(operation);
    for (const Draw& draw : made.family->draws) key += ' ' + made.slots.find(draw.name)->second;
    return key;
  };
  std::set<std::string> train;
  std::set<std::string> train_questions;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    for (const auto& made : generate_problems({.count = 700, .seed = seed})) {
      train.insert(numbers(made));
      train_questions.insert(made.problem.question);
    }
  }
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    for (const auto& made :
         generate_problems({.count = 300, .seed = seed, .split = ProblemSplit::kTest})) {
      EXPECT_FALSE(train.contains(numbers(made))) << made.problem.question;
      EXPECT_FALSE(train_questions.contains(made.problem.question));
    }
  }
}

TEST(Generator, HeldOutWordingsAreAskedInTheTestSplitAlone) {
  for (const auto& made : generate_problems({.count = 800, .seed = 2})) {
    EXPECT_EQ(made.problem.tags.at("wording_set"), "main");
  }
  int held_out = 0;
  const auto test = generate_problems({.count = 800, .seed = 2, .split = ProblemSplit::kTest});
  for (const auto& made : test) held_out += made.problem.tags.at("wording_set") == "held_out";
  EXPECT_GT(held_out, 110);
  EXPECT_LT(held_out, 210);
}

TEST(Generator, EveryFamilyHasAHeldOutWordingOfFive) {
  for (const FamilyTemplate* family : family_templates()) {
    EXPECT_EQ(held_out_questions(family->name).size() * 4, family->wordings.size()) << family->name;
  }
}

TEST(Generator, AnswersFollowFromTheOperations) {
  for (const auto& made : generate_problems({.count = 1500, .seed = 4})) {
    std::vector<std::int64_t> results;
    for (const Operation& operation : made.operations) {
      const auto result = apply_sign(operation.sign, operation.left, operation.right);
      ASSERT_TRUE(result.has_value()) << made.problem.question;
      EXPECT_EQ(*result, operation.result);
      EXPECT_GE(*result, 2);
      EXPECT_LE(*result, kResultMax);
      const auto from = [&](int source, std::int64_t told) {
        return source < 0 ? told : results.at(static_cast<std::size_t>(source));
      };
      EXPECT_EQ(operation.left, from(operation.left_from, operation.left));
      EXPECT_EQ(operation.right, from(operation.right_from, operation.right));
      results.push_back(operation.result);
    }
    EXPECT_EQ(made.problem.answer, std::to_string(results.back()));
    EXPECT_EQ(made.problem.tags.at("operations"), std::to_string(results.size()));
  }
}

TEST(Generator, FollowsTheMixAndUsesEveryFamily) {
  std::map<std::string, int> operations;
  std::set<std::string> families;
  const auto problems = generate_problems({.count = 2000, .seed = 5});
  for (const auto& made : problems) {
    ++operations[made.problem.tags.at("operations")];
    families.insert(made.problem.tags.at("family"));
  }
  EXPECT_EQ(families.size(), family_names().size());
  EXPECT_GE(families.size(), 40U);
  EXPECT_NEAR(operations["1"], 600, 80);
  EXPECT_NEAR(operations["2"], 700, 80);
  EXPECT_NEAR(operations["3"], 440, 80);
  EXPECT_NEAR(operations["4"], 260, 60);
}

TEST(Generator, OperationsMaxCutsTheMix) {
  for (const auto& made : generate_problems({.count = 200, .operations_max = 2})) {
    EXPECT_LE(made.operations.size(), 2U);
  }
}

TEST(Generator, QuestionsReadWell) {
  const std::set<std::string> vowels = {"a", "e", "i", "o", "u"};
  for (const ProblemSplit part : {ProblemSplit::kTrain, ProblemSplit::kTest}) {
    for (const auto& made : generate_problems({.count = 1500, .seed = 6, .split = part})) {
      const std::string& question = made.problem.question;
      EXPECT_TRUE(question.ends_with('?')) << question;
      EXPECT_FALSE(contains(question, "  ")) << question;
      EXPECT_EQ(question.find_first_of("{}"), std::string::npos) << question;
      EXPECT_FALSE(is_lower(question.front())) << question;
      std::string_view before;
      for (const std::string_view word : split(question, ' ')) {
        const bool vowel = vowels.contains(to_lower(word.substr(0, 1))) || word.starts_with("hour");
        EXPECT_FALSE((before == "a" || before == "A") && vowel) << question;
        EXPECT_FALSE((before == "an" || before == "An") && !vowel) << question;
        EXPECT_FALSE(before == "1" && word.ends_with("s")) << question;
        before = word;
      }
    }
  }
}

TEST(Generator, SentencesStartWithCapitals) {
  for (const auto& made : generate_problems({.count = 800, .seed = 9})) {
    const std::string& text = made.problem.question;
    for (std::size_t at = text.find(". "); at != std::string::npos; at = text.find(". ", at + 1)) {
      EXPECT_FALSE(is_lower(text[at + 2])) << text;
    }
  }
}

TEST(Generator, NumbersOfTheQuestionAreThoseOfTheOperations) {
  // A number used in the solution is in the question, "twice", a percentage or a fact of the
  // calendar.
  for (const auto& made : generate_problems({.count = 1000, .seed = 10})) {
    for (const Operation& operation : made.operations) {
      const auto told = [&](std::int64_t value, int from) {
        return from >= 0 || contains(made.problem.question, std::to_string(value)) || value == 2 ||
               value == 7 || contains(made.problem.question, "%");
      };
      EXPECT_TRUE(told(operation.left, operation.left_from)) << made.problem.question;
      EXPECT_TRUE(told(operation.right, operation.right_from)) << made.problem.question;
    }
  }
}

TEST(Generator, FamiliesCanBeChosen) {
  const auto problems = generate_problems({.count = 30, .families = {"boxes", "savings"}});
  for (const auto& made : problems) {
    EXPECT_THAT(made.problem.tags.at("family"), testing::AnyOf("boxes", "savings"));
  }
}

struct BadOptions {
  const char* name;
  GeneratorOptions options;
  const char* message;
  const char* hint;
};

TEST(Generator, RefusesWhatItCannotDo) {
  const BadOptions rows[] = {
      {"unknown family", {.families = {"boxs"}}, "boxs", "'boxes'"},
      {"nothing left",
       {.families = {"boxes"}, .operations_max = 0},
       "no problem family fits",
       "allow"},
      {"zero mix", {.operations_mix = {0, 0, 0, 0}}, "no problem family fits", "allow"},
      {"too many", {.count = 200000, .families = {"area"}}, "different problems", "fewer"},
  };
  for (const BadOptions& row : rows) {
    try {
      generate_problems(row.options);
      FAIL() << row.name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kConfig) << row.name;
      EXPECT_THAT(error.message(), testing::HasSubstr(row.message)) << row.name;
      EXPECT_THAT(error.hint(), testing::HasSubstr(row.hint)) << row.name;
    }
  }
}

TEST(Slots, FillArticlesAndTimes) {
  const Slots slots = {{"x", "apron"}, {"y", "mug"}, {"k", "2"}, {"q", "3"}};
  EXPECT_EQ(fill_slots("{An x}, {an y}, {times k}, {times q}.", slots),
            "An apron, a mug, twice, 3 times.");
}

}  // namespace
}  // namespace drp::problems
