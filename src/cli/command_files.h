// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/arguments.h"

namespace drp::cli {

// The stage commands that also work on plain files, without a recipe: `problems --count`, `prune
// FILE -o`, `train FILE -o`, `evaluate --traces`, `report RUN... -o`. Replaces them in `commands`.
void extend_with_file_modes(std::vector<Command>& commands);

// Each of them, around the stage command that it extends.
Command problems_command(Command stage);
Command prune_command(Command stage);
Command train_command(Command stage);
Command evaluate_command(Command stage);
Command report_command(Command stage);

// Flags of one of a command's forms, such as on files or on a recipe. In the other form they would
// say nothing, so that they are refused there.
class FlagsOfOneForm {
 public:
  // Flags as yet untouched; by long name the keys of the recipe that say the same as some of them,
  // or as flags of both forms, which errors alone concern.
  explicit FlagsOfOneForm(std::vector<Flag> flags, std::map<std::string, std::string> keys = {});
  // Throws Error{kUsage} for one that was given with a recipe; `form` is what it is for.
  void refuse(const std::string& command, const std::string& form) const;
  // The same in another form, which `here` says as a clause: "--explain prunes nothing".
  void refuse(const std::string& command, const std::string& form, const std::string& here,
              const std::string& hint = "leave it out") const;
  bool any_given() const;
  // "key=value" for each that was given and has a key.
  std::vector<std::string> overrides() const;
  // Does the work and lets an Error that names a key name the flag that says the same, since the
  // user wrote flags: "teacher.kind is ..." becomes "COMMAND: --teacher is ...".
  int in_flags(const std::string& command, const std::function<int()>& work) const;

 private:
  bool given(std::size_t i) const { return flag_value(flags_[i]) != defaults_[i]; }
  const Flag* first_given() const;

  std::vector<Flag> flags_;
  std::vector<std::string> defaults_;
  std::map<std::string, std::string> keys_;
};

// Those of `flags` with these long names, or with other ones; each name must be of a flag.
std::vector<Flag> flags_named(const std::vector<Flag>& flags,
                              const std::vector<std::string>& names);
std::vector<Flag> without(std::vector<Flag> flags, const std::vector<std::string>& names);

// "a,b" given once is as good as the option given twice.
std::vector<std::string> separate_words(const std::vector<std::string>& values);

}  // namespace drp::cli
