// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/stop.h"
#include "llm/chat_model.h"

namespace drp::llm {

struct ProbeOptions {
  std::int64_t context_max = 16384;  // longest prompt tried, in tokens; 0: no long prompts
  int tokens_max = 512;              // of a reply: a model that thinks aloud needs room
  std::uint64_t seed = 0;            // of the words hidden in long prompts
};

// How a wish about the form of a reply was taken.
enum class Wish { kHonoured, kIgnored, kRefused };

struct Acceptance {
  std::string parameter;
  bool accepted = true;
  std::string why;  // what the service said
};

// A prompt with a word hidden at each end.
struct ContextTry {
  std::int64_t tokens = 0;  // as the service counted, or estimated where it does not
  bool first_seen = false;
  bool last_seen = false;
  bool cut = false;     // the service counted far fewer tokens than were sent
  std::string failure;  // the service refused the prompt
  bool good() const { return failure.empty() && first_seen && last_seen && !cut; }
};

// What a model behind an endpoint does, found out by asking it.
struct EndpointReport {
  std::string failure;  // not empty: it does not answer at all
  bool usage = false;   // it reports token counts
  bool ends = false;    // it says that a reply ended by itself
  bool obeys_limit = false;
  std::vector<Acceptance> parameters;
  Wish schema = Wish::kIgnored;
  Wish grammar = Wish::kIgnored;
  std::vector<std::string> thinking;  // markers and fields in which it thinks; empty: none seen
  std::vector<ContextTry> contexts;   // ever longer; the last may be a bad one

  // Tokens of the longest prompt that was read whole; 0: none was tried or read.
  std::int64_t context() const;
};

// Asks the model about a dozen short questions and some long ones. Throws what the model throws.
EndpointReport probe_endpoint(ChatModel& model, const ProbeOptions& options, const StopFlag& stop);

// One finding a line, for a terminal.
std::string show_report(const EndpointReport& report);

}  // namespace drp::llm
