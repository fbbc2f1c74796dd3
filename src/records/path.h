// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "records/field.h"
#include "records/plan.h"

namespace drp {

// Why a trace, plan, path or row was not used. Counted and shown, never a failure of the run.
enum class Reason {
  kWrongAnswer,
  kNoAnswer,
  kUndecided,
  kGoldError,
  kCutOff,
  kLoop,
  kNoReasoning,
  kBadPlan,
  kOrder,
  kAnswerChanged,
  kAnswerLost,
  kUngroundedNumber,
  kDangling,
  kNotShorter,
  kDuplicate,
  kOverlap,
  kNotSelected,
  kTooLong,
  kFarMerge,
  kUngroundedEquation,
  kEarlyAnswer,
  kLeak,
  kBadReply,
  kReplyCut,
  kTeacherFailed,
};

// What the reason says, in words.
std::string_view reason_meaning(Reason reason);
// Every reason, in the order of the enumeration.
std::span<const Reason> all_reasons();

struct Rejection {
  Reason reason = Reason::kBadPlan;
  std::string detail;

  bool operator==(const Rejection&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("reason", &Rejection::reason, Need::kRequired, "a code of the list below");
    field("detail", &Rejection::detail, Need::kOptional, "what was seen, in words");
  }
};

// What decomposing a trace gave: a plan, or the reason why there is none.
struct PlanOutcome {
  std::string trace_id;
  std::optional<Plan> plan;
  std::optional<Rejection> rejection;

  bool operator==(const PlanOutcome&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("trace_id", &PlanOutcome::trace_id, Need::kRequired, "id of the trace");
    field("plan", &PlanOutcome::plan, Need::kOptional, "the plan");
    field("rejection", &PlanOutcome::rejection, Need::kOptional, "why there is none");
  }
};

// One gate's verdict on a path.
struct GateResult {
  std::string gate;
  bool passed = true;
  std::string detail;

  bool operator==(const GateResult&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("gate", &GateResult::gate, Need::kRequired,
          "coverage, order, merge, answer, early, grounded, leak, dangling, shorter");
    field("passed", &GateResult::passed, Need::kRequired, "whether it let the path through");
    field("detail", &GateResult::detail, Need::kOptional, "what it saw");
  }
};

// What a plan yields for a trace: the shorter reasoning in the student's own voice.
struct PrunedPath {
  std::string trace_id;
  std::string problem_id;
  std::string teacher;
  std::string reasoning;
  std::string answer;
  std::string response;
  std::int64_t tokens_before = 0;
  std::int64_t tokens_after = 0;
  std::vector<GateResult> gates;
  std::optional<Rejection> rejection;
  bool completed = false;
  std::optional<Corrected> corrected;

  bool accepted() const { return !rejection.has_value(); }

  bool operator==(const PrunedPath&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("trace_id", &PrunedPath::trace_id, Need::kRequired, "id of the trace");
    field("problem_id", &PrunedPath::problem_id, Need::kRequired, "id of its problem");
    field("teacher", &PrunedPath::teacher, Need::kOptional, "who made the plan");
    field("reasoning", &PrunedPath::reasoning, Need::kOptional, "the pruned reasoning");
    field("answer", &PrunedPath::answer, Need::kOptional, "the answer text after it");
    field("response", &PrunedPath::response, Need::kOptional,
          "the whole new response, markers included");
    field("tokens_before", &PrunedPath::tokens_before, Need::kOptional,
          "tokens of the trace's response");
    field("tokens_after", &PrunedPath::tokens_after, Need::kOptional, "tokens of the new response");
    field("gates", &PrunedPath::gates, Need::kOptional, "each gate's verdict");
    field("rejection", &PrunedPath::rejection, Need::kOptional,
          "present where the path is not used");
    field("completed", &PrunedPath::completed, Need::kOptional,
          "the path states an answer that the trace's reasoning never came to");
    field("corrected", &PrunedPath::corrected, Need::kOptional,
          "as in its plan; answer: the reference stands in the answer section in place of the "
          "student's answer");
  }
};

std::string_view enum_name(Reason value);
bool enum_parse(std::string_view name, Reason& value);

}  // namespace drp
