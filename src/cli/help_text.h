// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace drp::cli {

// `drp NAME --help`, at most 80 columns wide but for words and examples that are longer.
std::string command_help(const Command& command);
// `drp --help`.
std::string program_help(const std::vector<Command>& commands);
// docs/cli.md, from the same lists.
std::string commands_markdown(const std::vector<Command>& commands);

}  // namespace drp::cli
