// SPDX-License-Identifier: Apache-2.0
#include "path/import_trace.h"

#include "answers/response.h"

namespace drp::path {

Trace make_trace(const TraceOrigin& origin, std::string response) {
  Trace trace;
  trace.id = origin.problem_id + "/" + std::to_string(origin.sample);
  trace.problem_id = origin.problem_id;
  trace.sample = origin.sample;
  trace.student = origin.student;
  trace.finish = origin.finish;
  trace.response = std::move(response);
  const answers::ResponseParts parts = answers::split_response(trace.response);
  trace.reasoning = parts.reasoning;
  trace.answer = parts.answer;
  trace.reasoning_closed = parts.closing != answers::Closing::kCut;
  return trace;
}

}  // namespace drp::path
