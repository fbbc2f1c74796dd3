// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "llm/llama/llama_student.h"
#include "model_files/gguf_file.h"

namespace drp::llm {

// The form in which this machine's processor draws tokens faster: kStored or kHalf. It follows from
// the type of the model's matrices and the processor's instructions, never from a measurement: the
// two forms round differently, and a run must give the same responses when it is made again.
//
// Quantised types are fast where the processor has integer dot products (AVX512-VNNI, AVX-VNNI,
// AMX, ARM dotprod) and half as fast as F16 where it has not (AVX2). Adapters cost llama.cpp two
// small products beside each large one, which is a third of the time for small models; merged into
// F16 they are free. F32 and BF16 stay as they are: who keeps these wants their digits.
//
// kHalf must fit: the copy takes 2 bytes a weight, at most a quarter of the memory that is free now
// and 2 GiB (it is made anew for each set of adapters, in seconds).
WeightForm choose_weight_form(const model_files::GgufFile& model);

// Whether the model's matrices are in half precision already.
bool is_half(const model_files::GgufFile& model);

}  // namespace drp::llm
