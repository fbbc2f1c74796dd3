// SPDX-License-Identifier: Apache-2.0
#include "cli/command_files.h"

#include "base/error.h"
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

FlagsOfOneForm::FlagsOfOneForm(std::vector<Flag> flags, std::map<std::string, std::string> keys)
    : flags_(std::move(flags)), keys_(std::move(keys)) {
  for (const Flag& flag : flags_) defaults_.push_back(flag_value(flag));
}

void FlagsOfOneForm::refuse(const std::string& command, const std::string& form) const {
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    if (!given(i)) continue;
    const std::string name = long_name(flags_[i]);
    const auto key = keys_.find(name);
    throw Error(ErrorKind::kUsage,
                command + ": " + name + " is for " + form + ", and this is a recipe",
                key != keys_.end() ? "write " + key->second + "=VALUE"
                                   : "leave it out; docs/recipe.md has the recipe's keys");
  }
}

std::vector<std::string> FlagsOfOneForm::overrides() const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    const auto key = keys_.find(long_name(flags_[i]));
    if (key == keys_.end() || !given(i)) continue;
    const auto* words = std::get_if<std::vector<std::string>*>(&flags_[i].target);
    all.push_back(key->second + "=" +
                  (words == nullptr ? flag_value(flags_[i])
                                    : "[" + join(separate_words(**words), ", ") + "]"));
  }
  return all;
}

std::vector<std::string> separate_words(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    for (const std::string_view word : split(value, ',')) words.emplace_back(trim(word));
  }
  return words;
}

}  // namespace drp::cli
