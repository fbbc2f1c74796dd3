// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "path/apply_plan.h"
#include "teacher/model/protocol.h"

namespace drp::teacher {

// Who makes one text of what a plan leaves: rules at the seams, or the teacher in a call of its
// own.
enum class Synthesis { kStitch, kTeacher };

// "stitch", "teacher"; throws Error{kConfig} for any other name.
Synthesis synthesis_from(std::string_view name);

// The call that smooths a stitched path in the student's tone.
Question synthesis_question(const Problem& problem, const Trace& trace, std::string_view stitched);

// The plan with the smoothed path as its synthesis where the gates let that through, else the plan
// as it was; a note says what happened. The smoothed path ends with the answer the way the student
// states it.
Plan with_synthesis(const Problem& problem, const Trace& trace, Plan plan,
                    const llm::ChatReply& reply);

// `text` where it mentions the trace's answer or the trace's reasoning never does; else `text` and
// the last unit of the reasoning that states the answer.
std::string end_with_answer(const Problem& problem, const Trace& trace, std::string_view text);

// A text out of a reply: without thinking, without a code fence around it.
std::string_view text_of_reply(const llm::ChatReply& reply);

// A fingerprint of the prompt.
std::string synthesis_identity();

}  // namespace drp::teacher
