// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/stop.h"
#include "llm/chat_model.h"
#include "llm/tokenizer.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::sample {

// How problems become requests.
struct SampleOptions {
  std::string student;                // name put on every trace
  std::string system;                 // empty: no system message
  std::string prompt = "{question}";  // user message
  std::string response_prefix;        // put at the start of every response; part of the prompt
  llm::PromptForm form = llm::PromptForm::kChat;  // kPlain: there is no system message
  std::vector<std::string> stop;                  // texts that end a response
  llm::Sampling sampling;  // its seed is the run's; each sample derives its own
};

// One response still to draw.
struct Draw {
  Problem problem;
  std::int64_t sample = 0;
};

// "PROBLEM/SAMPLE".
std::string trace_id(const std::string& problem_id, std::int64_t sample);

// The request for one draw. Its seed depends on (options.sampling.seed, problem id, sample) alone.
llm::ChatRequest make_request(const Draw& draw, const SampleOptions& options);

// The trace that a reply gives. Markers opened by the response prefix count, so a response cut
// before it closed its reasoning is told from one that never had any.
//
// Token counts are the model's. Those of the reasoning are the service's where it tells them, else
// counted; without a tokenizer (null) the response's are shared out by bytes.
Trace make_trace(const Draw& draw, const llm::ChatReply& reply, const SampleOptions& options,
                 const llm::Tokenizer* tokenizer);

// Draws every response that `next` names and hands over each trace, or the reason why there is
// none, as it comes (any order).
struct Outcome {
  std::string trace_id;
  std::string problem_id;
  std::optional<Trace> trace;
  std::string failure;
};
void sample(const std::function<std::optional<Draw>()>& next, llm::ChatModel& model,
            const llm::Tokenizer* tokenizer, const SampleOptions& options,
            const std::function<void(Outcome)>& done, const StopFlag& stop);

}  // namespace drp::sample
