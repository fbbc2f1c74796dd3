// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "llm/spending_ledger.h"
#include "report/report.h"

namespace drp::pipeline {

// The accounts of some runs added up for a report, with the caps that held; nothing where none of
// them paid anyone. Reads the files of the folders and leaves them as they are.
std::optional<report::Spending> spending_for_report(
    const std::vector<std::filesystem::path>& run_folders, const llm::Budget& budget);

}  // namespace drp::pipeline
