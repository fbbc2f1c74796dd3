// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "train/packing.h"

namespace drp::train {

// Rows of one prompt token, which leaves nothing to share, and 1 to `tokens_max` of the response.
inline std::vector<TrainingRow> random_rows(std::size_t count, std::int64_t tokens_max) {
  Random random(count);
  std::vector<TrainingRow> rows;
  for (std::size_t i = 0; i < count; ++i) {
    TrainingRow& row = rows.emplace_back();
    row.prompt_ids = {1};
    row.response_ids.assign(static_cast<std::size_t>(random.between(1, tokens_max)), 2);
  }
  return rows;
}

}  // namespace drp::train
