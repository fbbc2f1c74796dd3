// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "base/check.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/trace.h"
#include "records/training_row.h"

namespace drp {
namespace {

template <class Enum, std::size_t N>
using Names = std::array<std::pair<Enum, std::string_view>, N>;

constexpr Names<FinishReason, 4> kFinishNames = {{{FinishReason::kStop, "stop"},
                                                  {FinishReason::kLength, "length"},
                                                  {FinishReason::kLoop, "loop"},
                                                  {FinishReason::kUnknown, "unknown"}}};

constexpr Names<Action, 4> kActionNames = {{{Action::kKeep, "KEEP"},
                                            {Action::kDelete, "DELETE"},
                                            {Action::kSingleStepCompress, "SINGLE-STEP COMPRESS"},
                                            {Action::kMultiStepCompress, "MULTI-STEP COMPRESS"}}};

constexpr Names<Corrected, 2> kCorrectedNames = {
    {{Corrected::kPath, "path"}, {Corrected::kAnswer, "answer"}}};

constexpr Names<Split, 2> kSplitNames = {
    {{Split::kTrain, "train"}, {Split::kValidation, "validation"}}};

constexpr Names<Reason, 25> kReasonNames = {{{Reason::kWrongAnswer, "wrong_answer"},
                                             {Reason::kNoAnswer, "no_answer"},
                                             {Reason::kUndecided, "undecided"},
                                             {Reason::kGoldError, "gold_error"},
                                             {Reason::kCutOff, "cut_off"},
                                             {Reason::kLoop, "loop"},
                                             {Reason::kNoReasoning, "no_reasoning"},
                                             {Reason::kBadPlan, "bad_plan"},
                                             {Reason::kOrder, "order"},
                                             {Reason::kAnswerChanged, "answer_changed"},
                                             {Reason::kAnswerLost, "answer_lost"},
                                             {Reason::kUngroundedNumber, "ungrounded_number"},
                                             {Reason::kDangling, "dangling"},
                                             {Reason::kNotShorter, "not_shorter"},
                                             {Reason::kDuplicate, "duplicate"},
                                             {Reason::kOverlap, "overlap"},
                                             {Reason::kNotSelected, "not_selected"},
                                             {Reason::kTooLong, "too_long"},
                                             {Reason::kFarMerge, "far_merge"},
                                             {Reason::kUngroundedEquation, "ungrounded_equation"},
                                             {Reason::kEarlyAnswer, "early_answer"},
                                             {Reason::kLeak, "leak"},
                                             {Reason::kBadReply, "bad_reply"},
                                             {Reason::kReplyCut, "reply_cut"},
                                             {Reason::kTeacherFailed, "teacher_failed"}}};

template <class Enum, std::size_t N>
std::string_view name_of(const Names<Enum, N>& names, Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  DRP_CHECK(false, "enumerator without a name");
}

template <class Enum, std::size_t N>
bool parse(const Names<Enum, N>& names, std::string_view text, Enum& value) {
  for (const auto& [candidate, name] : names) {
    if (name == text) {
      value = candidate;
      return true;
    }
  }
  return false;
}

}  // namespace

std::string_view enum_name(FinishReason value) { return name_of(kFinishNames, value); }
bool enum_parse(std::string_view name, FinishReason& value) {
  return parse(kFinishNames, name, value);
}
std::string_view enum_name(Action value) { return name_of(kActionNames, value); }
bool enum_parse(std::string_view name, Action& value) { return parse(kActionNames, name, value); }
std::string_view enum_name(Corrected value) { return name_of(kCorrectedNames, value); }
bool enum_parse(std::string_view name, Corrected& value) {
  return parse(kCorrectedNames, name, value);
}
std::string_view enum_name(Split value) { return name_of(kSplitNames, value); }
bool enum_parse(std::string_view name, Split& value) { return parse(kSplitNames, name, value); }
std::string_view enum_name(Reason value) { return name_of(kReasonNames, value); }
bool enum_parse(std::string_view name, Reason& value) { return parse(kReasonNames, name, value); }

}  // namespace drp
