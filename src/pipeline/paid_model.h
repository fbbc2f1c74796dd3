// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "llm/cached_model.h"
#include "llm/chat_model.h"
#include "llm/prompt_tokens.h"
#include "llm/reply_store.h"
#include "llm/spending_ledger.h"
#include "pipeline/recipe.h"

namespace drp::pipeline {

struct PaidModelOptions {
  std::string model;                     // as the price file names it
  std::filesystem::path shared_replies;  // the store of all runs
  llm::PromptCounter count;              // exact prompt tokens, where a tokenizer is at hand
  bool batch = false;                    // prices less the batch discount
};

// A client as a run uses it: what was asked before is answered from the reply store, the rest is
// paid for out of the run's account (run.folder/spending.log.jsonl) under the recipe's caps. Making
// one says what an earlier process left: torn tails, and the calls whose outcome is unknown, by
// row. One at a time for a run folder. Throws Error{kConfig} for a cap in dollars and an unknown
// price.
class PaidModel final : public llm::ChatModel {
 public:
  PaidModel(std::unique_ptr<llm::ChatModel> client, const Recipe& recipe, PaidModelOptions options,
            Progress& progress);

  std::string identity() const override { return model_->identity(); }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

  // "$0.12 of $2.00, 3 cached", for a status line.
  std::string note() const { return ledger_.note(); }
  // For the report.
  std::vector<ModelSpending> spent() const { return ledger_.spent(); }

 private:
  void say_what_was_left();

  Progress& progress_;
  llm::ReplyStore store_;
  llm::SpendingLedger ledger_;
  std::unique_ptr<llm::ChatModel> model_;
};

// What a run has spent, read from its folder; nothing where it never paid.
std::vector<ModelSpending> spending_of(const std::filesystem::path& run_folder);

}  // namespace drp::pipeline
