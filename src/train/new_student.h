// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>

#include "train/bpe_trainer.h"

namespace drp::train {

// The size of a model that is to be trained from nothing.
struct NewStudent {
  std::int64_t layers = 4;
  std::int64_t width = 192;         // of the residual stream
  std::int64_t feed_forward = 512;  // inner width of the gated MLP
  std::int64_t heads = 6;
  std::int64_t key_value_heads = 6;
  std::int64_t context_tokens = 1024;
  std::uint64_t seed = 1;
};

// Control tokens that every new student has before its BPE pieces.
inline constexpr std::int64_t kNewStudentControls = 3;

// The text that stands around a question and its response in a new student's template, so that the
// vocabulary can learn from what the model will read.
std::string rendered_turns(std::string_view question, std::string_view response);

// Writes a model of the llama architecture as GGUF: random weights (normal, what is added to the
// residual stream scaled down by the depth), the head tied to the embedding, the vocabulary, and
// the ChatML template, whose end of turn ends a response. Throws Error{kConfig} where the sizes do
// not fit each other, Error{kIo}.
void write_new_student(const std::filesystem::path& path, const BpeVocabulary& vocabulary,
                       const NewStudent& student);

}  // namespace drp::train
