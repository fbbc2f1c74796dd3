// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "problems/read_problems.h"

namespace drp::problems {

// The worked solutions that a set of problems carries, by problem id as read_problems() gives it:
// what stands before GSM8K's "####", without its <<6*7=42>>, or the column `solution` or
// `rationale`. Rows without one are left out. Throws what visit_problems() throws.
std::map<std::string, std::string> read_solutions(const std::filesystem::path& file,
                                                  const ReadOptions& options);

}  // namespace drp::problems
