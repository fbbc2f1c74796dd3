// SPDX-License-Identifier: Apache-2.0
#include "train/training_rows.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <string>

#include "base/error.h"
#include "train/row_checks.h"

namespace drp::train {
namespace {

// The rows of at most `tokens_max` tokens: all of them without a copy, or a copy in `room`.
std::span<const TrainingRow> fitting(const std::vector<TrainingRow>& rows, std::int64_t tokens_max,
                                     std::vector<TrainingRow>& room) {
  const auto fits = [&](const TrainingRow& row) { return packed_tokens(row) + 1 <= tokens_max; };
  if (std::all_of(rows.begin(), rows.end(), fits)) return rows;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(room), fits);
  return room;
}

// Whether rows share prompts is known once they are packed, and what a prompt's copies for several
// threads add once they are split.
std::int64_t tokens_run(std::span<const TrainingRow> rows, const Bin& bin, Prompts prompts,
                        const ShareLimits& limits) {
  const PackedBatch batch = pack(rows, bin, prompts);
  std::size_t tokens = 0;
  for (const PackedBatch& share : split(batch, share_count(batch.tokens.size(), limits))) {
    tokens += share.tokens.size();
  }
  return static_cast<std::int64_t>(tokens);
}

void widen(EngineConfig& config, std::span<const TrainingRow> rows, const std::vector<Bin>& bins,
           Prompts prompts) {
  for (const Bin& bin : bins) {
    std::int64_t tokens = 0;
    std::int64_t supervised = 0;
    for (const std::size_t row : bin) {
      tokens += packed_tokens(rows[row]);
      supervised += std::ssize(rows[row].response_ids);
      config.row_tokens = std::max(config.row_tokens, packed_tokens(rows[row]));
    }
    if (prompts == Prompts::kShared) {
      tokens = tokens_run(rows, bin, prompts, config.share_limits());
    }
    config.pass_tokens = std::max(config.pass_tokens, tokens);
    config.pass_supervised = std::max(config.pass_supervised, supervised);
  }
}

std::vector<std::size_t> all_of(std::span<const TrainingRow> rows) {
  std::vector<std::size_t> all(rows.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

bool a_prompt_comes_twice(std::span<const TrainingRow> rows) {
  const std::vector<std::size_t> all = all_of(rows);
  return first_of_prompt(rows, all, Prompts::kShared) != all;
}

}  // namespace

TrainingRows::TrainingRows(const TrainJob& job, const model_files::GgufFile& file,
                           const model_files::ModelShape& shape, Progress& progress)
    : options_(job.options) {
  if (job.rows.empty()) {
    throw Error(ErrorKind::kData, "there are no rows to train on",
                "see what `drp curate` rejected and why");
  }
  const std::int64_t tokens_max = std::min(options_.cutoff_tokens, shape.context_tokens);
  training_ = fitting(job.rows, tokens_max, fitting_training_);
  validation_ = fitting(job.validation, tokens_max, fitting_validation_);
  const auto all = std::ssize(job.rows) + std::ssize(job.validation);
  dropped_ = all - std::ssize(training_) - std::ssize(validation_);
  if (training_.empty()) {
    throw Error(ErrorKind::kData,
                "all " + std::to_string(job.rows.size()) + " training rows are longer than " +
                    std::to_string(tokens_max) + " tokens, the most that is trained on",
                "raise curate.tokens_max, or take a student with a longer context");
  }
  if (dropped_ > 0) {
    progress.warn(std::to_string(dropped_) + " of " + std::to_string(all) +
                  " rows left out: longer than " + std::to_string(tokens_max) + " tokens");
  }
  const std::vector<std::int64_t> types = file.integer_list("tokenizer.ggml.token_type");
  for (const auto rows : {training_, validation_}) {
    check_rows(rows, shape.vocabulary);
    check_unused(rows, types);
  }
  const std::int32_t end = training_.front().response_ids.back();
  if (const auto warning = untrained_token(file, shape, end)) progress.warn(*warning);
  const bool dropout = options_.kind == TrainKind::kLora && job.lora.dropout > 0;
  if (options_.share_prompts == SharePrompts::kAuto && !dropout &&
      (a_prompt_comes_twice(training_) || a_prompt_comes_twice(validation_))) {
    prompts_ = Prompts::kShared;
  }
}

std::vector<std::vector<Bin>> TrainingRows::plan(std::int64_t epoch) const {
  return plan_epoch(training_, epoch,
                    {options_.seed, options_.batch_rows, options_.micro_batch_tokens, prompts_});
}

std::vector<Bin> TrainingRows::validation_bins() const {
  return make_bins(validation_, all_of(validation_), options_.micro_batch_tokens, prompts_);
}

void TrainingRows::measure(EngineConfig& config) const {
  for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
    for (const auto& bins : plan(epoch)) widen(config, training_, bins, prompts_);
  }
  widen(config, validation_, validation_bins(), prompts_);
}

}  // namespace drp::train
