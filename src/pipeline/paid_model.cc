// SPDX-License-Identifier: Apache-2.0
#include "pipeline/paid_model.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "llm/budgeted_model.h"
#include "pipeline/price_file.h"

namespace drp::pipeline {
namespace {

constexpr std::size_t kRowsNamed = 5;

std::filesystem::path made_spending_file(const Recipe& recipe) {
  make_folder(recipe.run.folder);
  return spending_file(recipe.run.folder);
}

std::optional<llm::Price> price_as_billed(const Recipe& recipe, const PaidModelOptions& options) {
  std::optional<llm::Price> price = teacher_prices(recipe).find(options.model);
  if (!price || !options.batch) return price;
  const double share = 1 - price->batch_discount;
  return llm::Price{.input = price->input * share,
                    .cached_input = price->cached_input * share,
                    .output = price->output * share};
}

}  // namespace

PaidModel::PaidModel(std::unique_ptr<llm::ChatModel> client, const Recipe& recipe,
                     PaidModelOptions options, Progress& progress)
    : progress_(progress),
      store_(reply_folder(recipe, options.shared_replies)),
      ledger_(made_spending_file(recipe), teacher_budget(recipe), llm::recall_from(store_)) {
  say_what_was_left();
  auto paid = std::make_unique<llm::BudgetedModel>(
      std::move(client), ledger_,
      llm::BudgetOptions{.model = options.model,
                         .price = price_as_billed(recipe, options),
                         .count = std::move(options.count),
                         .batch = options.batch});
  model_ = std::make_unique<llm::CachedModel>(std::move(paid), store_, &ledger_, options.model);
}

void PaidModel::say_what_was_left() {
  for (const std::string& note : store_.take_notes()) progress_.info("replies: " + note);
  if (ledger_.torn_bytes() > 0) {
    progress_.info("spending: cut off a line that was half written (" +
                   std::to_string(ledger_.torn_bytes()) + " bytes)");
  }
  const auto unknown = ledger_.unknown();
  if (unknown.empty()) return;
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < std::min(unknown.size(), kRowsNamed); ++i) {
    rows.push_back(unknown[i].call.row);
  }
  if (unknown.size() > kRowsNamed) rows.emplace_back("...");
  progress_.warn("spending: " + format_count(static_cast<std::int64_t>(unknown.size())) +
                 " calls were in flight when this run was broken off (" + join(rows, ", ") +
                 "); they are booked at their worst and asked again: " + ledger_.note());
}

void PaidModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  model_->run(next, done, stop);
  for (const std::string& note : store_.take_notes()) progress_.warn("replies: " + note);
}

std::vector<ModelSpending> spending_of(const std::filesystem::path& run_folder) {
  const auto file = spending_file(run_folder);
  if (!std::filesystem::exists(file)) return {};
  return llm::SpendingLedger::look(file)->spent();
}

}  // namespace drp::pipeline
