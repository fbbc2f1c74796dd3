// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "records/problem.h"
#include "records/trace.h"

namespace drp::path {

// Whether the trace states an answer that is known not to be the reference, in a domain whose
// answer is a statement (math, choice, text).
bool misses_reference(const Problem& problem, const Trace& trace);

// The trace with the problem's reference in place of its own answer: its answer section cut to the
// statement of the answer, in which the reference stands where the answer stood. The reasoning
// keeps its bytes. Nothing where the student's wording does not take the reference.
std::optional<Trace> with_reference(const Problem& problem, const Trace& trace);

// Whether a reasoning comes to the trace's answer: its last unit mentions it, or it is mentioned
// and nothing else is read as the answer. True where the trace states none.
bool comes_to_answer(const Problem& problem, const Trace& trace, std::string_view reasoning);

}  // namespace drp::path
