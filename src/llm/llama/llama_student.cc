// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_student.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/memory.h"
#include "base/pool.h"
#include "llm/llama/adapter_check.h"
#include "llm/llama/adapter_stack.h"
#include "llm/llama/llama_chat.h"
#include "llm/llama/llama_library.h"
#include "llm/llama/llama_scorer.h"
#include "llm/llama/llama_tokenizer.h"
#include "llm/llama/model_loading.h"
#include "llm/llama/temporary_file.h"
#include "llm/llama/weight_form.h"
#include "model_files/gguf_file.h"

namespace drp::llm {
namespace {

// Responses a worker draws at once where memory allows: the more rows in a product, the better it
// uses the processor, up to some fifty.
constexpr int kSlots = 48;
// What a worker must at least have room for: so many slots at this length, and its work buffers.
constexpr std::size_t kWorkerSlots = 16;
constexpr std::size_t kWorkerSlotTokens = 1024;
constexpr std::size_t kWorkerBufferBytes = std::size_t{384} << 20U;

// One worker a core where memory allows, one in all for a GPU. With some sixteen responses a pass
// the arithmetic outweighs reading the weights, whatever the model's size, so it does not matter
// that each worker reads them for itself.
int choose_workers(const llama_model* model, const LlamaOptions& options, int threads) {
  if (options.workers > 0) return std::min(options.workers, threads);
  if (options.gpu_layers != 0 && runs_on_gpu()) return 1;
  const std::size_t worker_bytes =
      cache_bytes_per_token(model) * kWorkerSlots * kWorkerSlotTokens + kWorkerBufferBytes;
  const std::size_t fit = available_memory_bytes() / 2 / worker_bytes;
  return static_cast<int>(std::clamp<std::size_t>(fit, 1, static_cast<std::size_t>(threads)));
}

LlamaLayout make_layout(const llama_model* model, const LlamaOptions& options) {
  LlamaLayout layout;
  const int threads = options.threads > 0 ? options.threads : available_cores();
  layout.workers = choose_workers(model, options, threads);
  layout.threads = std::max(1, threads / layout.workers);
  layout.slots = options.slots > 0 ? std::min(options.slots, 256) : kSlots;
  const int trained = llama_model_n_ctx_train(model);
  layout.context_tokens =
      options.context_tokens > 0 ? std::min(options.context_tokens, trained) : trained;
  // A recurrent state cannot be cut back to a shared prompt.
  layout.share_prompts =
      options.share_prompts && !llama_model_is_recurrent(model) && !llama_model_is_hybrid(model);
  return layout;
}

// Stages that only count or render tokens ask for the tokenizer alone; the weights come into memory
// with the first chat or scorer.
class LlamaStudent final : public Student {
 public:
  LlamaStudent(const std::filesystem::path& path, const LlamaOptions& options)
      : file_(path),
        options_(options),
        vocabulary_((check_model_file(file_), load_model(file_, 0, true))) {
    tokenizer_ = std::make_unique<LlamaTokenizer>(vocabulary_.get(), file_);
  }

  const Tokenizer& tokenizer() const override { return *tokenizer_; }
  std::unique_ptr<ChatModel> chat(Adapters adapters) override {
    const LlamaVariant with = variant(adapters);
    return std::make_unique<LlamaChat>(with, layout_);
  }
  std::unique_ptr<Scorer> scorer(Adapters adapters) override {
    const LlamaVariant with = variant(adapters);
    return std::make_unique<LlamaScorer>(with, layout_);
  }

 private:
  LlamaVariant variant(Adapters adapters) {
    if (model_sha256_.empty()) model_sha256_ = sha256_file(file_.path().string());
    std::string content;
    for (const std::filesystem::path& path : adapters) content += "+" + sha256_file(path.string());
    auto found = variants_.find(content);
    if (found == variants_.end()) found = variants_.emplace(content, make_variant(adapters)).first;
    LlamaVariant variant = found->second;
    variant.tokenizer = tokenizer_.get();
    variant.identity = "llama.cpp:" + model_sha256_ + content;
    if (layout_.slots == 0) layout_ = make_layout(variant.model, options_);
    return variant;
  }

  // Model and adapter alone.
  LlamaVariant make_variant(Adapters adapters) {
    LlamaVariant variant;
    for (const std::filesystem::path& path : adapters) {
      check_adapter(model_files::GgufFile(path), file_);
    }
    const bool as_stored = adapters.empty() && is_half(file_);
    if (!as_stored && weight_form() == WeightForm::kHalf) {
      if (ModelHandle model = load_half_model(file_, adapters)) {
        variant.model = model.get();
        merged_.push_back(std::move(model));
        return variant;
      }
    }
    if (!model_) model_ = load_model(file_, options_.gpu_layers, false);
    variant.model = model_.get();
    if (!adapters.empty()) variant.adapter = load_adapters(adapters);
    return variant;
  }

  WeightForm weight_form() {
    if (options_.gpu_layers != 0 && runs_on_gpu()) return WeightForm::kStored;
    // Once: base and tuned student are compared, so both are rounded alike.
    if (options_.weights == WeightForm::kAuto) options_.weights = choose_weight_form(file_);
    return options_.weights;
  }

  llama_adapter_lora* load_adapters(Adapters paths) {
    std::vector<model_files::GgufFile> files;
    std::vector<const model_files::GgufFile*> pointers;
    files.reserve(paths.size());
    for (const std::filesystem::path& path : paths) pointers.push_back(&files.emplace_back(path));
    const std::string bytes = stack_adapters(pointers);
    const TemporaryFile file = write_temporary([&bytes](const auto& sink) { sink(bytes); });
    if (!file) {
      throw Error(ErrorKind::kIo, "no temporary file for the stacked adapters can be written",
                  "free space in the folder for temporary files");
    }
    clear_llama_log();
    llama_adapter_lora* loaded = llama_adapter_lora_init_from_file_ptr(model_.get(), file.get());
    if (loaded == nullptr) {
      files.back().fail("cannot be loaded as an adapter: " + last_llama_error(),
                        "use an adapter that was trained on this model");
    }
    return loaded;
  }

  model_files::GgufFile file_;
  LlamaOptions options_;
  ModelHandle vocabulary_;
  ModelHandle model_;                // as stored; null until something is to be computed with it
  std::vector<ModelHandle> merged_;  // in half precision, one for each set of adapters
  std::unique_ptr<LlamaTokenizer> tokenizer_;
  LlamaLayout layout_{.slots = 0};                // chosen with the first model
  std::map<std::string, LlamaVariant> variants_;  // by the adapters' content
  std::string model_sha256_;
};

}  // namespace

std::unique_ptr<Student> load_llama_student(const std::filesystem::path& path,
                                            const LlamaOptions& options) {
  return std::make_unique<LlamaStudent>(path, options);
}

}  // namespace drp::llm
