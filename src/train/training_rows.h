// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/progress.h"
#include "model_files/gguf_file.h"
#include "train/engine.h"
#include "train/epoch_plan.h"
#include "train/trainer.h"

namespace drp::train {

// The rows of a job that are trained on, and how they fall into passes. Borrows from the job.
class TrainingRows {
 public:
  // Leaves out rows longer than the cutoff or the model's context, and says how many. Throws
  // Error{kData} where no row is left or one cannot be trained on.
  TrainingRows(const TrainJob& job, const model_files::GgufFile& file,
               const model_files::ModelShape& shape, Progress& progress);
  TrainingRows(const TrainingRows&) = delete;
  TrainingRows& operator=(const TrainingRows&) = delete;

  std::span<const TrainingRow> training() const { return training_; }
  std::span<const TrainingRow> validation() const { return validation_; }
  std::int64_t dropped() const { return dropped_; }
  // kShared where the options allow it and some prompt comes twice.
  Prompts prompts() const { return prompts_; }

  // An epoch's steps, a function of (seed, epoch).
  std::vector<std::vector<Bin>> plan(std::int64_t epoch) const;
  std::vector<Bin> validation_bins() const;
  // Sets the sizes of the largest pass and of the longest row, over all epochs and the validation.
  void measure(EngineConfig& config) const;

 private:
  const TrainOptions& options_;
  std::vector<TrainingRow> fitting_training_, fitting_validation_;  // only where some do not fit
  std::span<const TrainingRow> training_, validation_;
  std::int64_t dropped_ = 0;
  Prompts prompts_ = Prompts::kApart;
};

}  // namespace drp::train
