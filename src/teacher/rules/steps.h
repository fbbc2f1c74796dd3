// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/text.h"
#include "teacher/rules/draft.h"

namespace drp::teacher {

// The first unit of each step: consecutive units that serve one purpose. Text that counts its steps
// (First, Next, Finally) is cut where it counts; terse text at each sentence but for the formulas
// and lists that a sentence announces; text that thinks aloud at paragraphs and where the skill
// changes.
// `skills` are unit_skills(draft).
std::vector<std::size_t> step_firsts(const Draft& draft,
                                     const std::vector<std::string_view>& skills);

// Cuts a reasoning into steps of one skill each: consecutive units that serve one purpose. The
// spans tile the text.
std::vector<Span> functional_steps(std::string_view question, std::string_view reasoning);

}  // namespace drp::teacher
