// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "pipeline/record_log.h"
#include "teacher/teacher.h"

namespace drp::pipeline {

// The plans that another run recorded, as a teacher: what yardsticks are measured by. A trace that
// it has no plan of is rejected. Only reads, and no sooner than the first trace.
class RecordedPlans final : public teacher::Teacher {
 public:
  explicit RecordedPlans(std::filesystem::path run_folder);
  ~RecordedPlans() override;

  // Of the plans' content; "... not made yet" before that run has any.
  std::string identity() const override;
  bool threadsafe() const override { return false; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override;

 private:
  std::filesystem::path folder_;
  std::unique_ptr<RecordLog> log_;
};

}  // namespace drp::pipeline
