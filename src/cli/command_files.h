// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace drp::cli {

// The stage commands that also work on plain files, without a recipe: `problems -o`, `prune FILE
// -o`, `train FILE -o`, `evaluate --traces`, `report RUN... -o`. Replaces them in `commands`.
void extend_with_file_modes(std::vector<Command>& commands);

// Each of them, around the stage command that it extends.
Command problems_command(Command stage);
Command prune_command(Command stage);
Command train_command(Command stage);
Command evaluate_command(Command stage);
Command report_command(Command stage);

// "a,b" given once is as good as the option given twice.
std::vector<std::string> separate_words(const std::vector<std::string>& values);

}  // namespace drp::cli
