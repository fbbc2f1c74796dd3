// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "train/checkpoint.h"
#include "train/packing.h"
#include "train/trainer.h"

namespace drp::train {

// Names by content everything in a job that changes what it trains: SHA-256 of the model, the
// adapters and the rows, and each option. Where it is written and how often it is saved are left
// out. `prompts` is named only where rows share them, which is what changes the order of rows.
JobIdentity job_identity(const TrainJob& job, const LoraOptions& lora, Prompts prompts);

}  // namespace drp::train
