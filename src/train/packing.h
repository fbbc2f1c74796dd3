// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "records/training_row.h"

namespace drp::train {

// Rows laid end to end for one pass. The model never looks across a segment's border and counts
// positions from its start, so a row's loss does not depend on its neighbours.
struct PackedBatch {
  std::vector<std::int32_t> tokens;
  std::vector<std::int64_t> starts;  // of each segment, then tokens.size()
  // The token to predict at each place, or -1 where nothing is supervised.
  std::vector<std::int32_t> labels;

  std::int64_t supervised() const;
};

// A row enters without its last token, which is only predicted.
std::int64_t packed_tokens(const TrainingRow& row);
PackedBatch pack(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen);

// The segments dealt into at most `parts` batches of about equal size, none of them empty: the
// longest first, each to the batch that is shortest so far.
std::vector<PackedBatch> split(const PackedBatch& batch, std::size_t parts);

// Indices of rows for one pass.
using Bin = std::vector<std::size_t>;

// Puts the chosen rows into bins of at most `budget_tokens` (a longer row gets a bin alone): first
// fit, longest first, ties by index. Each row lands in exactly one bin.
std::vector<Bin> make_bins(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen,
                           std::int64_t budget_tokens);

// One epoch: the rows shuffled by (seed, epoch), cut into steps of `batch_rows`, each packed into
// bins. The order depends on nothing else, so any epoch can be entered anew.
struct EpochOptions {
  std::uint64_t seed = 0;
  std::int64_t batch_rows = 8;
  std::int64_t budget_tokens = 4096;
};
std::vector<std::vector<Bin>> plan_epoch(std::span<const TrainingRow> rows, std::int64_t epoch,
                                         const EpochOptions& options);

}  // namespace drp::train
