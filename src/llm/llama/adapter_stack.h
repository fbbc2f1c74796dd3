// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "model_files/gguf_file.h"

namespace drp::llm {

// The bytes of one GGUF LoRA that acts as these adapters applied together, each at its own scale:
// per matrix the A of all stand below each other and the B beside each other, s B A being a sum
// over ranks. llama.cpp runs four small operations a matrix and adapter for every token, so two
// adapters stacked cost hardly more than one. The adapters must have passed check_adapter().
std::string stack_adapters(std::span<const model_files::GgufFile* const> adapters);

}  // namespace drp::llm
