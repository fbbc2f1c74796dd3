// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "llm/chat_model.h"

namespace drp::llm {

// A ChatModel that answers from memory, for tests of everything that stands on one. Replies come
// from, in this order: the request's key, its messages, its last message's content, the fallback.
// A request that nothing answers gets a reply with `failure`.
class ReplayModel final : public ChatModel {
 public:
  using Fallback = std::function<std::optional<ChatReply>(const ChatRequest&)>;

  explicit ReplayModel(std::string identity = "replay");

  // What to answer; several answers for one thing are given in turn, the last one for ever. The
  // reply's key is set to the request's. Usage is kept as given.
  ReplayModel& answer_key(std::string key, ChatReply reply);
  ReplayModel& answer_messages(const std::vector<Message>& messages, ChatReply reply);
  ReplayModel& answer_text(std::string last_content, ChatReply reply);
  ReplayModel& fallback(Fallback fallback);
  // A reply of this text that ended by itself, with its words counted as tokens.
  static ChatReply reply(std::string text);

  // Replies of up to `window` requests are held back and handed out last first, as a concurrent
  // model might. 1: in order.
  ReplayModel& reorder(std::size_t window);

  std::string identity() const override { return identity_; }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

  // Every request so far, in the order they were pulled.
  const std::vector<ChatRequest>& asked() const { return asked_; }

 private:
  struct Answers {
    std::vector<ChatReply> replies;
    std::size_t given = 0;
  };

  ChatReply find(const ChatRequest& request);

  std::string identity_;
  std::map<std::string, Answers> by_key_;
  std::map<std::string, Answers> by_messages_;
  std::map<std::string, Answers> by_text_;
  Fallback fallback_;
  std::size_t window_ = 1;
  std::vector<ChatRequest> asked_;
};

}  // namespace drp::llm
