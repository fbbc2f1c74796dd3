// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/check.h"
#include "records/path.h"

namespace drp {

std::string_view reason_meaning(Reason reason) {
  switch (reason) {
    case Reason::kWrongAnswer:
      return "the trace's answer is not the reference answer";
    case Reason::kNoAnswer:
      return "no answer could be read out of the trace";
    case Reason::kUndecided:
      return "the grader could not decide";
    case Reason::kGoldError:
      return "the reference answer cannot be read";
    case Reason::kCutOff:
      return "the trace hit the token limit or its reasoning never closed";
    case Reason::kLoop:
      return "the trace ended in a loop";
    case Reason::kNoReasoning:
      return "the trace has no reasoning to prune";
    case Reason::kBadPlan:
      return "the plan's steps do not cover the trace, or an action misses its text";
    case Reason::kOrder:
      return "the path does not follow the trace's order";
    case Reason::kAnswerChanged:
      return "the path's answer differs from the trace's";
    case Reason::kAnswerLost:
      return "the path states no answer";
    case Reason::kUngroundedNumber:
      return "a new text holds a number that the trace does not yield";
    case Reason::kDangling:
      return "a kept step uses something that was deleted";
    case Reason::kNotShorter:
      return "the path saves nothing";
    case Reason::kDuplicate:
      return "near-duplicate of another row";
    case Reason::kOverlap:
      return "the question is in the test set";
    case Reason::kNotSelected:
      return "another path of the same problem was chosen";
    case Reason::kTooLong:
      return "over the token limit of training";
    case Reason::kFarMerge:
      return "a merge joins steps that are no neighbours";
    case Reason::kUngroundedEquation:
      return "a new text holds an equation that the trace does not and that is wrong";
    case Reason::kEarlyAnswer:
      return "a new text states the answer before it is derived";
    case Reason::kLeak:
      return "a new text holds words of the teacher's instructions";
    case Reason::kBadReply:
      return "the teacher's reply broke the protocol twice";
    case Reason::kReplyCut:
      return "the teacher's reply hit its token limit or ran into a loop";
    case Reason::kTeacherFailed:
      return "the teacher could not answer";
  }
  DRP_CHECK(false, "unknown reason");
}

std::span<const Reason> all_reasons() {
  static constexpr auto kReasons = [] {
    std::array<Reason, static_cast<std::size_t>(Reason::kTeacherFailed) + 1> reasons{};
    for (std::size_t i = 0; i < reasons.size(); ++i) reasons[i] = static_cast<Reason>(i);
    return reasons;
  }();
  return kReasons;
}

}  // namespace drp
