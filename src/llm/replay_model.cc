// SPDX-License-Identifier: Apache-2.0
#include "llm/replay_model.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace drp::llm {
namespace {

std::string messages_key(const std::vector<Message>& messages) {
  Fingerprint fingerprint;
  for (const Message& message : messages) fingerprint.add(message.role).add(message.content);
  return fingerprint.hex();
}

}  // namespace

ReplayModel::ReplayModel(std::string identity) : identity_(std::move(identity)) {}

ReplayModel& ReplayModel::answer_key(std::string key, ChatReply reply) {
  by_key_[std::move(key)].replies.push_back(std::move(reply));
  return *this;
}

ReplayModel& ReplayModel::answer_messages(const std::vector<Message>& messages, ChatReply reply) {
  by_messages_[messages_key(messages)].replies.push_back(std::move(reply));
  return *this;
}

ReplayModel& ReplayModel::answer_text(std::string last_content, ChatReply reply) {
  by_text_[std::move(last_content)].replies.push_back(std::move(reply));
  return *this;
}

ReplayModel& ReplayModel::fallback(Fallback fallback) {
  fallback_ = std::move(fallback);
  return *this;
}

ReplayModel& ReplayModel::reorder(std::size_t window) {
  DRP_CHECK(window > 0, "a window holds at least one request");
  window_ = window;
  return *this;
}

ChatReply ReplayModel::reply(std::string text) {
  ChatReply reply;
  bool in_word = false;
  for (const char c : text) {
    const bool letter = !is_space(c);
    if (letter && !in_word) ++reply.usage.completion_tokens;
    in_word = letter;
  }
  reply.text = std::move(text);
  reply.finish = FinishReason::kStop;
  return reply;
}

ChatReply ReplayModel::find(const ChatRequest& request) {
  const auto take = [](std::map<std::string, Answers>& map,
                       const std::string& key) -> std::optional<ChatReply> {
    const auto found = map.find(key);
    if (found == map.end()) return std::nullopt;
    Answers& answers = found->second;
    const std::size_t at = std::min(answers.given++, answers.replies.size() - 1);
    return answers.replies[at];
  };
  std::optional<ChatReply> reply = take(by_key_, request.key);
  if (!reply) reply = take(by_messages_, messages_key(request.messages));
  if (!reply && !request.messages.empty()) reply = take(by_text_, request.messages.back().content);
  if (!reply && fallback_) reply = fallback_(request);
  if (!reply) {
    reply.emplace();
    reply->failure = "no recorded reply for request '" + request.key + "'";
  }
  reply->key = request.key;
  return *std::move(reply);
}

void ReplayModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  std::vector<ChatReply> held;
  const auto flush = [&] {
    std::reverse(held.begin(), held.end());
    for (ChatReply& reply : std::exchange(held, {})) done(std::move(reply));
  };
  while (true) {
    stop.check();
    std::optional<ChatRequest> request = next();
    if (!request) break;
    asked_.push_back(*request);
    held.push_back(find(*request));
    if (held.size() >= window_) flush();
  }
  flush();
}

}  // namespace drp::llm
