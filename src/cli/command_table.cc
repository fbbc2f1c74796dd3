// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.h"

namespace drp::cli {

std::vector<Command> command_table() {
  std::vector<Command> table = {run_command(), ablate_command()};
  for (Command& command : stage_commands()) table.push_back(std::move(command));
  table.push_back(import_command());
  table.push_back(export_command());
  table.push_back(adopt_command());
  table.push_back(new_student_command());
  table.push_back(ask_command());
  table.push_back(grade_command());
  table.push_back(compare_command());
  table.push_back(plan_command());
  table.push_back(config_command());
  table.push_back(cache_command());
  table.push_back(doctor_command());
  table.push_back(docs_command());
  return table;
}

}  // namespace drp::cli
