// SPDX-License-Identifier: Apache-2.0
// Properties: every readable reference equals itself however it is decorated, and equality is
// symmetric apart from what the reference leads on.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "answers/grade.h"
#include "base/random.h"
#include "base/text.h"

namespace drp::answers {
namespace {

using Json = nlohmann::json;

// Transparent, so that the two sides are not simply the same bytes.
std::string decorated(const std::string& answer, const std::string& domain = "math") {
  if (domain == "choice") return "\\text{(" + answer + ")}";
  if (domain == "text") return "  " + answer + " ";
  return "\\displaystyle " + answer + "\\,";
}

struct Set {
  std::string file;
  std::string field;
  std::string domain = "math";
};

class SetGolds : public testing::TestWithParam<Set> {};

TEST_P(SetGolds, EqualThemselves) {
  std::ifstream file(std::filesystem::path(DRP_DATA_DIR) / GetParam().file);
  if (!file) GTEST_SKIP() << "no data folder at " << DRP_DATA_DIR;
  int rows = 0;
  int failed = 0;
  for (std::string line; std::getline(file, line);) {
    const Json row = Json::parse(line);
    const Json& value = row.at(GetParam().field);
    const std::string gold = value.is_string() ? value.get<std::string>() : value.dump();
    const std::string alone = read_gold(gold);
    ++rows;
    const std::string& domain = GetParam().domain;
    const Comparison same = compare(gold, decorated(alone, domain), {.domain = domain});
    failed += same.equal() ? 0 : 1;
    EXPECT_TRUE(same.equal()) << alone << ": " << same.reason;
  }
  std::printf("%s: %d of %d equal themselves\n", GetParam().file.c_str(), rows - failed, rows);
  EXPECT_GT(rows, 20);
}

INSTANTIATE_TEST_SUITE_P(
    Files, SetGolds,
    testing::Values(Set{"aime24/test.jsonl", "answer"}, Set{"aime25/test.jsonl", "answer"},
                    Set{"amc23/test.jsonl", "answer"}, Set{"gsm8k/test.jsonl", "answer"},
                    Set{"gsm8k/train.jsonl", "answer"}, Set{"math500/test.jsonl", "answer"},
                    Set{"mawps/addsub.jsonl", "target"}, Set{"mawps/multiarith.jsonl", "target"},
                    Set{"mawps/singleeq.jsonl", "target"}, Set{"mawps/singleop.jsonl", "target"},
                    Set{"svamp/SVAMP.json.jsonl", "Answer"},
                    Set{"aqua/test.jsonl", "correct", "choice"},
                    Set{"csqa/dev.jsonl", "answerKey", "choice"},
                    Set{"bbh/bbh_all.jsonl", "target", "text"}),
    [](const auto& test) {
      std::string name = test.param.file;
      for (char& c : name) {
        if (!is_letter(c) && !is_digit(c)) c = '_';
      }
      return name;
    });

// Random answers of every kind that is read.
class AnswerMaker {
 public:
  explicit AnswerMaker(std::uint64_t seed) : random_(seed) {}

  std::string answer() {
    switch (random_.index(12)) {
      case 0:
        return integer();
      case 1:
        return "\\frac{" + integer() + "}{" + positive() + "}";
      case 2:
        return integer() + "." + positive();
      case 3:
        return coefficient() + "\\sqrt{" + positive() + "}";
      case 4:
        return "(" + scalar() + ", " + scalar() + ")";
      case 5:
        return "\\{" + scalar() + ", " + scalar() + ", " + scalar() + "\\}";
      case 6:
        return "[" + integer() + ", \\infty)";
      case 7:
        return polynomial();
      case 8:
        return "\\begin{pmatrix}" + scalar() + "&" + scalar() + "\\\\" + scalar() + "&" + scalar() +
               "\\end{pmatrix}";
      case 9:
        return positive() + random_.pick(units_);
      case 10:
        return random_.pick(letters_) + " = " + scalar();
      default:
        return coefficient() + "\\pi + " + integer();
    }
  }

 private:
  std::string integer() { return std::to_string(random_.between(-2000, 2000)); }
  std::string positive() { return std::to_string(random_.between(2, 99)); }
  std::string coefficient() { return std::to_string(random_.between(2, 9)); }
  std::string scalar() {
    switch (random_.index(4)) {
      case 0:
        return "\\frac{" + positive() + "}{" + positive() + "}";
      case 1:
        return "\\sqrt{" + positive() + "}";
      default:
        return integer();
    }
  }
  std::string polynomial() {
    const std::string letter = random_.pick(letters_);
    return coefficient() + letter + "^2 + " + coefficient() + letter + " - " + positive();
  }

  const std::vector<std::string> units_ = {"\\text{ cm}", " apples", "\\%",
                                           "^\\circ",     " km/h",   "\\text{ square units}"};
  const std::vector<std::string> letters_ = {"x", "y", "n", "\\alpha", "x_1"};
  Random random_;
};

constexpr std::uint64_t kSeed = 20'261'125;

TEST(GeneratedAnswers, EqualThemselves) {
  AnswerMaker maker(kSeed);
  for (int i = 0; i < 100'000; ++i) {
    const std::string gold = maker.answer();
    const Comparison same = compare(gold, decorated(gold));
    ASSERT_TRUE(same.equal()) << "seed " << kSeed << ", " << i << ": " << gold << ": "
                              << same.reason;
  }
}

// A decimal or percent sign of the reference leads (docs/grading.md, "Equality").
bool leads(const std::string& answer) { return contains(answer, ".") || contains(answer, "%"); }

TEST(GeneratedAnswers, AreEqualInBothDirections) {
  AnswerMaker maker(kSeed + 1);
  std::vector<std::string> answers;
  answers.reserve(400);
  for (int i = 0; i < 400; ++i) answers.push_back(maker.answer());
  for (std::size_t i = 0; i < answers.size(); ++i) {
    for (std::size_t j = i + 1; j < answers.size(); ++j) {
      if (leads(answers[i]) || leads(answers[j])) continue;
      ASSERT_EQ(compare(answers[i], answers[j]).verdict, compare(answers[j], answers[i]).verdict)
          << "seed " << kSeed << ": " << answers[i] << " | " << answers[j];
    }
  }
}

}  // namespace
}  // namespace drp::answers
