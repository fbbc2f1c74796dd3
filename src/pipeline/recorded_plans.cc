// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recorded_plans.h"

#include "base/error.h"
#include "pipeline/manifest.h"

namespace drp::pipeline {

RecordedPlans::RecordedPlans(std::filesystem::path run_folder) : folder_(std::move(run_folder)) {}

RecordedPlans::~RecordedPlans() = default;

std::string RecordedPlans::identity() const {
  constexpr std::size_t kDigits = 16;
  const Manifest manifest(folder_ / "manifest.json");
  const Manifest::Entry* plans = manifest.find("decompose");
  if (plans == nullptr || !plans->finished) return "recorded plans, not made yet";
  return "recorded plans " + plans->output.substr(0, kDigits);
}

expected<Plan, Rejection> RecordedPlans::plan(const Problem&, const Trace& trace) {
  if (!log_) {
    const std::filesystem::path file = folder_ / "plans.0.log.jsonl";
    if (!std::filesystem::exists(file)) {
      throw Error(ErrorKind::kConfig,
                  "teacher.like is '" + folder_.string() + "', which holds no plans",
                  "give the folder of a run that has pruned");
    }
    log_ = std::make_unique<RecordLog>(file, "plans", Access::kLook);
  }
  const auto outcome = log_->get<PlanOutcome>(trace.id);
  if (outcome && outcome->plan) return *outcome->plan;
  if (outcome && outcome->rejection) return unexpected<Rejection>(*outcome->rejection);
  return unexpected<Rejection>(
      {Reason::kBadPlan, "the run to be matched has no plan of the trace"});
}

}  // namespace drp::pipeline
