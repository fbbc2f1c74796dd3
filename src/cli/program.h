// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace drp::cli {

// The whole program after main(): finds the command, runs it, turns an Error into one line on
// standard error and the exit code of its kind. `words` are the arguments without the program name.
int run_program(const std::vector<std::string>& words);

}  // namespace drp::cli
