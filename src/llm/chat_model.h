// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/stop.h"
#include "records/trace.h"

namespace drp::llm {

using TokenId = std::int32_t;

struct Message {
  std::string role;  // system, user or assistant
  std::string content;

  bool operator==(const Message&) const = default;
};

// How to draw a response. temperature 0 is greedy.
struct Sampling {
  double temperature = 0.6;
  double top_p = 0.95;
  int top_k = 0;  // 0: off
  double min_p = 0;
  int tokens_max = 1024;
  std::uint64_t seed = 0;

  bool operator==(const Sampling&) const = default;
};

// Why a client sends a request another time.
enum class Resend {
  kRefused,   // the service said no before it worked on it: nothing was billed
  kAnswered,  // a reply came and was not good enough: its usage goes into usage_retried
  kLost,      // it was sent and no reply came: it may have been billed
};

// How the messages become a prompt.
enum class PromptForm {
  kChat,   // by the model's own template
  kPlain,  // the text of the only message as it is, behind BOS where the tokenizer puts one
};

// One response to draw. Requests with equal messages that arrive one after another share the
// prompt's work. `response_prefix` is put after the generation prompt and counts as prompt (such as
// "<think>\n" for models whose template does not open it); replies hold only what follows it.
struct ChatRequest {
  std::string key;
  std::vector<Message> messages;
  std::string response_prefix;
  PromptForm form = PromptForm::kChat;
  Sampling sampling;
  std::vector<std::string> stop;  // texts that end the response, wherever in it; not part of it
  // Wishes about the form of the reply; who cannot grant one answers without it, so the form is
  // always checked by the caller. A JSON schema as JSON text, and a grammar in GBNF.
  std::string json_schema;
  std::string grammar;
  // Names the prompts that the messages were made with; part of cache keys.
  std::string prompt_version;
  // Asked before every sending after the first; false: give up with a `failure`. Empty: go on.
  std::function<bool(Resend)> may_resend;
};

// The prompt of a request of the form kPlain: its message, then its response prefix. Throws
// Error{kConfig} where it has not exactly one message.
std::string plain_prompt_text(const ChatRequest& request);

struct Usage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;  // without the end token
  std::int64_t cached_tokens = 0;      // those of the prompt that the service had cached
  std::int64_t reasoning_tokens = 0;   // those of the completion that were reasoning

  Usage& operator+=(const Usage& other);
  bool operator==(const Usage&) const = default;
};

// Why a request could not be done, for counting; the words are in ChatReply::failure.
enum class FailureCode {
  kNone,
  kContextLength,   // prompt and ceiling do not fit into the model's context
  kTokensSpent,     // the ceiling was reached before the first word of the answer
  kRefused,         // the service's filter or the model said no
  kInvalidRequest,  // the service does not take this request
  kOversized,       // larger than the tokens a minute that the limits allow
  kGaveUp,          // every attempt failed
  kOther,
};

// "context_length", "tokens_spent", ...
std::string_view failure_code_name(FailureCode code);

struct ChatReply {
  std::string key;
  std::string text;       // what the model wrote, thinking markers included
  std::string reasoning;  // only from services that return it apart
  FinishReason finish = FinishReason::kUnknown;
  Usage usage;
  std::vector<TokenId> prompt_ids;     // only from local engines
  std::optional<std::string> failure;  // the request could not be done; text is empty
  FailureCode failure_code = FailureCode::kNone;
  int attempts = 1;       // requests sent for this reply
  Usage usage_retried;    // of the attempts before the last, which are paid for as well
  bool unbilled = false;  // with a failure: no attempt of unknown outcome is behind it
  std::string call;       // the paid call that brought it (SpendingLedger); empty: none
};

// Something that answers chat requests. One call works off a stream of requests with whatever
// concurrency the implementation has; replies arrive in any order, from the calling thread.
class ChatModel {
 public:
  using Source = std::function<std::optional<ChatRequest>()>;  // nothing: no more requests
  using Sink = std::function<void(ChatReply)>;

  virtual ~ChatModel() = default;

  // Who answers: model and adapters by content, or endpoint and model name. Part of cache keys and
  // of the manifest.
  virtual std::string identity() const = 0;

  // Pulls requests until `next` returns nothing and hands every reply to `done`. Returns early by
  // throwing what stop.check() throws; replies handed out before stay valid.
  virtual void run(const Source& next, const Sink& done, const StopFlag& stop) = 0;
};

}  // namespace drp::llm
