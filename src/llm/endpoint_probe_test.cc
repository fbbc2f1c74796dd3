// SPDX-License-Identifier: Apache-2.0
#include "llm/endpoint_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "llm/counting_model.h"

namespace drp::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// A service with the habits of public ones; every test changes some.
struct Habits {
  bool seed = true;
  bool schema = true;
  bool grammar = false;
  bool usage = true;
  bool limit = true;
  std::string before;              // what it writes before the answer
  std::string reasoning;           // what it returns beside it
  std::int64_t context = 1 << 20;  // tokens; four bytes are one
  bool cuts_silently = false;      // else it refuses longer prompts
};

std::string word_after(const std::string& text, const std::string& mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return "?";
  return text.substr(at + mark.size(), text.find('.', at) - at - mark.size());
}

ChatReply serve(const Habits& habits, const ChatRequest& request) {
  std::string prompt = request.messages.back().content;
  auto tokens = static_cast<std::int64_t>(prompt.size() / 4);
  ChatReply reply;
  if (!habits.seed && request.sampling.seed != 0) {
    reply.failure = "400: unknown parameter seed";
    return reply;
  }
  if (tokens > habits.context && !habits.cuts_silently) {
    reply.failure = "400: context_length_exceeded";
    return reply;
  }
  if (tokens > habits.context) {
    prompt = prompt.substr(prompt.size() - static_cast<std::size_t>(habits.context) * 4);
    tokens = habits.context;
  }
  reply.finish = FinishReason::kStop;
  std::string answer = "ready";
  if (contains(prompt, "rivers")) answer = "Rivers run to the sea.";
  if (habits.schema && !request.json_schema.empty()) answer = R"({"fruit": "pear", "count": 2})";
  if (habits.grammar && !request.grammar.empty()) answer = "no";
  if (contains(prompt, "last word that were named")) {
    answer =
        word_after(prompt, "The first word is ") + " " + word_after(prompt, "The last word is ");
  }
  std::int64_t completion = 4;
  if (contains(prompt, "Count from 1")) {
    completion = habits.limit ? request.sampling.tokens_max : 300;
    if (habits.limit) reply.finish = FinishReason::kLength;
  }
  reply.text = habits.before + answer;
  reply.reasoning = habits.reasoning;
  if (habits.usage) reply.usage = {.prompt_tokens = tokens, .completion_tokens = completion};
  return reply;
}

EndpointReport probe(const Habits& habits, std::int64_t context_max = 8192) {
  CountingModel model([&](const ChatRequest& request) { return serve(habits, request); });
  return probe_endpoint(model, {.context_max = context_max}, {});
}

TEST(EndpointProbe, AWellBehavedService) {
  const EndpointReport report = probe({});
  EXPECT_EQ(report.failure, "");
  EXPECT_TRUE(report.usage);
  EXPECT_TRUE(report.ends);
  EXPECT_TRUE(report.obeys_limit);
  EXPECT_EQ(report.schema, Wish::kHonoured);
  EXPECT_EQ(report.grammar, Wish::kIgnored);
  EXPECT_THAT(report.thinking, ElementsAre());
  EXPECT_GT(report.context(), 6500);
  const std::string text = show_report(report);
  EXPECT_THAT(text, HasSubstr("ok    seed: accepted"));
  EXPECT_THAT(text, HasSubstr("note  grammar: taken and ignored"));
  EXPECT_THAT(text, Not(HasSubstr("next longer")));
}

TEST(EndpointProbe, Fault40And42FindsWhatAServiceDoesNotDo) {
  const EndpointReport report =
      probe({.seed = false, .schema = false, .grammar = true, .usage = false, .limit = false});
  EXPECT_FALSE(report.usage);
  EXPECT_FALSE(report.obeys_limit);
  EXPECT_EQ(report.schema, Wish::kIgnored);
  EXPECT_EQ(report.grammar, Wish::kHonoured);
  const std::string text = show_report(report);
  EXPECT_THAT(text, HasSubstr("seed: refused (400: unknown parameter seed)"));
  EXPECT_THAT(text, HasSubstr("note  usage"));
  EXPECT_THAT(text, HasSubstr("note  tokens_max"));
}

// Public issue log, 33, 35, 37: markers without an opening one, and reasoning in a field.
TEST(EndpointProbe, Fault33And37SeesHowAModelThinks) {
  EXPECT_THAT(probe({.before = "seventeen times... </think>\n\n"}, 0).thinking,
              ElementsAre("</think>"));
  EXPECT_THAT(probe({.before = "<think>hm</think>"}, 0).thinking,
              ElementsAre("<think>", "</think>"));
  EXPECT_THAT(probe({.reasoning = "hm"}, 0).thinking,
              ElementsAre("a reasoning field beside the content"));
  EXPECT_EQ(probe({.before = "<think>hm</think>\n"}, 0).schema, Wish::kHonoured);
}

// Public issue log, 31: a prompt cut without a word, with and without a count that betrays it.
TEST(EndpointProbe, Fault31FindsTheTrueContext) {
  const EndpointReport refused = probe({.context = 3000});
  EXPECT_GT(refused.context(), 1500);
  EXPECT_LE(refused.context(), 3000);
  EXPECT_THAT(show_report(refused), HasSubstr("refused (400: context_length_exceeded)"));

  const EndpointReport cut = probe({.context = 2500, .cuts_silently = true});
  EXPECT_GT(cut.context(), 1500);
  EXPECT_LE(cut.context(), 2500);
  EXPECT_TRUE(cut.contexts.back().cut);
  EXPECT_THAT(show_report(cut), HasSubstr("cut to 2,500 tokens without a word"));

  const EndpointReport silent = probe({.usage = false, .context = 2500, .cuts_silently = true});
  EXPECT_FALSE(silent.contexts.back().first_seen);
  EXPECT_THAT(show_report(silent), HasSubstr("its beginning was lost"));
}

TEST(EndpointProbe, AServiceThatDoesNotAnswerIsAskedOnce) {
  CountingModel model([](const ChatRequest&) { return ChatReply{.failure = "503: overloaded"}; });
  const EndpointReport report = probe_endpoint(model, {}, {});
  EXPECT_EQ(model.total, 1);
  EXPECT_EQ(show_report(report), "bad   no answer: 503: overloaded\n");
}

}  // namespace
}  // namespace drp::llm
