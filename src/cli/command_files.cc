// SPDX-License-Identifier: Apache-2.0
#include "cli/command_files.h"

#include "base/text.h"

namespace drp::cli {

void extend_with_file_modes(std::vector<Command>& commands) {
  for (Command& command : commands) {
    if (command.name == "problems") command = problems_command(std::move(command));
    if (command.name == "prune") command = prune_command(std::move(command));
    if (command.name == "train") command = train_command(std::move(command));
    if (command.name == "evaluate") command = evaluate_command(std::move(command));
    if (command.name == "report") command = report_command(std::move(command));
  }
}

std::vector<std::string> separate_words(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    for (const std::string_view word : split(value, ',')) words.emplace_back(trim(word));
  }
  return words;
}

}  // namespace drp::cli
