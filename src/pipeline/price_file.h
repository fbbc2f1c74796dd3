// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "llm/prices.h"
#include "llm/spending_ledger.h"
#include "pipeline/recipe.h"

namespace drp::pipeline {

// Reads prices by model name (docs/teacher-money.md):
//
//   models:
//     MODEL: {input: 2.00, cached_input: 0.50, output: 8.00, batch_discount: 0.5}
//
// in US dollars a million tokens. cached_input defaults to input, batch_discount to 0. Throws
// Error{kIo}, or Error{kConfig} naming file:line, key, value and allowed range.
llm::PriceTable read_prices(const std::filesystem::path& file);

// The caps of teacher.max_usd and teacher.max_tokens.
llm::Budget teacher_budget(const Recipe& recipe);
// teacher.prices read, or nothing known.
llm::PriceTable teacher_prices(const Recipe& recipe);

// Where a run's account and its replies are: the shared folder for teacher.cache on, else one in
// the run folder, so that a killed run pays for no reply twice either way.
std::filesystem::path spending_file(const std::filesystem::path& run_folder);
std::filesystem::path reply_folder(const Recipe& recipe, const std::filesystem::path& shared);

}  // namespace drp::pipeline
