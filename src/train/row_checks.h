// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "model_files/gguf_file.h"
#include "model_files/model_shape.h"
#include "records/training_row.h"

namespace drp::train {

// Throws Error{kData} naming the row for an empty prompt or response or a token id outside the
// vocabulary.
void check_rows(std::span<const TrainingRow> rows, std::int64_t vocabulary);

// Throws Error{kData} naming the row for a supervised id that only pads the model's vocabulary
// (GGUF token type "unused"). `types` of each token, or empty where the model file tells none.
void check_unused(std::span<const TrainingRow> rows, std::span<const std::int64_t> types);

// A warning where the head's row for this token looks untrained: a frozen head can then never learn
// to say it. Compares its norm with those of rows spread over the vocabulary.
std::optional<std::string> untrained_token(const model_files::GgufFile& file,
                                           const model_files::ModelShape& shape, std::int32_t id);

}  // namespace drp::train
