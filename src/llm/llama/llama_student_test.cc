// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_student.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdint>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "llm/llama/demo_student.h"

namespace drp::llm {
namespace {

using ::testing::HasSubstr;

std::filesystem::path scratch(const std::string& name) {
  return std::filesystem::path(::testing::TempDir()) / ("llm_llama_" + name);
}

void expect_load_error(const std::filesystem::path& path, ErrorKind kind,
                       const std::string& words) {
  try {
    load_llama_student(path);
    FAIL() << path << " loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.message();
    EXPECT_THAT(error.message(), HasSubstr(words));
    EXPECT_THAT(error.message(), HasSubstr(path.filename().string()));
  }
}

TEST(LoadLlamaStudent, RefusesWhatIsNoModel) {
  expect_load_error(scratch("missing.gguf"), ErrorKind::kIo, "missing.gguf");
  const std::filesystem::path text = scratch("text.gguf");
  write_file_atomic(text, "This is a text, not a model file.");
  expect_load_error(text, ErrorKind::kModel, "GGUF");
  write_file_atomic(text, "");
  expect_load_error(text, ErrorKind::kModel, "");
}

TEST_F(DemoStudentTest, RefusesAFileCutAtAnySize) {
  const std::uintmax_t size = std::filesystem::file_size(DRP_DEMO_MODEL);
  const std::filesystem::path cut = scratch("cut.gguf");
  std::filesystem::copy_file(DRP_DEMO_MODEL, cut,
                             std::filesystem::copy_options::overwrite_existing);
  std::vector<std::uintmax_t> sizes = {size - 1, size - 4096, size / 2, size / 10};
  for (std::uintmax_t at = 2'000'000; at > 30; at = at * 2 / 3) sizes.push_back(at);
  for (std::uintmax_t at = 30; at > 0; --at) sizes.push_back(at);
  for (const std::uintmax_t at : sizes) {  // descending: cut further each time
    std::filesystem::resize_file(cut, at);
    expect_load_error(cut, ErrorKind::kModel, "");
  }
  std::filesystem::remove(cut);
}

TEST_F(DemoStudentTest, RefusesAnUnknownArchitecture) {
  std::string bytes = read_file(DRP_DEMO_MODEL);
  // The value of general.architecture: its length, then "llama".
  const std::size_t at = bytes.find("llama", bytes.find("general.architecture"));
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at, 5, "camel");
  const std::filesystem::path path = scratch("camel.gguf");
  write_file_atomic(path, bytes);
  expect_load_error(path, ErrorKind::kModel, "camel");
  std::filesystem::remove(path);
}

// Two greedy responses to one prompt that differ: at the first difference the model gives both next
// tokens nearly the same likelihood.
void expect_near_tie(Student& student, const ChatReply& a, const ChatReply& b) {
  const Tokenizer& tokenizer = student.tokenizer();
  const std::vector<TokenId> a_ids = tokenizer.tokenize(a.text, ControlText::kPlain);
  const std::vector<TokenId> b_ids = tokenizer.tokenize(b.text, ControlText::kPlain);
  std::size_t same = 0;
  while (same < std::min(a_ids.size(), b_ids.size()) && a_ids[same] == b_ids[same]) ++same;
  const auto next = [&](const std::vector<TokenId>& ids) {
    ScoreRequest request;
    request.context = a.prompt_ids;
    request.context.insert(request.context.end(), ids.begin(),
                           ids.begin() + static_cast<std::ptrdiff_t>(same));
    request.continuation = {same < ids.size() ? ids[same] : tokenizer.end_token()};
    return request;
  };
  const auto scores =
      student.scorer({})->score(std::vector<ScoreRequest>{next(a_ids), next(b_ids)}, {});
  EXPECT_NEAR(scores[0][0], scores[1][0], 0.4) << a.text << "\n---\n" << b.text;
}

std::vector<ChatRequest> eight_questions(ChatRequest (*ask)(std::string, int, double)) {
  std::vector<ChatRequest> out;
  for (const char* question :
       {"What is 2 + 3?", "Name a colour.", "Who wrote Hamlet?", "Count from 1 to 5.",
        "What is the capital of France?", "Spell the word cat.", "Is water wet?", "Say hello."}) {
    out.push_back(ask(question, 24, 0));
  }
  return out;
}

// What shares a batch changes the logits a little (sums in another order, then rounded to 8 bits by
// the quantised kernels), which turns near ties: most texts are equal, and where two part, both
// next tokens were about equally likely.
TEST_F(DemoStudentTest, GreedyTextIsTheSameAloneAndInABatch) {
  const auto chat = student().chat({});
  const std::vector<ChatRequest> requests = eight_questions(&DemoStudentTest::ask);
  const std::vector<ChatReply> together = answer(*chat, requests);
  int equal = 0;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const ChatReply alone = answer(*chat, {requests[i]})[0];
    EXPECT_EQ(alone.prompt_ids, together[i].prompt_ids);
    EXPECT_EQ(alone.prompt_ids, student().tokenizer().render_prompt(requests[i].messages, ""));
    EXPECT_FALSE(alone.text.empty());
    if (alone.text == together[i].text) {
      ++equal;
    } else {
      expect_near_tie(student(), alone, together[i]);
    }
  }
  EXPECT_GE(equal, 4);
}

