// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "llm/chat_model.h"

namespace drp::llm {

// For tests of what stands between a consumer and a paid model: up to `window` requests in flight,
// replies in another order, and a count of what was sent, as a server would keep it.
class CountingModel final : public ChatModel {
 public:
  using Answer = std::function<ChatReply(const ChatRequest&)>;
  using Watch = std::function<void(const ChatRequest&)>;

  explicit CountingModel(Answer answer, std::size_t window = 1)
      : answer_(std::move(answer)), window_(window) {}

  // Called as a request goes out, and after its reply was handed on.
  CountingModel& watch(Watch going_out, Watch taken_in) {
    sent_ = std::move(going_out);
    finished_ = std::move(taken_in);
    return *this;
  }

  std::string identity() const override { return "counting"; }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override {
    ++runs;
    std::vector<ChatRequest> flying;
    bool more = true;
    while (more || !flying.empty()) {
      stop.check();
      while (more && flying.size() < window_) {
        std::optional<ChatRequest> request = next();
        more = request.has_value();
        if (!more) break;
        if (sent_) sent_(*request);
        ++sent[request->key];
        ++total;
        flying.push_back(*std::move(request));
      }
      in_flight_max = std::max(in_flight_max, flying.size());
      if (flying.empty()) break;
      // The last but one, so that order and matching are put to the test.
      const std::size_t at = flying.size() > 1 ? flying.size() - 2 : 0;
      const ChatRequest request = std::move(flying[at]);
      flying.erase(flying.begin() + static_cast<std::ptrdiff_t>(at));
      ChatReply reply = answer_(request);
      reply.key = request.key;
      done(std::move(reply));
      if (finished_) finished_(request);
    }
  }

  std::map<std::string, int> sent;  // by row
  int total = 0;
  int runs = 0;
  std::size_t in_flight_max = 0;

 private:
  Answer answer_;
  std::size_t window_;
  Watch sent_;
  Watch finished_;
};

// Requests "row 0" ... with the contents "question 0" ...
inline ChatModel::Source requests(int count, int tokens_max = 100) {
  return [i = 0, count, tokens_max]() mutable -> std::optional<ChatRequest> {
    if (i == count) return std::nullopt;
    ChatRequest request;
    request.key = "row " + std::to_string(i);
    request.messages = {{"user", "question " + std::to_string(i)}};
    request.sampling.tokens_max = tokens_max;
    ++i;
    return request;
  };
}

// "answer to question N", which ended by itself after `tokens` tokens of a prompt of 10.
inline ChatReply answer_to(const ChatRequest& request, std::int64_t tokens = 20) {
  ChatReply reply;
  reply.text = "answer to " + request.messages.back().content;
  reply.finish = FinishReason::kStop;
  reply.usage = {.prompt_tokens = 10, .completion_tokens = tokens};
  return reply;
}

}  // namespace drp::llm
