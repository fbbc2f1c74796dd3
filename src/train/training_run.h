// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "train/checkpoint.h"
#include "train/optimizer.h"
#include "train/trainer.h"
#include "train/training_rows.h"

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
  bool full() const { return options_.kind == TrainKind::kFull; }
  // Each lays out what is trained and returns the values to start from.
  std::vector<float> lay_out_pairs();
  std::vector<float> lay_out_weights(const model_files::GgufFile& file);
  EngineConfig engine_config(Precision precision) const;
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
  // Whether any process was asked to stop.
  bool stop_requested();
  void save();
  void stop_here();
  void write_result(const std::vector<float>& parameters);
  void write_adapters(const std::vector<float>& parameters);
  double epochs_done() const;

  const TrainJob& job_;
  const TrainOptions& options_;
  const TrainObserver& on_event_;
  Progress& progress_;
  const StopFlag& stop_;
  SystemClock clock_;

  model_files::ModelShape shape_;
  std::optional<TrainingRows> rows_;
  LoraOptions lora_;
  LoraLayout layout_;
  std::optional<WeightLayout> weights_;  // with kFull
  std::vector<model_files::LoraAdapter> frozen_;
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
