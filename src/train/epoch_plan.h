// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/packing.h"

namespace drp::train {

struct EpochOptions {
  std::uint64_t seed = 0;
  std::int64_t batch_rows = 8;
  std::int64_t budget_tokens = 4096;
  Prompts prompts = Prompts::kApart;
};

// One epoch: the rows shuffled by (seed, epoch), cut into steps of `batch_rows`, each packed into
// bins. The order depends on nothing else, so any epoch can be entered anew.
//
// With kShared, the rows of one prompt come together, where one of them stood: in one step, unless
// they are more than a step holds or nothing else fills it. Each step but the last has
// `batch_rows` rows in either case, and where no prompt comes twice the order is the same.
std::vector<std::vector<Bin>> plan_epoch(std::span<const TrainingRow> rows, std::int64_t epoch,
                                         const EpochOptions& options);

}  // namespace drp::train
