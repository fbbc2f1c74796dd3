// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "report/example.h"
#include "report/report.h"

// One example as the page's browsers read it: two JSON arrays by position (page/examples.js names
// the positions). Spans become texts here, since a byte offset means nothing to JavaScript.
namespace drp::report {

// entry:  [id, reason or "", tokens before, tokens after, bit mask of actions, start of question]
// labels: skills of its steps, gates that it failed
// body:   [question, reference, reasoning, answer, path, path's answer, detail, teacher, finish,
//          steps [[text, action, skill, new text or null, pass, evidence]...],
//          gates [[name, passed, detail]...], notes [text...]]
// Bytes outside every step are shown as steps without an action (-1).
Example trace_example(const PrunedExample& example, std::int64_t text_bytes_max);

// entry:  [id, outcome, tokens before, tokens after, 1 where a response was cut off or looped,
// start
//          of question]
// labels: tags, as NAME: VALUE
// body:   [question, reference, tags [[name, value]...],
//          responses [[arm, correct, answer, method, finish, tokens, text]...]]
Example held_out_example(const HeldOutExample& example, const std::string& before,
                         const std::string& after, std::int64_t text_bytes_max);

// "both_right", "only_before", "only_after", "both_wrong", or "single" where an arm is missing.
std::string held_out_outcome(const HeldOutExample& example, const std::string& before,
                             const std::string& after);

}  // namespace drp::report
