// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_context.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"

namespace drp::llm {
namespace {

std::string metadata(const llama_model* model, const std::string& key) {
  std::string value(64, '\0');
  const std::int32_t size =
      llama_model_meta_val_str(model, key.c_str(), value.data(), value.size());
  if (size < 0) return {};
  value.resize(std::min(value.size() - 1, static_cast<std::size_t>(size)));
  return value;
}

constexpr int kPlainAttentionTokensMax = 8192;

bool should_abort(void* flag) {
  return static_cast<const std::atomic<bool>*>(flag)->load(std::memory_order_relaxed);
}

}  // namespace

std::size_t cache_bytes_per_token(const llama_model* model) {
  const std::string arch = metadata(model, "general.architecture");
  const auto heads = std::max(1, llama_model_n_head(model));
  const auto length = [&](const char* key) {
    const auto value = parse_int(metadata(model, arch + ".attention." + key));
    return value.value_or(llama_model_n_embd(model) / heads);
  };
  const std::int64_t values =
      llama_model_n_head_kv(model) * (length("key_length") + length("value_length"));
  return static_cast<std::size_t>(llama_model_n_layer(model) * values) * sizeof(ggml_fp16_t);
}

bool runs_on_gpu() {
  return llama_supports_gpu_offload() &&
         ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_GPU) != nullptr;
}

LlamaContext::LlamaContext(const ContextPlan& plan) {
  llama_context_params params = llama_context_default_params();
  params.n_seq_max = static_cast<std::uint32_t>(plan.sequences);
  params.n_ctx = static_cast<std::uint32_t>(plan.sequences * plan.sequence_tokens);
  params.n_batch = static_cast<std::uint32_t>(plan.batch_tokens);
  params.n_ubatch = params.n_batch;
  params.n_outputs_max = static_cast<std::uint32_t>(plan.outputs);
  params.n_threads = plan.threads;
  params.n_threads_batch = plan.threads;
  // Without a GPU the plain kernels draw half as many tokens again a second at a few hundred tokens
  // of context; from some length on their buffers get too large.
  params.flash_attn_type = runs_on_gpu() || plan.sequence_tokens > kPlainAttentionTokensMax
                               ? LLAMA_FLASH_ATTN_TYPE_AUTO
                               : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.kv_unified = false;  // each sequence attends over its own tokens, not over all
  params.swa_full = true;     // so that a cached prompt can be cut anywhere
  params.no_perf = true;
  if (plan.abort != nullptr) {
    params.abort_callback = should_abort;
    params.abort_callback_data = const_cast<std::atomic<bool>*>(plan.abort);
  }
  clear_llama_log();
  context_.reset(llama_init_from_model(plan.model, params));
  if (!context_) {
    throw Error(ErrorKind::kModel,
                "llama.cpp could not make a context of " + std::to_string(plan.sequences) + " x " +
                    std::to_string(plan.sequence_tokens) + " tokens: " + last_llama_error(),
                "lower the number of slots or the token limit, or free memory");
  }
  llama_adapter_lora* adapter = plan.adapter;
  float scale = 1;
  if (adapter != nullptr && llama_set_adapters_lora(context_.get(), &adapter, 1, &scale) != 0) {
    throw Error(ErrorKind::kModel, "llama.cpp could not apply the adapter: " + last_llama_error());
  }
  if (plan.threads > 1) {
    ggml_threadpool_params pool = ggml_threadpool_params_default(plan.threads);
    pool.poll = 0;
    pool_.reset(ggml_threadpool_new(&pool));
    if (pool_) llama_attach_threadpool(context_.get(), pool_.get(), pool_.get());
  }
  sequence_tokens_ = static_cast<int>(llama_n_ctx_seq(context_.get()));
  vocabulary_ = llama_vocab_n_tokens(llama_model_get_vocab(plan.model));
}

int LlamaContext::add(TokenId token, int position, int sequence, bool output) {
  DRP_CHECK(sequences_.empty() || sequences_.back() <= sequence, "sequences must ascend");
  DRP_CHECK(position < sequence_tokens_, "token outside the context");
  tokens_.push_back(token);
  positions_.push_back(position);
  sequences_.push_back(sequence);
  outputs_.push_back(output ? 1 : 0);
  return static_cast<int>(tokens_.size()) - 1;
}

bool LlamaContext::decode() {
  DRP_CHECK(!tokens_.empty(), "nothing to decode");
  std::vector<std::int32_t> counts(tokens_.size(), 1);
  std::vector<llama_seq_id*> pointers(tokens_.size());
  for (std::size_t i = 0; i < tokens_.size(); ++i) pointers[i] = &sequences_[i];
  llama_batch batch{};
  batch.n_tokens = static_cast<std::int32_t>(tokens_.size());
  batch.token = tokens_.data();
  batch.pos = positions_.data();
  batch.n_seq_id = counts.data();
  batch.seq_id = pointers.data();
  batch.logits = outputs_.data();
  clear_llama_log();
  const std::int32_t code = llama_decode(context_.get(), batch);
  tokens_.clear();
  positions_.clear();
  sequences_.clear();
  outputs_.clear();
  if (code == 2) return false;
  if (code != 0) {
    throw Error(ErrorKind::kModel, "llama.cpp failed to decode (code " + std::to_string(code) +
                                       "): " + last_llama_error());
  }
  return true;
}

std::span<const float> LlamaContext::logits(int row) const {
  const float* values = llama_get_logits_ith(context_.get(), row);
  DRP_CHECK(values != nullptr, "logits of a row that is no output");
  return {values, static_cast<std::size_t>(vocabulary_)};
}

void LlamaContext::copy_sequence(int from, int to, int tokens) {
  llama_memory_t memory = llama_get_memory(context_.get());
  llama_memory_seq_rm(memory, to, -1, -1);
  // Between separate streams llama.cpp copies whole sequences only.
  llama_memory_seq_cp(memory, from, to, -1, -1);
  llama_memory_seq_rm(memory, to, tokens, -1);
}

bool LlamaContext::cut_sequence(int sequence, int tokens) {
  llama_memory_t memory = llama_get_memory(context_.get());
  if (tokens > 0 && llama_memory_seq_rm(memory, sequence, tokens, -1)) return true;
  llama_memory_seq_rm(memory, sequence, -1, -1);
  return tokens == 0;
}

}  // namespace drp::llm
