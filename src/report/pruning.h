// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "records/path.h"
#include "report/report.h"

namespace drp::report {

constexpr std::array kActions = {Action::kKeep, Action::kDelete, Action::kSingleStepCompress,
                                 Action::kMultiStepCompress};
constexpr std::size_t action_index(Action action) { return static_cast<std::size_t>(action); }

// Steps that share a label (a skill, a rule), and what became of their text. Bytes of reasoning;
// a trace's tokens are counted for its steps by their bytes, those it saved by the bytes saved, so
// that the sums over all steps are exact.
struct StepShare {
  std::string label;
  std::int64_t steps = 0;
  std::array<std::int64_t, kActions.size()> steps_by_action{};
  std::array<std::int64_t, kActions.size()> bytes_by_action{};
  std::int64_t bytes = 0;
  std::int64_t bytes_after = 0;
  double tokens = 0;  // before
  std::array<double, kActions.size()>
      saved_by_action{};  // tokens; below 0 where a rewrite is longer

  double saved() const;
};

struct GateCount {
  std::string gate;
  std::int64_t passed = 0;
  std::int64_t failed = 0;
};

// Tokens of a set of traces before and after pruning; sums, so that means are exact.
struct TokenTotals {
  std::int64_t traces = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;

  double mean_before() const { return traces == 0 ? 0 : double(before) / double(traces); }
  double mean_after() const { return traces == 0 ? 0 : double(after) / double(traces); }
};

// Paths that the teacher corrected, and how many of them passed every gate.
struct CorrectionCount {
  std::int64_t corrected = 0;
  std::int64_t accepted = 0;
};

// What pruning did. Steps, skills and rules are those of accepted paths. Wrong traces whose answer
// the teacher corrected stand apart: they are neither right nor among the accepted.
struct PruningSummary {
  std::string length_unit = "tokens";
  std::int64_t traces = 0;
  TokenTotals right;     // traces with the right answer; a rejected one counts at full length
  TokenTotals accepted;  // paths that passed every gate
  CorrectionCount corrected_paths;
  CorrectionCount corrected_answers;
  TokenTotals from_wrong;  // accepted paths of wrong traces with a corrected answer
  StepShare total;
  std::vector<StepShare> skills;  // by bytes, most first; the tail is summed up in the last
  std::vector<StepShare> passes;
  std::vector<GateCount> gates;
  std::vector<RejectionCount> rejections;
};

// Whether a trace rejected for this reason had the right answer all the same.
bool is_right_trace(Reason reason);

class PruningCollector {
 public:
  void add(const PrunedExample& example);
  PruningSummary summary() const;

 private:
  using Shares = std::map<std::string, StepShare, std::less<>>;
  void add_steps(const Plan& plan, std::int64_t tokens, std::int64_t tokens_saved);

  std::int64_t traces_ = 0;
  TokenTotals right_;
  TokenTotals accepted_;
  CorrectionCount corrected_paths_;
  CorrectionCount corrected_answers_;
  TokenTotals from_wrong_;
  StepShare total_;
  Shares skills_;
  Shares passes_;
  std::map<std::string, GateCount, std::less<>> gates_;
  std::map<Reason, std::int64_t> rejections_;
};

}  // namespace drp::report
