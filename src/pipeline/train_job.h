// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "pipeline/recipe.h"
#include "pipeline/run.h"
#include "train/trainer.h"

namespace drp::pipeline {

// The recipe's train section as the trainer takes it; files and rows are the caller's to fill in.
train::TrainJob train_job(const Recipe& recipe);

// Where the result goes in `folder`: adapter.gguf and adapter/ (PEFT), or model.gguf.
void set_outputs(train::TrainJob& job, const std::filesystem::path& folder);
// The file of the two that the rest of a run reads.
std::filesystem::path trained_file(const Recipe& recipe, const std::filesystem::path& folder);

// Trains with a status line and writes one TrainingEvent a line to `events` (whole, at the end).
train::TrainResult train_with_events(const train::TrainJob& job, const Services& services,
                                     const std::filesystem::path& events);

}  // namespace drp::pipeline
