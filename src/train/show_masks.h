// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "records/training_row.h"

namespace drp::train {

// The text of some tokens, control tokens included.
using Decode = std::function<std::string(std::span<const std::int32_t> ids)>;

// A row as the trainer sees it, for people: a line of counts, then its text with each supervised
// run between ⟦ and ⟧ and a │ between its tokens. What is marked is what has a label in the packed
// batch, so a mask that were off by one would show.
std::string show_masks(const TrainingRow& row, const Decode& decode);

}  // namespace drp::train
