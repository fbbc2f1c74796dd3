// SPDX-License-Identifier: Apache-2.0
#include "llm/replay_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "base/error.h"

namespace drp::llm {
namespace {

using ::testing::ElementsAre;

ChatRequest request(std::string key, std::string content) {
  ChatRequest out;
  out.key = std::move(key);
  out.messages = {{"user", std::move(content)}};
  return out;
}

std::vector<std::string> texts(ReplayModel& model, const std::vector<ChatRequest>& requests,
                               const StopFlag& stop = {}) {
  std::vector<std::string> out;
  std::size_t next = 0;
  model.run(
      [&]() -> std::optional<ChatRequest> {
        if (next == requests.size()) return std::nullopt;
        return requests[next++];
      },
      [&](const ChatReply& reply) {
        out.push_back(reply.key + ":" + (reply.failure ? "!" + *reply.failure : reply.text));
      },
      stop);
  return out;
}

TEST(ReplayModel, AnswersByKeyThenMessagesThenText) {
  ReplayModel model;
  model.answer_key("k", ReplayModel::reply("by key"))
      .answer_messages({{"user", "hello"}}, ReplayModel::reply("by messages"))
      .answer_text("hello", ReplayModel::reply("by text"))
      .answer_text("other", ReplayModel::reply("by text"))
      .fallback([](const ChatRequest& asked) -> std::optional<ChatReply> {
        if (asked.key == "none") return std::nullopt;
        return ReplayModel::reply("fallback");
      });
  EXPECT_THAT(texts(model, {request("k", "hello"), request("a", "hello"), request("b", "other"),
                            request("c", "new"), request("none", "new")}),
              ElementsAre("k:by key", "a:by messages", "b:by text", "c:fallback",
                          "none:!no recorded reply for request 'none'"));
  EXPECT_EQ(model.asked().size(), 5U);
  EXPECT_EQ(model.asked()[1].messages[0].content, "hello");
}

TEST(ReplayModel, GivesSeveralAnswersInTurn) {
  ReplayModel model;
  model.answer_text("q", ReplayModel::reply("one")).answer_text("q", ReplayModel::reply("two"));
  EXPECT_THAT(texts(model, {request("1", "q"), request("2", "q"), request("3", "q")}),
              ElementsAre("1:one", "2:two", "3:two"));
}

TEST(ReplayModel, RepliesMayComeOutOfOrder) {
  ReplayModel model;
  model.reorder(2).fallback(
      [](const ChatRequest& asked) { return ReplayModel::reply(asked.messages[0].content); });
  EXPECT_THAT(texts(model, {request("1", "a"), request("2", "b"), request("3", "c")}),
              ElementsAre("2:b", "1:a", "3:c"));
}

TEST(ReplayModel, CountsWordsAsTokens) {
  EXPECT_EQ(ReplayModel::reply(" two  words\n").usage.completion_tokens, 2);
  EXPECT_EQ(ReplayModel::reply("").usage.completion_tokens, 0);
  EXPECT_EQ(ReplayModel::reply("x").finish, FinishReason::kStop);
}

TEST(ReplayModel, StopsWhenAsked) {
  ReplayModel model;
  StopFlag stop;
  stop.request(SIGINT);
  EXPECT_THROW(texts(model, {request("1", "a")}, stop), Error);
  EXPECT_TRUE(model.asked().empty());
}

}  // namespace
}  // namespace drp::llm
