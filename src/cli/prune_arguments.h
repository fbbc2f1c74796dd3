// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/command_files.h"
#include "cli/read_arguments.h"

namespace drp::cli {

// What `drp prune FILE -o FOLDER` is told beside its files.
struct PruneArguments {
  std::string output;
  std::string tokenizer = "auto";
  ReadArguments read;
  std::vector<std::string> rules_off;
  std::string teacher = "rules";
  std::string judge;
  std::string endpoint;
  std::string api_key_env;
  std::int64_t concurrency = 64;
  std::string batch = "off";
  std::string extra_body;
  bool grammar = false;
  std::string protocol = "span";
  std::string split = "skill";
  std::string synthesis = "auto";
  std::string target = "trace";
  bool second_look = false;
  std::string explain;
  double keep_answer_prob = 0.95;
  std::string keep_checks = "mending";
  std::string answer_section = "statement";
  std::int64_t examples_max = 50000;
  bool without_gold = false;
};

// Flags for traces; a recipe says the same by its keys.
std::vector<Flag> trace_flags(PruneArguments& arguments);

// Flags that are keys of a recipe.
const std::map<std::string, std::string>& keys_of_trace_flags();

// Flags that say something to some teachers alone. Refuses those that the chosen one would not
// hear, such as a model for the rules.
class TeacherFlags {
 public:
  // Of flags as yet untouched.
  explicit TeacherFlags(const std::vector<Flag>& flags);
  // Throws Error{kUsage}.
  void refuse_unheard(const std::string& teacher) const;

 private:
  std::vector<FlagsOfOneForm> groups_;  // in the order of the table of groups
};

}  // namespace drp::cli
