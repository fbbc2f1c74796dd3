// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// The one skill that unit `i` serves, from a small fixed list:
//   reading the question, planning, defining an unknown, addition, subtraction, multiplication,
//   division, percentage, arithmetic, solving an equation, interpreting, checking, correcting,
//   trying another way, stating the answer, self-talk
std::string_view skill_of(const Draft& draft, std::size_t i);

}  // namespace drp::teacher
