// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "teacher/rules/draft.h"
#include "teacher/rules/operation.h"

namespace drp::teacher {

// Finds where the reasoning first reaches the trace's answer and sets draft.anchor and anchor_end.
// A unit counts when it computes or concludes the answer and either announces it or is followed by
// what follows a finished solution: a check, another way, a heading, the end. A number of the
// question that is first used later shows that the solution was not finished, so a later unit is
// taken.
void find_anchor(Draft& draft);

// Whether unit `i` derives the answer: it is what the unit computes, concludes or boxes.
bool derives_answer(const Draft& draft, std::size_t i);

// Whether the unit is what follows a finished solution: a check, another way, approval, a heading
// over the answer.
bool closes_solution(const UnitFacts& unit);

// The last unit of the statement that begins with unit `i`: "41 - 28 = 13. So he walked 13 miles."
std::size_t statement_end(const Draft& draft, std::size_t i);

// What units [0, i] computed.
Computations computations_until(const Draft& draft, std::size_t i);

// Whether the answer is a part of the whole that its statement concludes: the 59 cents of $126.59.
bool answer_is_part(const Draft& draft);

// The last unit after the answer was reached that boxes it in a sentence: where a thought aloud
// ends in its own statement, whatever the answer section says again.
std::optional<std::size_t> closing_in_reasoning(const Draft& draft);

// For each unit whether it computes, and only what units [0, last] computed: after those a check,
// however it is worded.
std::vector<bool> going_over(const Draft& draft, std::size_t last);

}  // namespace drp::teacher
