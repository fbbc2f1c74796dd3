// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// Reasoning in words: who lies, which option, what the code must do. There is no arithmetic to
// follow, so what a unit is worth shows in the claims that it makes (path/claims.h), the cases that
// it opens and the verdicts that it reaches.

// Fills the facts of units that only such reasoning has: claims, supposes, verdict, options.
void read_word_facts(Draft& draft);

// Where such reasoning is done: the first unit that announces the answer, or the first conclusion
// that answers what the question asks and after which no new case is opened before the answer is
// announced. Later than any other answer that was announced and taken back. Nothing where the
// reasoning never comes to the answer.
std::optional<std::size_t> find_word_anchor(const Draft& draft);

// Deletes what opens the reasoning by quoting the question's sentences: their words in their order.
void prune_quoted_sentences(Draft& draft);

}  // namespace drp::teacher
