// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "records/training_row.h"

namespace drp::train {

// Rows laid end to end for one pass. The model never looks across a segment's border and counts
// positions from its start, so a row's loss does not depend on its neighbours.
//
// Rows of one prompt may share it: the prompt without its last token is a segment, and each row
// goes on from there in a segment of its own, which sees the prompt and itself and none of the
// other rows. (The last token of the prompt predicts another token in each row, so each row has
// it.)
struct PackedBatch {
  std::vector<std::int32_t> tokens;
  std::vector<std::int64_t> starts;  // of each segment, then tokens.size()
  // Of each segment the one that its row begins with, or -1: a row of its own, or a shared prompt.
  // The segments that go on from a prompt follow it directly.
  std::vector<std::int64_t> prompts;
  // The token to predict at each place, or -1 where nothing is supervised.
  std::vector<std::int32_t> labels;

  std::size_t segments() const { return prompts.size(); }
  std::int64_t length(std::size_t segment) const { return starts[segment + 1] - starts[segment]; }
  // Of the segment's first token in its row.
  std::int64_t position(std::size_t segment) const {
    return prompts[segment] < 0 ? 0 : length(static_cast<std::size_t>(prompts[segment]));
  }
  std::int64_t supervised() const;
};

// Whether rows of the same prompt ids share it within a pass, or hold one each.
enum class Prompts { kApart, kShared };

// A row enters without its last token, which is only predicted.
std::int64_t packed_tokens(const TrainingRow& row);
// With kShared, rows of one prompt share it where they stand side by side in `chosen`.
PackedBatch pack(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen,
                 Prompts prompts = Prompts::kApart);

// Indices of rows for one pass.
using Bin = std::vector<std::size_t>;

// For each of the chosen rows the first in `chosen` with the same prompt, as a place in `chosen`;
// with kApart, or where a prompt is too short to share, the row's own.
std::vector<std::size_t> first_of_prompt(std::span<const TrainingRow> rows,
                                         std::span<const std::size_t> chosen, Prompts prompts);

// Puts the chosen rows into bins of at most `budget_tokens` (a longer row gets a bin alone): first
// fit, longest first, ties by index. Each row lands in exactly one bin. With kShared, rows of one
// prompt stay together, side by side, as long as the budget holds them.
std::vector<Bin> make_bins(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen,
                           std::int64_t budget_tokens, Prompts prompts = Prompts::kApart);

}  // namespace drp::train
