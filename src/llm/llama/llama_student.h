// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "llm/student.h"

namespace drp::llm {

// What the weights are multiplied in: as the file stores them, with adapters beside them, or in
// half precision with the adapters merged, which some processors do twice as fast (weight_form.h).
enum class WeightForm { kAuto, kStored, kHalf };

// How a local model is run. 0 lets the engine choose from the model and the machine.
struct LlamaOptions {
  int threads = 0;         // in all; 0: available_cores()
  int workers = 0;         // independent contexts that share the weights, each on threads/workers
  int slots = 0;           // responses drawn at once by one worker
  int context_tokens = 0;  // most tokens of prompt and response; 0: as trained
  int gpu_layers = -1;     // layers on a GPU where llama.cpp has one; -1: all
  bool share_prompts = true;
  // kAuto follows from model and processor; never kHalf on a GPU. kHalf falls back to kStored where
  // the model cannot be had so.
  WeightForm weights = WeightForm::kAuto;
};

// Opens a GGUF model for generation, scoring and tokenization through llama.cpp. Throws
// Error{kIo} when the file cannot be read and Error{kModel} when it is no GGUF model, is cut short,
// or is of an architecture that llama.cpp does not run. Prints nothing.
// The weights are loaded with the first chat or scorer; the tokenizer needs the vocabulary only.
//
// Generation is continuous batching: a response that ends gives its slot to the next request at
// once, a new prompt is read in the same pass that decodes the others, and a prompt that another
// slot has read already is copied rather than read again. The work is split over `workers`
// contexts that share nothing but the weights, by default one a core: ggml's threads meet at a
// spinning barrier after each operation, some thousand times a token with adapters, which costs
// more than it gains and stalls when another process takes a core. Workers of one thread need no
// barrier, so they keep their fair share of a busy machine.
//
// Sampling: the logits are divided by the temperature, then top_k, top_p and min_p apply in this
// order. The draw depends on the request's seed and its own logits alone; the logits' last bits
// depend on what shares the batch.
std::unique_ptr<Student> load_llama_student(const std::filesystem::path& path,
                                            const LlamaOptions& options = {});

}  // namespace drp::llm
