// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/field.h"
#include "records/trace.h"

namespace drp {

// A reply of a model as the reply store and `drp cache export` keep it. No request and no
// credential is in it: the key stands for the request.
struct StoredReply {
  std::string key;
  std::string model;
  std::string text;
  std::string text_hex;
  std::string reasoning;
  std::string failure;
  FinishReason finish = FinishReason::kUnknown;
  std::int64_t tokens_max = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::int64_t reasoning_tokens = 0;
  std::vector<std::int32_t> prompt_ids;
  std::string call;

  bool operator==(const StoredReply&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("key", &StoredReply::key, Need::kRequired,
          "SHA-256 of the request, 64 hexadecimal digits; tokens_max is in it unless the reply "
          "ended by itself");
    field("model", &StoredReply::model, Need::kRequired, "who answered");
    field("text", &StoredReply::text, Need::kOptional, "the raw reply");
    field("text_hex", &StoredReply::text_hex, Need::kOptional,
          "instead of text, where it is not valid UTF-8: its bytes in hexadecimal");
    field("reasoning", &StoredReply::reasoning, Need::kOptional,
          "the reasoning, where the service returned it apart");
    field("failure", &StoredReply::failure, Need::kOptional,
          "where the limit was reached before any text: what the client said");
    field("finish", &StoredReply::finish, Need::kRequired, "stop, length, loop or unknown");
    field("tokens_max", &StoredReply::tokens_max, Need::kOptional, "the limit it was asked with");
    field("prompt_tokens", &StoredReply::prompt_tokens, Need::kOptional, "as the service counted");
    field("cached_tokens", &StoredReply::cached_tokens, Need::kOptional,
          "of the prompt, billed at the cached price");
    field("completion_tokens", &StoredReply::completion_tokens, Need::kOptional,
          "generated tokens");
    field("reasoning_tokens", &StoredReply::reasoning_tokens, Need::kOptional,
          "of them, spent on reasoning");
    field("prompt_ids", &StoredReply::prompt_ids, Need::kOptional,
          "token ids of the prompt; local engines only");
    field("call", &StoredReply::call, Need::kOptional,
          "the call that was paid for it, as the spending log names it");
  }
};

}  // namespace drp
