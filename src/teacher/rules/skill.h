// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// The one purpose that each unit serves, by its words, its mathematics and what stands before it
// (what follows "let me check" checks, until something new begins):
//   restating the question, reading a given, setting up, formula, computation, substitution,
//   comparison, case split, checking, backtracking, alternative solution, summarising,
//   stating the answer, filler; in reasoning in words also inference, elimination, writing code
std::vector<std::string_view> unit_skills(const Draft& draft);

}  // namespace drp::teacher
