// SPDX-License-Identifier: Apache-2.0
#include "sample/sample.h"

#include <unordered_map>

#include "answers/response.h"
#include "base/check.h"
#include "base/random.h"
#include "base/text.h"

namespace drp::sample {
namespace {

// The part of `span` that lies behind the first `skip` bytes, counted from there.
Span behind(Span span, std::size_t skip) {
  return {span.begin < skip ? 0 : span.begin - skip, span.end < skip ? 0 : span.end - skip};
}

std::int64_t reasoning_tokens(const Trace& trace, const llm::ChatReply& reply,
                              const llm::Tokenizer* tokenizer) {
  if (trace.answer.empty() && trace.answer.begin == trace.response.size()) {
    return trace.response_tokens;
  }
  if (reply.usage.reasoning_tokens > 0) return reply.usage.reasoning_tokens;
  const std::string_view text = trace.reasoning_text();
  if (tokenizer != nullptr) return static_cast<std::int64_t>(tokenizer->count(text));
  if (trace.response.empty()) return 0;
  return trace.response_tokens * static_cast<std::int64_t>(text.size()) /
         static_cast<std::int64_t>(trace.response.size());
}

}  // namespace

std::string trace_id(const std::string& problem_id, std::int64_t sample) {
  return problem_id + "/" + std::to_string(sample);
}

llm::ChatRequest make_request(const Draw& draw, const SampleOptions& options) {
  llm::ChatRequest request;
  request.key = trace_id(draw.problem.id, draw.sample);
  if (!options.system.empty()) request.messages.push_back({"system", options.system});
  request.messages.push_back(
      {"user", replace_all(options.prompt, "{question}", draw.problem.question)});
  request.response_prefix = options.response_prefix;
  request.form = options.form;
  request.stop = options.stop;
  request.sampling = options.sampling;
  request.sampling.seed =
      derive_seed(options.sampling.seed, draw.problem.id, static_cast<std::uint64_t>(draw.sample));
  return request;
}

Trace make_trace(const Draw& draw, const llm::ChatReply& reply, const SampleOptions& options,
                 const llm::Tokenizer* tokenizer) {
  Trace trace;
  trace.id = trace_id(draw.problem.id, draw.sample);
  trace.problem_id = draw.problem.id;
  trace.sample = draw.sample;
  trace.student = options.student;
  const bool cut = reply.text.empty() && reply.finish == FinishReason::kLength;
  trace.response = reply.reasoning.empty()
                       ? reply.text
                       : "<think>" + reply.reasoning + (cut ? "" : "</think>") + reply.text;
  trace.response = repair_utf8(trace.response);
  const std::string whole = options.response_prefix + trace.response;
  const answers::ResponseParts parts = answers::split_response(whole);
  trace.reasoning = behind(parts.reasoning, options.response_prefix.size());
  trace.answer = behind(parts.answer, options.response_prefix.size());
  trace.reasoning_closed = parts.closing != answers::Closing::kCut;
  trace.finish = reply.finish;
  trace.prompt_tokens = reply.usage.prompt_tokens;
  trace.response_tokens = reply.usage.completion_tokens;
  if (trace.response_tokens == 0 && tokenizer != nullptr) {  // a service that tells no usage
    trace.response_tokens = static_cast<std::int64_t>(tokenizer->count(trace.response));
  }
  trace.reasoning_tokens = reasoning_tokens(trace, reply, tokenizer);
  trace.seed =
      derive_seed(options.sampling.seed, draw.problem.id, static_cast<std::uint64_t>(draw.sample));
  trace.prompt_ids = reply.prompt_ids;
  return trace;
}

void sample(const std::function<std::optional<Draw>()>& next, llm::ChatModel& model,
            const llm::Tokenizer* tokenizer, const SampleOptions& options,
            const std::function<void(Outcome)>& done, const StopFlag& stop) {
  std::unordered_map<std::string, Draw> open;
  const auto source = [&]() -> std::optional<llm::ChatRequest> {
    std::optional<Draw> draw = next();
    if (!draw) return std::nullopt;
    llm::ChatRequest request = make_request(*draw, options);
    open.emplace(request.key, std::move(*draw));
    return request;
  };
  const auto sink = [&](const llm::ChatReply& reply) {
    const auto found = open.find(reply.key);
    DRP_CHECK(found != open.end(), "a reply to nothing that was asked");
    Outcome outcome{reply.key, found->second.problem.id, std::nullopt, {}};
    // Reasoning that reached the ceiling is a trace that was cut, as a local engine gives it.
    const bool cut =
        reply.failure_code == llm::FailureCode::kTokensSpent && !reply.reasoning.empty();
    if (reply.failure && !cut) {
      outcome.failure = *reply.failure;
    } else {
      outcome.trace = make_trace(found->second, reply, options, tokenizer);
    }
    open.erase(found);
    done(std::move(outcome));
  };
  model.run(source, sink, stop);
}

}  // namespace drp::sample
