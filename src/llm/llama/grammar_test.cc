// SPDX-License-Identifier: Apache-2.0
// Replies that a grammar holds, drawn from the demo's model.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "llm/llama/demo_student.h"

namespace drp::llm {
namespace {

using ::testing::HasSubstr;

using GrammarTest = DemoStudentTest;

bool is_yes_or_number(std::string_view text) {
  if (text == "yes" || text == "no") return true;
  return text.size() == 3 && is_digit(text[0]) && is_digit(text[1]) && is_digit(text[2]);
}

// Several requests in one batch, each with its own grammar or none, greedy and drawn.
TEST_F(GrammarTest, HoldsEachReplyToItsOwn) {
  const auto model = student().chat({});
  std::vector<ChatRequest> requests;
  for (int i = 0; i < 12; ++i) {
    ChatRequest request =
        ask("Tell me about the number " + std::to_string(i) + ".", 24, i % 2 == 0 ? 0 : 1.5);
    request.sampling.seed = static_cast<std::uint64_t>(i);
    if (i % 3 != 2) request.grammar = "root ::= \"yes\" | \"no\" | [0-9] [0-9] [0-9]";
    requests.push_back(request);
  }
  const std::vector<ChatReply> replies = answer(*model, requests);
  for (std::size_t i = 0; i < replies.size(); ++i) {
    ASSERT_FALSE(replies[i].failure) << *replies[i].failure;
    if (i % 3 == 2) {
      EXPECT_FALSE(is_yes_or_number(replies[i].text)) << replies[i].text;
    } else {
      EXPECT_EQ(replies[i].finish, FinishReason::kStop);
      EXPECT_TRUE(is_yes_or_number(replies[i].text)) << replies[i].text;
    }
  }
}

// Characters of several bytes come in several tokens.
TEST_F(GrammarTest, TakesOtherScripts) {
  const auto model = student().chat({});
  ChatRequest request = ask("Write it.");
  request.grammar = "root ::= \"\u7b54\u6848\u662f \u23ce \" [\u4e00-\u9fff]{2}";
  const ChatReply reply = answer(*model, {request}).front();
  EXPECT_THAT(reply.text, HasSubstr("\u7b54\u6848\u662f \u23ce "));
  EXPECT_TRUE(is_valid_utf8(reply.text));
  EXPECT_EQ(reply.finish, FinishReason::kStop);
}

// A bad grammar fails its request alone.
TEST_F(GrammarTest, ABadGrammarIsAFailureOfTheRequest) {
  const auto model = student().chat({});
  ChatRequest bad = ask("Say something.", 4);
  bad.grammar = "root ::= (\"open\"";
  const std::vector<ChatReply> replies = answer(*model, {bad, ask("Say something.", 4)});
  ASSERT_TRUE(replies[0].failure);
  EXPECT_THAT(*replies[0].failure, HasSubstr("grammar"));
  EXPECT_FALSE(replies[1].failure);
  EXPECT_FALSE(replies[1].text.empty());
}

}  // namespace
}  // namespace drp::llm
