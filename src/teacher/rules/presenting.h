// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// The kept unit after `i` that computes what sentence `i` only presents: "What remains is the cost
// of the hats. The hats cost 3 * 4 = 12 dollars." Nothing where the sentence claims something, says
// which operation and why, or has words that neither the question nor the next unit has.
std::optional<std::size_t> presented_by(const Draft& draft, std::size_t i);

// "First the cost of the hats, then that of the caps and finally the total.": the order of what
// the kept units after `i` compute, in their words.
bool presents_order(const Draft& draft, std::size_t i);

// What the problem is called or what is asked, in the question's words. Asked of units before the
// first computation.
bool presents_task(const Draft& draft, std::size_t i);

}  // namespace drp::teacher
