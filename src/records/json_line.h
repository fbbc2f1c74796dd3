// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "records/evaluation.h"
#include "records/likelihood.h"
#include "records/model_spending.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/spending_event.h"
#include "records/stored_reply.h"
#include "records/trace.h"
#include "records/training_row.h"

namespace drp {

// Any JSON as one line, without LF, for files that other programs read too: U+2028, U+2029 and
// U+0085, at which some readers split lines, are escaped; invalid UTF-8 becomes U+FFFD.
std::string dump_line(const nlohmann::ordered_json& json);

// A record as one line of JSON, without LF, in the order of its field list, as dump_line() writes
// it. Empty optionals are left out.
template <class Record>
std::string to_json_line(const Record& record);

// Reads one line. `where` (FILE:LINE) leads the message of the Error{kData} thrown for bad JSON, a
// missing required field or a wrong type. Unknown keys are ignored.
template <class Record>
Record from_json_line(std::string_view line, std::string_view where);

struct FieldDoc {
  std::string name;
  std::string type;
  bool required;
  std::string doc;
};
template <class Record>
std::vector<FieldDoc> field_docs();

// Instantiated for: Problem, Trace, Step, Plan, Rejection, PlanOutcome, GateResult, PrunedPath,
// TrainingRow, Scored, Estimate, ExtractorScore, AtK, ArmSummary, PairedComparison, Evaluation,
// TrainingEvent, PathLikelihood, ThresholdEffect, Learnability, ModelSpending, SpendingEvent,
// StoredReply, AblationSeed, AblationCell, StudentAblation, Ablation.

}  // namespace drp