TEST_F(DemoStudentTest, ABarePromptHasNoTemplate) {
  const auto chat = student().chat({});
  ChatRequest request = ask("Q: What is 2 + 3?", 8);
  request.form = PromptForm::kPlain;
  request.response_prefix = "\nA: <|im_end|>";
  const ChatReply reply = answer(*chat, {request})[0];
  ASSERT_FALSE(reply.failure) << *reply.failure;
  // This tokenizer puts no BOS; what looks like a control token is text.
  EXPECT_EQ(reply.prompt_ids, student().tokenizer().tokenize("Q: What is 2 + 3?\nA: <|im_end|>",
                                                             ControlText::kPlain));
  EXPECT_FALSE(reply.text.empty());
  request.messages.insert(request.messages.begin(), {"system", "Be brief."});
  EXPECT_TRUE(answer(*chat, {request})[0].failure);
}

TEST_F(DemoStudentTest, AStopTextEndsAResponse) {
  const auto chat = student().chat({});
  ChatRequest request = ask("Count from 1 to 20, with commas.", 40);
  const ChatReply whole = answer(*chat, {request})[0];
  ASSERT_GT(whole.text.size(), 20U);
  const std::string stop = whole.text.substr(12, 3);
  request.stop = {"no such text", stop};
  const ChatReply ended = answer(*chat, {request})[0];
  EXPECT_EQ(ended.text, whole.text.substr(0, whole.text.find(stop)));
  EXPECT_EQ(ended.finish, FinishReason::kStop);
  EXPECT_LT(ended.usage.completion_tokens, whole.usage.completion_tokens);
}

TEST_F(DemoStudentTest, SharedPromptsGiveTheSameTextAsUnshared) {
  LlamaOptions apart;
  apart.share_prompts = false;
  const auto unshared = load_llama_student(DRP_DEMO_MODEL, apart);
  std::vector<ChatRequest> requests;
  requests.reserve(16);
  for (int i = 0; i < 12; ++i) requests.push_back(ask("Write one sentence about rain.", 16));
  for (int i = 0; i < 4; ++i) requests.push_back(ask("Write one sentence about snow.", 16));
  const std::vector<ChatReply> with = answer(*student().chat({}), requests);
  const std::vector<ChatReply> without = answer(*unshared->chat({}), requests);
  int equal = 0;
  for (std::size_t i = 0; i < requests.size(); ++i)
    equal += with[i].text == without[i].text ? 1 : 0;
  EXPECT_GE(equal, 14);
}

TEST_F(DemoStudentTest, SeedsDecideTheDraw) {
  const auto chat = student().chat({});
  std::vector<ChatRequest> requests;
  for (const std::uint64_t seed : {1, 2, 3, 1, 2, 3}) {
    requests.push_back(ask("Tell me something about birds.", 12, 1.0));
    requests.back().sampling.seed = seed;
  }
  const std::vector<ChatReply> replies = answer(*chat, requests);
  int equal = 0;
  for (std::size_t i = 0; i < 3; ++i) equal += replies[i].text == replies[i + 3].text ? 1 : 0;
  EXPECT_GE(equal, 2);
  EXPECT_NE(replies[0].text, replies[1].text);
  EXPECT_NE(replies[1].text, replies[2].text);
}

