// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "pipeline/evaluate_files.h"

namespace drp::cli {

// What one word of the command line names: FILE, NAME=FILE, FOLDER (of files, or of results) or
// FOLDER:STUDENT.
struct EvaluatedSource {
  pipeline::EvaluatedInput input;  // its path may not be there
  std::string wanted;              // the student of a folder of results
};
std::vector<EvaluatedSource> parse_sources(const std::vector<std::string>& words);

struct SourceInputs {
  std::vector<pipeline::EvaluatedInput> inputs;
  std::vector<std::size_t> firsts;  // of each source the place of its first input
};
// Of sources that are there. A folder of files is as many inputs of one name; a name that would
// come twice by default gets its folder's in front. Throws Error{kUsage}, Error{kIo}, Error{kData}.
SourceInputs inputs_of(std::vector<EvaluatedSource> sources);

}  // namespace drp::cli
