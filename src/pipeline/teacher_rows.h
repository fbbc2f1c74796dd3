// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "decompose/decompose.h"
#include "pipeline/recipe.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::pipeline {

// Where the rows of an estimate come from.
struct RowBasis {
  std::string what;           // in words, for the reader
  std::int64_t traces = 0;    // looked at
  std::int64_t admitted = 0;  // of them, what a teacher would be asked about
};

// Which traces the teacher of this recipe is asked about.
decompose::Admit admitted_by(const Recipe& recipe);

// Calls `visit` with each trace that the teacher of this recipe would be asked about: the right
// ones among the traces in the run folder where there are any (and, under
// teacher.correction=answer, the wrong ones); else one stand-in of `likely_tokens` tokens of
// reasoning for each sample of each training problem, all taken to be right. Problems whose file is
// not here are stood in for too, where the recipe says how many they are (problems.train.count).
// Rows that are alike come once, with their number. Writes nothing. Throws what reading the
// problems throws.
using RowVisitor = std::function<void(const Problem&, const Trace&, std::int64_t rows)>;
RowBasis visit_teacher_rows(const Recipe& recipe, std::int64_t likely_tokens,
                            const RowVisitor& visit);

}  // namespace drp::pipeline
