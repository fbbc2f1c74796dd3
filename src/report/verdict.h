// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "records/evaluation.h"
#include "report/report.h"

namespace drp::report {

// What the report says first.
struct Verdict {
  PairedComparison comparison;
  std::string sentence;    // the figures with their intervals
  std::string conclusion;  // what they do and do not show
};

// The comparison of two arms over all problems, or nothing.
std::optional<PairedComparison> find_comparison(const Evaluation& evaluation,
                                                const std::string& before,
                                                const std::string& after);
std::optional<Verdict> make_verdict(const ReportInputs& inputs);

// Things in an evaluation that a reader should know before believing it: few problems, responses
// at the token limit, loops, a gain that is only in the answer's format, unreadable references.
std::vector<std::string> evaluation_warnings(const ReportInputs& inputs);

}  // namespace drp::report
