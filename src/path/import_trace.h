// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "records/trace.h"

namespace drp::path {

struct TraceOrigin {
  std::string problem_id;
  std::int64_t sample = 0;
  FinishReason finish = FinishReason::kUnknown;
  std::string student;
};

// A trace out of a raw response: its thinking markers are found, the two spans set and the id made
// ("PROBLEM/SAMPLE"). Token counts stay 0: they need a tokenizer. A response without markers is all
// reasoning, with an empty answer at its end.
Trace make_trace(const TraceOrigin& origin, std::string response);

}  // namespace drp::path
