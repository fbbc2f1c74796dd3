// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace drp::teacher {

// How a trace is cut into steps (the paper's ablation).
enum class SplitBy {
  kSkill,    // by the teacher, at changes of skill
  kDefault,  // at paragraphs, without skills
  kNone,     // not at all: the whole reasoning is one step
};

// "skill", "default", "none".
std::string_view split_name(SplitBy split);
// Throws Error{kConfig} for any other name.
SplitBy split_from(std::string_view name);

}  // namespace drp::teacher
