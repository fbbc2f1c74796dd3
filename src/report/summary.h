// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/lengths.h"
#include "report/likelihoods.h"
#include "report/packed_examples.h"
#include "report/pruning.h"
#include "report/report.h"
#include "report/verdict.h"

namespace drp::report {

struct BrowserExamples {
  std::int64_t total = 0;  // how many there were
  std::unique_ptr<PackedExamples> packed;

  std::int64_t shown() const { return packed ? packed->examples() : 0; }
};

// Everything the three files show, worked out once.
struct Summary {
  std::optional<Verdict> verdict;
  std::optional<PairedComparison> control;
  LengthFigures figures;                   // of all sets together
  std::vector<LengthFigures> set_figures;  // of each, where there are several
  LikelihoodFigures likelihoods;
  std::optional<PruningSummary> pruning;
  std::vector<RejectionCount> rejections;  // prune first, then the caller's stages
  std::vector<FlowCount> flow;
  std::vector<std::string> warnings;
  BrowserExamples traces;
  BrowserExamples held_out;
};

// Runs each stream once, or twice where a browser shows a sample of it. The browsers' texts wait on
// the disk of `folder`, which exists.
Summary summarise(const ReportInputs& inputs, const std::filesystem::path& folder);

}  // namespace drp::report
