// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/read_arguments.h"
#include "cli/wiring.h"
#include "pipeline/evaluate_files.h"

namespace drp::cli {

// What `evaluate --traces` and `compare` have in common.
struct EvaluateArguments {
  std::string count = "auto";
  std::string tokenizer = "auto";
  std::string match = "question";
  std::string benchmark;
  std::string problems;
  ReadArguments read;
  std::vector<std::string> tags;
  std::int64_t seed = 1;
};

std::vector<Flag> evaluate_flags(EvaluateArguments& arguments);

// Options made of arguments, with the tokenizer that they borrow.
struct EvaluateSetup {
  std::shared_ptr<llm::Student> student;
  pipeline::EvaluateFilesOptions options;
  std::vector<std::size_t> sources;  // of each the place of its first input
  std::string unit;                  // "tokens" or "characters"
  std::string counted;               // more exactly: "tokens of FILE.gguf"
};

// The line above tables that says in what lengths are counted.
std::string length_line(const EvaluateSetup& setup);

// `sources` are FILE, NAME=FILE, FOLDER (of files, or of results) or FOLDER:STUDENT; a name that
// would come twice by default gets its folder's in front. All files that are missing are told at
// once. Throws Error{kUsage}, Error{kIo}, Error{kData}. Flags of `command` that these sources do
// not hear are refused.
EvaluateSetup make_setup(const std::string& command, const std::vector<std::string>& sources,
                         const EvaluateArguments& arguments, Progress& progress);

// Rows that could not be used.
void warn_of_rows(const Context& context, const pipeline::FilesEvaluation& result);

}  // namespace drp::cli
