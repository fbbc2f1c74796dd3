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
// Throws what read_traces() throws for a file without one trace. With `wants_gold`, Error{kData}
// where none of the files has a reference answer, naming the columns found. Streams are left alone.
void check_trace_files(const std::vector<std::string>& files, const ReadOptions& options,
                       bool wants_gold);

}  // namespace drp::problems