TEST_F(DemoStudentTest, SaysWhyAResponseEnded) {
  const auto chat = student().chat({});
  std::vector<ChatRequest> requests = {ask("Write a long story.", 5), ask("Repeat for ever", 400)};
  requests[1].response_prefix = "la la la la la la la la la la la la la la la la la la la la la";
  for (const char* question : {"What is the capital of France?", "Name a colour.", "Say hello."}) {
    requests.push_back(ask(question, 120));
  }
  const std::vector<ChatReply> replies = answer(*chat, requests);
  EXPECT_EQ(replies[0].finish, FinishReason::kLength);
  EXPECT_EQ(replies[0].usage.completion_tokens, 5);
  EXPECT_EQ(replies[1].finish, FinishReason::kLoop);
  EXPECT_GE(replies[1].usage.completion_tokens, 64);
  int stopped = 0;
  for (const ChatReply& reply : replies) {
    EXPECT_EQ(reply.usage.prompt_tokens, static_cast<std::int64_t>(reply.prompt_ids.size()));
    EXPECT_FALSE(reply.failure);
    EXPECT_THAT(reply.text, ::testing::Not(HasSubstr("<|im_end|>")));
    if (reply.finish == FinishReason::kStop) {
      ++stopped;
      EXPECT_LT(reply.usage.completion_tokens, 120);
    }
  }
  EXPECT_GE(stopped, 1);
}

TEST_F(DemoStudentTest, AFullContextEndsAResponse) {
  LlamaOptions options;
  options.context_tokens = 64;
  const auto small = load_llama_student(DRP_DEMO_MODEL, options);
  const ChatReply reply = answer(*small->chat({}), {ask("Count from 1 to 1000.", 5000)})[0];
  EXPECT_EQ(reply.finish, FinishReason::kLength);
  EXPECT_EQ(reply.usage.prompt_tokens + reply.usage.completion_tokens, 64);
}

TEST_F(DemoStudentTest, RefusesRequestsThatCannotBeDoneAndGoesOn) {
  const auto chat = student().chat({});
  std::string long_text;
  for (int i = 0; i < 9000; ++i) long_text += " word";
  std::vector<ChatRequest> requests = {ask(long_text), ask("Hi", 0), ask("Say hello.", 3)};
  requests.push_back(ask(""));
  requests.back().messages.clear();
  const std::vector<ChatReply> replies = answer(*chat, requests);
  EXPECT_THAT(replies[0].failure.value_or(""), HasSubstr("context holds 8192"));
  EXPECT_THAT(replies[1].failure.value_or(""), HasSubstr("tokens_max is 0"));
  EXPECT_FALSE(replies[2].failure);
  EXPECT_THAT(replies[3].failure.value_or(""), HasSubstr("at least one message"));
}

TEST_F(DemoStudentTest, GrowsItsContextForALongerRequest) {
  std::string text;
  for (int i = 0; i < 700; ++i) text += " word";
  const std::vector<ChatReply> replies =
      answer(*student().chat({}), {ask("Say hello.", 4), ask(text, 4), ask("Say hello.", 4)});
  for (const ChatReply& reply : replies) EXPECT_FALSE(reply.failure);
  EXPECT_EQ(replies[0].text, replies[2].text);
}

TEST_F(DemoStudentTest, StopsBetweenTokens) {
  const auto chat = student().chat({});
  StopFlag stop;
  int asked = 0;
  int answered = 0;
  const auto endless = [&]() -> std::optional<ChatRequest> {
    ChatRequest request = ask("Write a long story.", asked++ % 2 == 0 ? 4 : 4000, 0.8);
    request.key = "x";
    return request;
  };
  try {
    chat->run(
        endless,
        [&](const ChatReply&) {
          if (++answered == 3) stop.request(SIGINT);
        },
        stop);
    FAIL() << "ran on";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_GE(answered, 3);
}

}  // namespace
}  // namespace drp::llm
