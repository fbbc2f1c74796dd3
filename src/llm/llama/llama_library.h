// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "llama.h"

namespace drp::llm {

// Starts llama.cpp once in the process and takes its log away from stderr.
void start_llama_library();

// Forgets the log lines of this thread.
void clear_llama_log();
// The last error line that llama.cpp logged in this thread since clear_llama_log(), without its
// function name; empty when there is none.
std::string last_llama_error();

struct LlamaFree {
  void operator()(llama_model* model) const noexcept { llama_model_free(model); }
  void operator()(llama_context* context) const noexcept { llama_free(context); }
  void operator()(ggml_threadpool* pool) const noexcept { ggml_threadpool_free(pool); }
};
using ModelHandle = std::unique_ptr<llama_model, LlamaFree>;
using ContextHandle = std::unique_ptr<llama_context, LlamaFree>;
using ThreadpoolHandle = std::unique_ptr<ggml_threadpool, LlamaFree>;

}  // namespace drp::llm
