// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// Keeps unit `i` again, pinned and trimmed, with the rest of what was deleted as one thing; `why`
// goes into its evidence.
void bring_back(Draft& draft, std::size_t i, const std::string& why);

// Each returns how many units it brought back.

// A computation keeps the sentence right before it that says what it is about ("The vanilla kind
// takes 4 hours.", "644 plus 865."), unless it or its neighbours say all of that themselves.
std::size_t restore_lead_ins(Draft& draft);

// Thought aloud turns to the next thing in a paragraph of its own: the last sentence of it before a
// computation stays where it says what neither the computation nor its neighbours say, and so does
// each that brings in a number of the question which the computation takes.
std::size_t restore_introductions(Draft& draft);

// A conclusion keeps what it is drawn from: the sentence right before "So", "Then", "must be".
std::size_t restore_premises(Draft& draft);

// A list, a formula or a line that stays keeps the line with the colon over it.
std::size_t restore_headers(Draft& draft);

// "Divide both sides by 2" keeps the equation whose sides it means.
std::size_t restore_equations(Draft& draft);

// Of two sentences in a row that say the same of two things, both stay or neither.
std::size_t restore_pairs(Draft& draft);

// "It has 16 balls" keeps the sentence that says what has; "10 players + 2 coaches" the doubt that
// brought up the coaches.
std::size_t restore_topics(Draft& draft);

// What leads to a computation stays with it: in a paragraph of thought that computes, sentences
// about what is taken and what is done with it come back, up to its last computation.
std::size_t restore_paragraphs(Draft& draft);

}  // namespace drp::teacher
