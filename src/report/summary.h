// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "report/example_sampler.h"
#include "report/lengths.h"
#include "report/pruning.h"
#include "report/report.h"
#include "report/verdict.h"

namespace drp::report {

struct BrowserExamples {
  std::int64_t total = 0;  // how many there were
  std::vector<ExampleSampler::Example> examples;
};

// Everything the three files show, worked out once.
struct Summary {
  std::optional<Verdict> verdict;
  std::optional<PairedComparison> control;
  LengthFigures figures;
  std::optional<PruningSummary> pruning;
  std::vector<RejectionCount> rejections;  // prune first, then the caller's stages
  std::vector<FlowCount> flow;
  std::vector<std::string> warnings;
  BrowserExamples traces;
  BrowserExamples held_out;
};

// Runs each stream once.
Summary summarise(const ReportInputs& inputs);

}  // namespace drp::report
