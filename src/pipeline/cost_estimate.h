// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "llm/chat_model.h"
#include "llm/prices.h"
#include "llm/prompt_tokens.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::pipeline {

struct Band {
  double low = 0;
  double likely = 0;
  double high = 0;

  void add(const Band& other, double times = 1);
};

// A call that a teacher is going to be sent for a trace.
struct PlannedCall {
  llm::ChatRequest request;  // its messages and its tokens_max
  Band output;               // completion tokens expected
  Band share = {1, 1, 1};    // of the traces, for which it is made
};

// What a protocol sends for a trace whose reasoning has so many tokens.
struct CallShape {
  std::string name;
  std::string basis;  // where its figures come from, for the reader
  std::function<std::vector<PlannedCall>(const Problem&, const Trace&, std::int64_t tokens)> calls;
};

// How fast a service may be asked; 0: no such limit.
struct ServiceLimits {
  std::int64_t requests_a_minute = 0;
  std::int64_t tokens_a_minute = 0;  // prompt and completion
  std::int64_t concurrency = 64;
  double tokens_a_second = 50;  // of one reply
};

struct CostEstimate {
  std::int64_t rows = 0;
  std::int64_t requests = 0;  // likely
  std::int64_t trace_tokens = 0;
  bool exact = false;              // the prompts were counted by a tokenizer
  std::int64_t prompt_tokens = 0;  // likely, or exact
  std::int64_t prompt_bound = 0;   // at most
  Band output_tokens;
  std::int64_t output_bound = 0;  // every reply as long as it may be
  std::optional<Band> usd;        // nothing: the price is unknown
  std::optional<double> usd_bound;
  Band seconds;
};

// Adds up what rows will need. Bytes become tokens by `ratio`, or by `count` where the teacher's
// tokenizer is at hand.
class CostEstimator {
 public:
  CostEstimator(CallShape shape, const llm::TokenRatio& ratio, llm::PromptCounter count = {});

  // So many rows alike.
  void add(const Problem& problem, const Trace& trace, std::int64_t rows = 1);
  CostEstimate result(const std::optional<llm::Price>& price, bool batch,
                      const ServiceLimits& limits) const;

 private:
  CallShape shape_;
  llm::TokenRatio ratio_;
  llm::PromptCounter count_;
  CostEstimate sum_;
  Band requests_;
  Band prompts_;  // tokens
};

}  // namespace drp::pipeline
