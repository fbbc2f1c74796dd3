// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace drp::cli {

// docs/recipe.md: every key of the recipe, from the list the program reads it with.
std::string recipe_markdown();
// docs/formats.md: every record, from the list the program reads and writes it with.
std::string formats_markdown();

}  // namespace drp::cli
