// SPDX-License-Identifier: Apache-2.0
#include "pipeline/spending_report.h"

#include <algorithm>

#include "pipeline/price_file.h"

namespace drp::pipeline {
namespace {

// Only teachers are paid, and they work in this stage.
constexpr const char* kStage = "decompose";

// The trace and the call of a row, without the ticket before them.
std::string shown_row(const std::string& row) {
  const std::size_t ticket = row.find(' ');
  return ticket == std::string::npos ? row : row.substr(ticket + 1);
}

}  // namespace

std::optional<report::Spending> spending_for_report(
    const std::vector<std::filesystem::path>& run_folders, const llm::Budget& budget) {
  report::Spending spending;
  spending.usd_max = budget.usd_max;
  spending.tokens_max = budget.tokens_max;
  for (const std::filesystem::path& folder : run_folders) {
    const std::filesystem::path file = spending_file(folder);
    if (!std::filesystem::exists(file)) continue;
    const auto ledger = llm::SpendingLedger::look(file);
    const std::string run = run_folders.size() > 1 ? folder.filename().string() + "/" : "";
    for (llm::SpendingLedger::CallSpending& one : ledger->spent_by_call()) {
      spending.calls.push_back({run + kStage, std::move(one.call), std::move(one.spent)});
    }
    for (const llm::SpendingLedger::Unknown& unknown : ledger->unknown()) {
      spending.unknown.push_back(run + shown_row(unknown.call.row));
    }
  }
  if (spending.calls.empty()) return std::nullopt;
  return spending;
}

}  // namespace drp::pipeline
