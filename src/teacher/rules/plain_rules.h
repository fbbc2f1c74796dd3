// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "teacher/rules/rules_teacher.h"

namespace drp::teacher {

// What the rules look at where they are denied steps of one skill (the paper's ablation).
enum class PlainSplit {
  kParagraphs,  // steps are the trace's paragraphs, of a single paragraph its sentences; each has
                // one fate, found by its words alone
  kNone,        // no steps: talk, sentences said before, and what follows the first statement of
                // the answer go; the plan is one rewritten step
};

// Prunes by rules that know neither skills nor what value comes from where, and bring nothing back.
// Decisions have the names of the passes that they stand for, and `disabled` leaves those out.
// Where the path's gates say no, only talk and what follows the answer goes. Deterministic and
// thread-safe. Throws Error{kConfig} as RulesTeacher does.
std::unique_ptr<Teacher> plain_rules_teacher(PlainSplit split, RulesOptions options);

}  // namespace drp::teacher
