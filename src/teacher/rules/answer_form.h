// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "teacher/rules/draft.h"

namespace drp::teacher {

enum class Operands { kAny, kOthers };

// Whether the unit's last computation gives the answer, rightly; under kOthers from other numbers
// than the answer's.
bool computes_answer(const Draft& draft, const path::Flow& flow, Operands operands);

// Whether the unit has the answer's value in another form than was asked for: 3/12 where the answer
// is 1/4, "15 - 40 = -25" where it is 25.
bool has_other_form(const Draft& draft, const UnitFacts& unit);

// Whether unit `to` has the answer's number for another thing than units [from, to): "So that would
// be 2 * 3 = 6 scoops" after "2 * $3.00 = $6.00".
bool counts_answer_as_another(const Draft& draft, std::size_t from, std::size_t to);

// Whether unit `i` says what the operation before it comes to, and that is the answer: "So it is
// 10 - 7. That equals 3."
bool says_result(const Draft& draft, std::size_t i);

// A numerator or denominator of a fraction in the question: who takes "half" works with the 1 and
// the 2 of "1/2".
struct FractionPart {
  std::int64_t fraction = 0;  // keys
  std::int64_t part = 0;
};
std::vector<FractionPart> fraction_parts(std::string_view question);

// "6k and -6k cancel, so we're left with 24.", "That leaves me with just 9.": of a formula right
// above.
bool is_left_of_formula(const Draft& draft, std::size_t i);

// "3.5x + 4.5x is 8x.": the answer's number counts an unknown, wherever it stands.
bool is_coefficient(const Draft& draft, const UnitFacts& unit);

// "It should be 180 minus 135, right? That would be 45 miles."
bool replies_to_operation(const Draft& draft, std::size_t i);

}  // namespace drp::teacher
