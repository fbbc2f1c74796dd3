// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "problems/read_problems.h"

namespace drp::problems {

// The files that names mean: a folder stands for its .jsonl, .json, .csv and .tsv files in the
// order of their names, not for those in folders below it. Throws Error{kIo} for what is not there;
// Error{kUsage} for a folder without such files, naming what it holds, and for the folder of a run.
std::vector<std::string> trace_files(const std::vector<std::string>& names);

// Looks into each file until a trace was read, so that a mistake is known before anything is made.
// Throws what read_traces() throws for a file without one trace. Where references are wanted,
// `without_gold` is what to do without them: Error{kData} with this hint where none of the files
// has a reference answer, naming the columns found. Empty: none are wanted. Streams are left alone.
void check_trace_files(const std::vector<std::string>& files, const ReadOptions& options,
                       const std::string& without_gold);

}  // namespace drp::problems
