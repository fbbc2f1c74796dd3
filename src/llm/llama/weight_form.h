// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "llm/llama/llama_student.h"
#include "model_files/gguf_file.h"

namespace drp::llm {

// Seconds that one thread takes for the product of a matrix [outputs, inputs], whose `bytes` are of
// this ggml type, and `columns` columns of fp32: the best of a few.
double seconds_of_product(std::string_view bytes, int ggml_type, std::int64_t inputs,
                          std::int64_t outputs, int columns);

// The form in which this machine's processor draws tokens faster, by measuring it: kStored or
// kHalf. `rank` is that of the adapters on the model, 0 for none; `columns` how many sequences a
// pass decodes. Half precision must be a fifth faster, and must fit: the copy takes 2 bytes a
// weight, at most a quarter of the memory that is free now and 2 GiB (it is made anew for each set
// of adapters, in seconds).
//
// Quantised types are fast where the processor has integer dot products (AVX512-VNNI, AVX-VNNI,
// ARM dotprod) and half as fast as F16 where it has not (AVX2). Adapters cost llama.cpp two small
// products beside each large one, which is a third of the time for small models; merged they are
// free.
WeightForm choose_weight_form(const model_files::GgufFile& model, std::int64_t rank, int columns);

}  // namespace drp::llm
