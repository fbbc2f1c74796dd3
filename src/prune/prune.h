// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "path/apply_plan.h"
#include "path/gates.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::prune {

using path::TokenCount;

// What becomes of the text after the reasoning, which often tells the solution a second time.
enum class AnswerSection { kStatement, kWhole };

// "statement", "whole"; throws Error{kConfig} for any other name.
AnswerSection answer_section_from(std::string_view name);

struct PruneOptions {
  path::Seams seams = path::Seams::kMend;
  // kStatement cuts it to the sentence that states the answer, where the pruned reasoning still
  // mentions that answer.
  AnswerSection answer_section = AnswerSection::kStatement;
  // Gates whose verdict is recorded but rejects nothing.
  std::vector<std::string> advisory;
};

// Applies `plan` to `trace` and sends the path through all gates; the first that says no makes the
// rejection. The response is the trace's own with the reasoning replaced and the answer section cut
// to its statement; markers keep their bytes. Where the plan corrects the answer of a wrong trace,
// the statement and the gates have the problem's reference in its place; where the student's
// wording does not take that, the path is rejected as kAnswerLost. `count` gives tokens_before and
// tokens_after of the whole responses.
PrunedPath prune_trace(const Problem& problem, const Trace& trace, const Plan& plan,
                       const PruneOptions& options, const TokenCount& count);

// The record of a trace that got no path: its own response at full length and why.
PrunedPath rejected_path(const Trace& trace, Rejection rejection, std::string_view teacher,
                         const TokenCount& count);

}  // namespace drp::prune
