// SPDX-License-Identifier: Apache-2.0
#include "report/pruning.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace drp::report {
namespace {

// Skills are an open vocabulary: a teacher that invents a new one a step must not cost memory.
constexpr std::size_t kLabelsMax = 5000;
constexpr std::size_t kLabelsShown = 15;
constexpr std::string_view kOther = "(other)";

std::int64_t bytes_after(const Step& step) {
  switch (step.action) {
    case Action::kKeep:
      return static_cast<std::int64_t>(step.span.size());
    case Action::kDelete:
      return 0;
    case Action::kSingleStepCompress:
    case Action::kMultiStepCompress:
      return static_cast<std::int64_t>(step.text.value_or("").size());
  }
  DRP_CHECK(false, "unknown action");
}

// Tokens for a byte of a plan's steps, and tokens saved for a byte saved.
struct TokenRates {
  double per_byte = 0;
  double per_saved_byte = 0;
};

void add_step(StepShare& share, const Step& step, const TokenRates& rates) {
  const auto bytes = static_cast<std::int64_t>(step.span.size());
  const std::int64_t after = bytes_after(step);
  const std::size_t action = action_index(step.action);
  share.steps += 1;
  share.steps_by_action[action] += 1;
  share.bytes_by_action[action] += bytes;
  share.bytes += bytes;
  share.bytes_after += after;
  share.tokens += rates.per_byte * static_cast<double>(bytes);
  share.saved_by_action[action] += rates.per_saved_byte * static_cast<double>(bytes - after);
}

void add_share(StepShare& sum, const StepShare& part) {
  sum.steps += part.steps;
  sum.bytes += part.bytes;
  sum.bytes_after += part.bytes_after;
  sum.tokens += part.tokens;
  for (std::size_t i = 0; i < kActions.size(); ++i) {
    sum.steps_by_action[i] += part.steps_by_action[i];
    sum.bytes_by_action[i] += part.bytes_by_action[i];
    sum.saved_by_action[i] += part.saved_by_action[i];
  }
}

StepShare& share_of(std::map<std::string, StepShare, std::less<>>& shares,
                    const std::string& label) {
  const bool full = shares.size() >= kLabelsMax && !shares.contains(label);
  return shares[full ? std::string(kOther) : label];
}

std::vector<StepShare> ranked(const std::map<std::string, StepShare, std::less<>>& shares) {
  std::vector<StepShare> sorted;
  StepShare rest;
  std::size_t rest_labels = 0;
  for (const auto& [label, share] : shares) {
    if (label == kOther) {
      add_share(rest, share);
      continue;
    }
    sorted.push_back(share);
    sorted.back().label = label.empty() ? "(none)" : label;
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const StepShare& a, const StepShare& b) { return a.bytes > b.bytes; });
  while (sorted.size() > kLabelsShown) {
    add_share(rest, sorted.back());
    sorted.pop_back();
    ++rest_labels;
  }
  if (rest.steps > 0) {
    rest.label = rest_labels == 0   ? "others"
                 : rest_labels == 1 ? "1 other"
                                    : format_count(std::int64_t(rest_labels)) + " others";
    sorted.push_back(rest);
  }
  return sorted;
}

}  // namespace

double StepShare::saved() const {
  double sum = 0;
  for (const double part : saved_by_action) sum += part;
  return sum;
}

bool is_right_trace(Reason reason) {
  switch (reason) {
    case Reason::kWrongAnswer:
    case Reason::kNoAnswer:
    case Reason::kUndecided:
    case Reason::kGoldError:
    case Reason::kCutOff:
    case Reason::kLoop:
      return false;
    case Reason::kNoReasoning:
    case Reason::kBadPlan:
    case Reason::kOrder:
    case Reason::kAnswerChanged:
    case Reason::kAnswerLost:
    case Reason::kUngroundedNumber:
    case Reason::kDangling:
    case Reason::kNotShorter:
    case Reason::kDuplicate:
    case Reason::kOverlap:
    case Reason::kNotSelected:
    case Reason::kTooLong:
    case Reason::kFarMerge:
    case Reason::kUngroundedEquation:
    case Reason::kEarlyAnswer:
    case Reason::kLeak:
    case Reason::kBadReply:
    case Reason::kReplyCut:
    case Reason::kTeacherFailed:
      return true;
  }
  DRP_CHECK(false, "unknown reason");
}

void PruningCollector::add(const PrunedExample& example) {
  const PrunedPath& path = example.path;
  const std::int64_t before =
      path.tokens_before > 0 ? path.tokens_before : example.trace.response_tokens;
  ++traces_;
  const bool from_wrong = path.corrected == Corrected::kAnswer;
  if (path.corrected) {
    CorrectionCount& count = from_wrong ? corrected_answers_ : corrected_paths_;
    ++count.corrected;
    count.accepted += path.accepted() ? 1 : 0;
  }
  const auto add = [before](TokenTotals& totals, std::int64_t after) {
    ++totals.traces;
    totals.before += before;
    totals.after += after;
  };
  if (path.rejection) {
    ++rejections_[path.rejection->reason];
    if (is_right_trace(path.rejection->reason) && !from_wrong) add(right_, before);
  } else if (from_wrong) {
    add(from_wrong_, path.tokens_after);
  } else {
    add(right_, path.tokens_after);
    add(accepted_, path.tokens_after);
    if (example.plan) add_steps(*example.plan, before, before - path.tokens_after);
  }
  for (const GateResult& result : path.gates) {
    GateCount& count = gates_[result.gate];
    ++(result.passed ? count.passed : count.failed);
  }
}

void PruningCollector::add_steps(const Plan& plan, std::int64_t tokens, std::int64_t tokens_saved) {
  std::int64_t bytes = 0;
  std::int64_t saved = 0;
  for (const Step& step : plan.steps) {
    bytes += static_cast<std::int64_t>(step.span.size());
    saved += static_cast<std::int64_t>(step.span.size()) - bytes_after(step);
  }
  TokenRates rates;
  if (bytes > 0) rates.per_byte = double(tokens) / double(bytes);
  if (saved > 0) rates.per_saved_byte = double(tokens_saved) / double(saved);
  for (const Step& step : plan.steps) {
    add_step(total_, step, rates);
    add_step(share_of(skills_, step.skill), step, rates);
    if (step.action != Action::kKeep) add_step(share_of(passes_, step.pass), step, rates);
  }
}

PruningSummary PruningCollector::summary() const {
  PruningSummary summary;
  summary.traces = traces_;
  summary.right = right_;
  summary.accepted = accepted_;
  summary.corrected_paths = corrected_paths_;
  summary.corrected_answers = corrected_answers_;
  summary.from_wrong = from_wrong_;
  summary.total = total_;
  summary.skills = ranked(skills_);
  summary.passes = ranked(passes_);
  for (const auto& [name, count] : gates_)
    summary.gates.push_back({name, count.passed, count.failed});
  for (const auto& [reason, count] : rejections_)
    summary.rejections.push_back({"prune", reason, count});
  std::stable_sort(
      summary.rejections.begin(), summary.rejections.end(),
      [](const RejectionCount& a, const RejectionCount& b) { return a.count > b.count; });
  return summary;
}

}  // namespace drp::report
