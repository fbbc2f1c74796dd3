// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <span>

#include "llm/llama/llama_library.h"
#include "model_files/gguf_file.h"

namespace drp::llm {

// Throws Error{kModel} where the file is no model with a tokenizer.
void check_model_file(const model_files::GgufFile& file);

// The model as the file stores it. Throws Error{kModel} where llama.cpp cannot load it or it is no
// plain decoder.
ModelHandle load_model(const model_files::GgufFile& file, int gpu_layers, bool vocabulary_only);

// The model with every matrix in half precision (F16) and the adapters added to the weights, which
// is what a processor multiplies fastest where it has no instructions for the stored type. Goes
// through a temporary file, gone when the model is. Null, with nothing to tell the user, where that
// cannot be had: an architecture or adapter that model_files does not know, a weight beyond F16's
// range, no room for the file. The caller then takes the stored form.
ModelHandle load_half_model(const model_files::GgufFile& file,
                            std::span<const std::filesystem::path> adapters);

}  // namespace drp::llm
