// SPDX-License-Identifier: Apache-2.0
// Where a trace's token counts come from.
#include "sample/sample.h"

#include <gtest/gtest.h>

#include "llm/byte_tokenizer.h"

namespace drp::sample {
namespace {

Draw draw() { return {Problem{.id = "p", .question = "Q"}, 0}; }

llm::ChatReply reply_of(std::string reasoning, std::string text, llm::Usage usage) {
  llm::ChatReply reply;
  reply.reasoning = std::move(reasoning);
  reply.text = std::move(text);
  reply.finish = FinishReason::kStop;
  reply.usage = usage;
  return reply;
}

TEST(MakeTrace, AServicesOwnCountsComeFirst) {
  const llm::ByteTokenizer bytes;
  const auto reply =
      reply_of("ten letter", "answer", {.completion_tokens = 40, .reasoning_tokens = 30});
  for (const llm::Tokenizer* tokenizer :
       std::initializer_list<const llm::Tokenizer*>{&bytes, nullptr}) {
    const Trace trace = make_trace(draw(), reply, {}, tokenizer);
    EXPECT_EQ(trace.response, "<think>ten letter</think>answer");
    EXPECT_EQ(trace.response_tokens, 40);
    EXPECT_EQ(trace.reasoning_tokens, 30);
  }
}

TEST(MakeTrace, ReasoningIsCountedOrElseSharedOutByBytes) {
  const llm::ByteTokenizer bytes;
  const auto reply = reply_of("ten letter", "answer", {.completion_tokens = 62});
  EXPECT_EQ(make_trace(draw(), reply, {}, &bytes).reasoning_tokens, 10);
  // 10 of the 31 bytes of the response.
  EXPECT_EQ(make_trace(draw(), reply, {}, nullptr).reasoning_tokens, 20);
  // Thinking that never ended is all of it.
  auto cut = reply_of("ten letter", "", {.completion_tokens = 62});
  cut.finish = FinishReason::kLength;
  const Trace trace = make_trace(draw(), cut, {}, nullptr);
  EXPECT_FALSE(trace.reasoning_closed);
  EXPECT_EQ(trace.reasoning_tokens, 62);
}

TEST(MakeTrace, WithoutUsageTheTokenizerCounts) {
  const llm::ByteTokenizer bytes;
  EXPECT_EQ(make_trace(draw(), reply_of("", "answer", {}), {}, &bytes).response_tokens, 6);
  EXPECT_EQ(make_trace(draw(), reply_of("", "answer", {}), {}, nullptr).response_tokens, 0);
}

}  // namespace
}  // namespace drp::sample
