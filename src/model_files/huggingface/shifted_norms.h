// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model_files/gguf_file.h"
#include "model_files/gguf_writer.h"

namespace drp::model_files {

// Gemma multiplies by 1 + w where Hugging Face keeps w; GGUF keeps 1 + w as fp32, which cannot hold
// every such sum. Where a w would not come back, the tensor's own values are kept as a key
// "drp.hf.TENSOR" beside it, which llama.cpp passes over.

// w + offset of each value.
std::vector<float> shifted(std::span<const float> values, double offset);
// Adds that key where it is needed.
void keep_unshifted(GgufWriter& writer, const std::string& tensor, std::span<const float> values,
                    double offset);
// The values before shifted(): those kept, as far as the tensor still holds what they make.
std::vector<float> unshifted(const GgufFile& file, const GgufTensor& tensor, double offset);

}  // namespace drp::model_files
