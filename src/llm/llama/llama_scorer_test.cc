// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "llm/llama/demo_student.h"
#include "llm/llama/llama_student.h"

namespace drp::llm {
namespace {

class LlamaScorerTest : public DemoStudentTest {
 protected:
  static ScoreRequest request(const std::string& question, const std::string& answer) {
    ScoreRequest out;
    out.context = student().tokenizer().render_prompt(std::vector<Message>{{"user", question}}, "");
    out.continuation = student().tokenizer().tokenize(answer, ControlText::kPlain);
    return out;
  }
};

// Reading a text at once and reading it token by token are the same sums in another order; the
// model's quantised arithmetic makes them differ in the second decimal of a token.
TEST_F(LlamaScorerTest, EqualsTheStepwiseLogProbabilities) {
  const auto scorer = student().scorer({});
  const ScoreRequest whole =
      request("What is the capital of France?", "The capital of France is Paris.");
  const StopFlag stop;
  const std::vector<float> at_once = scorer->score(std::vector<ScoreRequest>{whole}, stop)[0];
  ASSERT_EQ(at_once.size(), whole.continuation.size());
  std::vector<ScoreRequest> steps;
  for (std::size_t i = 0; i < whole.continuation.size(); ++i) {
    ScoreRequest step = whole;
    step.context.insert(step.context.end(), whole.continuation.begin(),
                        whole.continuation.begin() + static_cast<std::ptrdiff_t>(i));
    step.continuation = {whole.continuation[i]};
    steps.push_back(std::move(step));
  }
  const std::vector<std::vector<float>> stepwise = scorer->score(steps, stop);
  double sum = 0;
  double stepwise_sum = 0;
  for (std::size_t i = 0; i < at_once.size(); ++i) {
    EXPECT_LT(at_once[i], 0.0001F);
    EXPECT_NEAR(at_once[i], stepwise[i][0], 0.15) << "token " << i;
    sum += at_once[i];
    stepwise_sum += stepwise[i][0];
  }
  EXPECT_NEAR(sum, stepwise_sum, 0.3);
}

TEST_F(LlamaScorerTest, FindsAGoodAnswerLikelierAndKeepsTheOrder) {
  const auto scorer = student().scorer({});
  std::vector<ScoreRequest> requests;
  for (const char* answer : {"Paris", "Bananas", "London", "Paris"}) {
    requests.push_back(request("What is the capital of France? One word.", answer));
  }
  const std::vector<std::vector<float>> scores = scorer->score(requests, {});
  ASSERT_EQ(scores.size(), 4U);
  EXPECT_GT(scores[0][0], scores[1][0]);
  EXPECT_GT(scores[0][0], scores[2][0]);
  EXPECT_NEAR(scores[0][0], scores[3][0], 0.15);
}

TEST_F(LlamaScorerTest, ReadsTextsLongerThanABatch) {
  const auto scorer = student().scorer({});
  std::string text;
  for (int i = 0; i < 300; ++i) text += " one two";
  const ScoreRequest long_request = request("Say one two for ever.", text);
  const std::vector<std::vector<float>> scores =
      scorer->score(std::vector<ScoreRequest>{long_request, long_request}, {});
  ASSERT_EQ(scores[0].size(), long_request.continuation.size());
  ScoreRequest last = long_request;
  last.context.insert(last.context.end(), last.continuation.begin(), last.continuation.end() - 1);
  last.continuation = {long_request.continuation.back()};
  EXPECT_NEAR(scores[0].back(), scorer->score(std::vector<ScoreRequest>{last}, {})[0][0], 0.3);
  EXPECT_NEAR(scores[0].back(), scores[1].back(), 0.3);
}

TEST_F(LlamaScorerTest, RefusesWhatItCannotRead) {
  const auto scorer = student().scorer({});
  const auto score = [&](std::vector<TokenId> context, std::vector<TokenId> continuation) {
    ScoreRequest bad;
    bad.context = std::move(context);
    bad.continuation = std::move(continuation);
    return scorer->score(std::vector<ScoreRequest>{bad}, {});
  };
  EXPECT_TRUE(scorer->score({}, {}).empty());
  EXPECT_THROW(score({}, {1}), Error);
  EXPECT_THROW(score({1}, {}), Error);
  EXPECT_THROW(score({1}, {49152}), Error);
  EXPECT_THROW(score({-1}, {1}), Error);
  EXPECT_THROW(score(std::vector<TokenId>(8192, 5), {1}), Error);
}

}  // namespace
}  // namespace drp::llm
