// SPDX-License-Identifier: Apache-2.0
#pragma once

// Replies and errors in the shapes that services send, written for the tests from the field lists
// of their documentation.
namespace drp::llm::http::fixtures {

// --- replies ------------------------------------------------------------------------------------

inline constexpr const char* kOpenAiReply = R"({
  "id": "chatcmpl-9a", "object": "chat.completion", "created": 1767225600, "model": "gpt-x",
  "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop",
    "message": {"role": "assistant", "content": "12", "refusal": null, "annotations": []}}],
  "usage": {"prompt_tokens": 40, "completion_tokens": 30, "total_tokens": 70,
    "prompt_tokens_details": {"cached_tokens": 16, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 25, "audio_tokens": 0}},
  "service_tier": "default", "system_fingerprint": "fp_1"})";

inline constexpr const char* kDeepSeekReply =
    "\n\n\n"
    R"({
  "id": "d-1", "object": "chat.completion", "model": "deepseek-reasoner",
  "choices": [{"index": 0, "finish_reason": "stop", "logprobs": null,
    "message": {"role": "assistant", "content": "12", "reasoning_content": "3 * 4 = 12"}}],
  "usage": {"prompt_tokens": 40, "completion_tokens": 30, "total_tokens": 70,
    "prompt_cache_hit_tokens": 16, "prompt_cache_miss_tokens": 24,
    "completion_tokens_details": {"reasoning_tokens": 25}}})";

inline constexpr const char* kGeminiReply = R"({
  "choices": [{"finish_reason": "stop", "index": 0,
    "message": {"content": "12", "role": "assistant",
      "extra_content": {"google": {"thought_signature": "AAAA"}}}}],
  "created": 1767225600, "id": "g-1", "model": "gemini-x", "object": "chat.completion",
  "usage": {"completion_tokens": 2, "prompt_tokens": 40, "total_tokens": 67}})";

inline constexpr const char* kOpenRouterReply =
    ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n"
    R"({
  "id": "gen-1", "provider": "SomeHost", "model": "maker/model", "object": "chat.completion",
  "choices": [{"logprobs": null, "finish_reason": "stop",
    "native_finish_reason": "STOP", "index": 0,
    "message": {"role": "assistant", "content": "12", "refusal": null, "reasoning": "3 * 4 = 12",
      "reasoning_details": [{"type": "reasoning.text", "text": "3 * 4 = 12",
        "format": "unknown"}]}}],
  "usage": {"prompt_tokens": 40, "completion_tokens": 30, "total_tokens": 70, "cost": 0.0001,
    "prompt_tokens_details": {"cached_tokens": 16},
    "completion_tokens_details": {"reasoning_tokens": 25}}})";

inline constexpr const char* kVllmReply = R"({
  "id": "chatcmpl-v", "object": "chat.completion", "model": "qwen",
  "choices": [{"index": 0, "logprobs": null, "finish_reason": "stop", "stop_reason": null,
    "message": {"role": "assistant", "reasoning": "3 * 4 = 12", "content": "12", "refusal": null,
      "tool_calls": [], "audio": null}}],
  "usage": {"prompt_tokens": 40, "total_tokens": 70, "completion_tokens": 30,
    "prompt_tokens_details": {"cached_tokens": 16}},
  "prompt_logprobs": null, "kv_transfer_params": null})";

// A stream, sent although none was asked for.
inline constexpr const char* kStreamReply =
    ": ping\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"role":"assistant","reasoning":"3 * 4"}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"reasoning":" = 12"}}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"content":"1"},"finish_reason":null}]})"
    "\n\n"
    R"(data: {"choices":[{"index":0,"delta":{"content":"2"},"finish_reason":"stop"}]})"
    "\n\n"
    R"(data: {"choices":[],"usage":{"prompt_tokens":40,"completion_tokens":30}})"
    "\n\n"
    "data: [DONE]\n\n";

// --- errors -------------------------------------------------------------------------------------

inline constexpr const char* kOpenAiQuota = R"({"error": {
  "message": "You have used up your quota; look at your plan and billing.",
  "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}})";

inline constexpr const char* kOpenAiRate = R"({"error": {
  "message": "Rate limit reached for gpt-x on requests per min (RPM): Limit 3, Used 3.",
  "type": "requests", "param": null, "code": "rate_limit_exceeded"}})";

inline constexpr const char* kOpenAiTooLarge = R"({"error": {
  "message": "Request too large for gpt-x on tokens per min (TPM): Limit 30000, Requested 41000.",
  "type": "tokens", "param": null, "code": "rate_limit_exceeded"}})";

inline constexpr const char* kGeminiQuota = R"([{"error": {"code": 429,
  "message": "You exceeded your current quota, please check your plan and billing details.",
  "status": "RESOURCE_EXHAUSTED",
  "details": [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": []},
    {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "41.5s"}]}}])";

inline constexpr const char* kGeminiKey = R"([{"error": {"code": 400,
  "message": "API key not valid.", "status": "INVALID_ARGUMENT",
  "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "reason": "API_KEY_INVALID"}]}}])";

inline constexpr const char* kAzureRate = R"({"error": {"code": "429",
  "message": "Requests to this deployment have exceeded its token rate limit."}})";

inline constexpr const char* kAzureQuota = R"({"error": {"code": "insufficient_quota",
  "message": "The tokens a minute of this deployment are used up."}})";

inline constexpr const char* kAzureGateway =
    R"({"statusCode": 401, "message": "Access denied due to an invalid subscription key."})";

inline constexpr const char* kOpenRouterNoMoney =
    R"({"error": {"message": "Insufficient credits", "code": 402}, "user_id": "u"})";

inline constexpr const char* kOpenRouterBusyIn200 = R"({"error": {
  "message": "Provider returned error", "code": 429,
  "metadata": {"raw": "the upstream is busy", "provider_name": "SomeHost"}}})";

inline constexpr const char* kOpenRouterFlagged = R"({"error": {
  "message": "The chosen model requires moderation", "code": 403,
  "metadata": {"reasons": ["violence"], "flagged_input": "..."}}})";

inline constexpr const char* kVllmTooLong = R"({"object": "error",
  "message": "This model's maximum context length is 4096 tokens. However, you requested 5000.",
  "type": "BadRequestError", "param": null, "code": 400})";

inline constexpr const char* kVllmNoModel = R"({"error": {
  "message": "The model `x` does not exist.", "type": "NotFoundError", "param": "model",
  "code": 404}})";

inline constexpr const char* kFastApiField = R"({"detail": [
  {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]})";

inline constexpr const char* kOllamaNoModel = R"({"error": "model 'x' not found"})";

}  // namespace drp::llm::http::fixtures
