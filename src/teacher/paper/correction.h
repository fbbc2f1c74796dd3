// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "records/problem.h"
#include "teacher/model/protocol.h"

namespace drp::teacher {

// What the teacher is asked to correct once more where the path that it wrote comes to another
// answer (the paper's answer correction; its published code has none, docs/teacher.md).
enum class Correction {
  kNone,
  kPath,    // paths of right traces
  kAnswer,  // those of wrong traces as well, which are pruned like others: up to the reference
};

// "none", "path", "answer"; throws Error{kConfig} for any other name.
Correction correction_from(std::string_view name);

// The call that corrects a path so that it comes to `answer`.
Question correction_question(const Problem& problem, std::string_view answer,
                             std::string_view path);

// A fingerprint of the prompt.
std::string correction_identity();

}  // namespace drp::teacher
