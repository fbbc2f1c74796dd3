// SPDX-License-Identifier: Apache-2.0
#include "cli/command_files.h"

#include "base/error.h"
#include "base/text.h"
#include "cli/arguments.h"

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

FlagsOfOneForm::FlagsOfOneForm(std::vector<Flag> flags) : flags_(std::move(flags)) {
  for (const Flag& flag : flags_) defaults_.push_back(flag_value(flag));
}

void FlagsOfOneForm::refuse(const std::string& command, const std::string& form) const {
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    if (flag_value(flags_[i]) == defaults_[i]) continue;
    throw Error(ErrorKind::kUsage,
                command + ": " + long_name(flags_[i]) + " is for " + form +
                    ", and this is a recipe",
                "set the recipe's own key with KEY=VALUE (docs/recipe.md)");
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
