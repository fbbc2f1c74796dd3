// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/command.h"
#include "problems/read_problems.h"

namespace drp::cli {

// How stored responses are read, of every command that takes files of them.
struct ReadArguments {
  std::vector<std::string> columns;  // PART=NAME
  std::string domain = "math";
  std::int64_t limit = 0;
};

// --column, --domain and --limit.
std::vector<Flag> read_flags(ReadArguments& arguments);

// Throws Error{kUsage} for a domain that no flag can name, Error{kConfig} for a bad column.
problems::ReadOptions read_options(const ReadArguments& arguments);

}  // namespace drp::cli
