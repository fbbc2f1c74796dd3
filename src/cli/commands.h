// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/command.h"

namespace drp::cli {

// One function a command, each in its own command_*.cc.
Command run_command();
Command ablate_command();
std::vector<Command> stage_commands();  // problems ... report of a recipe
Command import_command();
Command export_command();
Command adopt_command();
Command new_student_command();
Command ask_command();
Command grade_command();
Command compare_command();
Command plan_command();
Command config_command();
Command cache_command();
Command doctor_command();
Command docs_command();

}  // namespace drp::cli
