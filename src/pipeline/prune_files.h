// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "llm/spending_ledger.h"
#include "pipeline/run.h"
#include "problems/read_traces.h"
#include "prune/prune.h"

namespace drp::pipeline {

// Pruning responses that were sampled elsewhere: no recipe, no student.
struct PruneFilesOptions {
  std::vector<std::string> files;
  std::filesystem::path folder;  // becomes a run folder: logs, dataset/, report/
  problems::ReadOptions read;
  bool admit_without_gold = false;
  prune::PruneOptions prune;
  path::TokenCount count;  // empty: characters; called by any thread
  std::string length_unit = "characters";
  std::int64_t examples_max = 50000;
  int threads = 1;
  llm::Budget budget;  // the caps of a paid teacher, for the report
};

// Lengths are of whole responses, in the unit of the options' counter.
struct PruneSummary {
  std::int64_t rows = 0;
  std::int64_t unreadable = 0;
  std::int64_t unplanned = 0;  // the teacher gave up on them; the same call asks again
  std::int64_t right = 0;      // complete and with the right answer, or ungraded
  std::int64_t ungraded = 0;   // of them: have no reference answer, and were admitted without
  std::int64_t accepted = 0;   // of them
  std::int64_t before = 0;     // over all right traces
  std::int64_t after = 0;      // the same, rejected ones at full length
  std::int64_t before_accepted = 0;
  std::int64_t after_accepted = 0;
  // Accepted paths that come to an answer which the trace's reasoning never came to.
  std::int64_t completed = 0;
  std::map<std::string, std::int64_t> reasons;

  // Whether no trace could be judged, since none has a reference answer that can be read.
  bool no_readable_gold() const;
};

// Reads, plans, prunes, writes and reports. Interrupted, the same call continues: records whose
// trace, teacher and options are unchanged are kept. An unreadable row is a warning and is counted.
// Throws what check_trace_files() throws before the folder is made (after reading a stream, which
// leaves none either), and Error{kUsage} for a folder with other results.
PruneSummary prune_files(const PruneFilesOptions& options, teacher::Teacher& teacher,
                         const Services& services);

// The summary as an aligned table.
std::string summary_table(const PruneSummary& summary, const std::string& length_unit);

}  // namespace drp::pipeline
