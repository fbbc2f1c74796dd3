// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/expected.h"
#include "llm/chat_model.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::teacher {

// One thing to ask a model.
struct Question {
  std::string name;  // of the call within its dialogue, such as "plan" or "look"; for keys
  // Names the fixed texts of this call's prompt and of no other one, so that a change of them asks
  // anew only what they were part of.
  std::string prompt_version;
  std::vector<llm::Message> messages;
  std::string grammar;  // GBNF that the reply keeps to, for models that take one; may be empty
  int tokens_max = 1024;
};

// What is asked about one trace, call by call. Borrows the problem and the trace.
class Dialogue {
 public:
  virtual ~Dialogue() = default;

  // What to ask next; nothing when all is said.
  virtual std::optional<Question> next() = 0;
  // The reply to what next() gave last. Replies with a failure never come here.
  virtual void answer(const llm::ChatReply& reply) = 0;
  // The outcome, once next() gives nothing.
  virtual expected<Plan, Rejection> result() = 0;
};

// A way of asking a model for plans: prompts, reply format, options.
class Protocol {
 public:
  virtual ~Protocol() = default;

  // Name, options and a fingerprint of the prompts.
  virtual std::string identity() const = 0;
  virtual std::unique_ptr<Dialogue> open(const Problem& problem, const Trace& trace) const = 0;
};

// Why a reply cannot be read at all: it was cut or ran into a loop. Nothing where it is whole.
std::optional<Rejection> refuse_reply(const llm::ChatReply& reply);

// What the model said after its thinking, when it thought aloud.
std::string_view spoken_part(const llm::ChatReply& reply);

}  // namespace drp::teacher
