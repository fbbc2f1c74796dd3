// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "train/packing.h"

namespace drp::train {

// The rows of a pass dealt into at most `parts` batches of about equal size, none of them empty:
// the longest first, each to the batch that is shortest so far. Rows that share a prompt are dealt
// as one; then rows go from the longest batch to others, with a copy of the prompt, where that
// makes the longest shorter by half at least of what the copies add.
std::vector<PackedBatch> split(const PackedBatch& batch, std::size_t parts);

// What bounds the number of threads that take rows of their own.
struct ShareLimits {
  std::size_t threads = 1;
  std::size_t trained_values = 0;  // every share but the first has a gradient of this size
  std::size_t part_tokens = 1;     // fewest tokens of a share; smaller products run slowly
};

// Into how many shares a pass of so many tokens is split, so that each thread takes one through the
// whole model without a barrier; threads left over help inside the operators.
std::size_t share_count(std::size_t tokens, const ShareLimits& limits);

}  // namespace drp::train
