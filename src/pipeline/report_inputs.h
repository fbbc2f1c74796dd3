// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/record_log.h"
#include "report/report.h"

namespace drp::pipeline {

// Reads what a report shows out of one or more run folders (several: their held-out problems are
// pooled). Only reads; the streams in inputs() borrow from this object.
class ReportSource {
 public:
  struct Options {
    std::string title;
    std::vector<report::Fact> facts;
    std::filesystem::path plotly_js;
    std::int64_t examples_max = 50000;
    std::string length_unit = "tokens";
    std::uint64_t seed = 1;
    std::optional<std::int64_t> token_limit;  // of the held-out responses
  };

  // Throws Error{kData} for a folder that is not a run.
  ReportSource(const std::vector<std::filesystem::path>& folders, Options options);
  ~ReportSource();

  report::ReportInputs inputs();

 private:
  struct RunFiles;

  void visit_scored(const std::function<void(const Scored&)>& visit) const;
  void visit_paths(const std::function<void(const report::PrunedExample&)>& visit) const;
  void visit_held_out(const std::function<void(const report::HeldOutExample&)>& visit) const;
  void visit_likelihoods(const std::function<void(const PathLikelihood&)>& visit) const;
  std::vector<TrainingEvent> training() const;
  std::optional<Learnability> learnability() const;
  std::vector<report::RejectionCount> curate_rejections() const;
  std::vector<report::FlowCount> flow() const;

  Options options_;
  std::vector<std::unique_ptr<RunFiles>> runs_;
};

}  // namespace drp::pipeline
