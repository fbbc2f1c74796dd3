// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "model_files/gguf_file.h"

namespace drp::llm {

// Throws Error{kModel} that names the adapter file unless it is a LoRA adapter whose every tensor
// pair fits a tensor of the base model.
void check_adapter(const model_files::GgufFile& adapter, const model_files::GgufFile& base);

}  // namespace drp::llm
