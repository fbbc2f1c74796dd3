// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "train/checkpoint.h"
#include "train/optimizer.h"
#include "train/trainer.h"

namespace drp::train {

// One call of Trainer::train: the loop over optimizer steps on some engine.
class TrainingRun {
 public:
  // Reads the model's shape, checks rows and options, makes the engine and restores the checkpoint.
  TrainingRun(const TrainJob& job, const EngineFactory& engines, const TrainObserver& on_event,
              Progress& progress, const StopFlag& stop);

  TrainResult run();

 private:
  void start(const EngineFactory& engines);
  // The rows that fit, in order; the others are counted and told. Throws where none is left.
  void choose_rows();
  void check_labels(const model_files::GgufFile& file) const;
  EngineConfig engine_config(Precision precision) const;
  EpochOptions epoch_options() const;
  void restore(TrainState state);
  void step();
  // Loss and averaged gradient of the step's rows.
  LossSum accumulate(const std::vector<Bin>& bins);
  // Where loss or gradient is not a number: saves what was good and throws.
  void guard(const LossSum& loss, const std::vector<Bin>& bins);
  std::string rows_without_number(const std::vector<Bin>& bins) const;
  void finish_epoch();
  void validate();
  bool validation_due() const;
  bool ended() const;
  void save();
  void stop_here();
  void write_adapters(const std::vector<float>& parameters);
  double epochs_done() const;

  const TrainJob& job_;
  const TrainOptions& options_;
  const TrainObserver& on_event_;
  Progress& progress_;
  const StopFlag& stop_;
  SystemClock clock_;

  model_files::ModelShape shape_;
  std::vector<TrainingRow> fitting_rows_, fitting_validation_;  // only where some do not fit
  std::span<const TrainingRow> rows_, validation_;
  LoraOptions lora_;
  LoraLayout layout_;
  JobIdentity identity_;
  std::unique_ptr<Engine> engine_;
  std::optional<AdamW> optimizer_;
  TrainState state_;
  TrainResult result_;
  std::int64_t steps_total_ = 0;
  std::int64_t steps_per_epoch_ = 0;
  std::int64_t epoch_planned_ = -1;
  std::int64_t saved_step_ = -1;
  std::vector<std::vector<Bin>> epoch_;
  std::vector<Bin> validation_bins_;
};

}  // namespace drp::train
