// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace drp::tidy {

struct SourceFile {
  std::string path;  // from the project's root, such as "src/base/text.h"
  std::string text;
};

// "FILE:LINE: what is wrong and what to do instead".
using Findings = std::vector<std::string>;

// Module folder (such as "llm/llama") to the folders of the modules it may include, read from the
// drp_add_module() lists.
using ModuleTable = std::map<std::string, std::set<std::string>>;
ModuleTable read_modules(const std::vector<SourceFile>& cmake_lists);

// Includes go only to declared modules.
Findings check_includes(const std::vector<SourceFile>& sources, const ModuleTable& modules);
// Headers <= 150 lines, sources <= 400, functions <= 70, lines <= 100 columns.
Findings check_sizes(const SourceFile& file);
// Calls with a better replacement, file names that say nothing, heavy headers outside their room,
// a missing licence line or #pragma once, leftovers.
Findings check_text(const SourceFile& file);
// String literals of at least 12 characters with at least two words.
std::set<std::string> phrases(const std::vector<SourceFile>& sources, std::string_view folder);

}  // namespace drp::tidy
