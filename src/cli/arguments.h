// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace drp::cli {

// Parses the words after the command's name into its flags' targets. Throws Error{kUsage} that
// names the word and the nearest flag. Returns false when help was asked for.
bool parse_arguments(const Command& command, const std::vector<std::string>& words);

bool is_positional(const Flag& flag);
// "-o, --output FOLDER".
std::string shown_name(const Flag& flag);
// "--output" of "-o,--output".
std::string long_name(const Flag& flag);
// What the flag holds now, as one would write it; "" for a switch that is off.
std::string flag_value(const Flag& flag);

}  // namespace drp::cli
