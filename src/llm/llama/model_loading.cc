// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/model_loading.h"

#include <exception>
#include <string>
#include <vector>

#include "base/error.h"
#include "llm/llama/temporary_file.h"
#include "model_files/merge.h"

namespace drp::llm {
namespace {

void check_decoder(const model_files::GgufFile& file, const llama_model* model) {
  if (!llama_model_has_encoder(model) && llama_model_has_decoder(model)) return;
  file.fail("has architecture '" + std::string(file.text("general.architecture").value_or("")) +
                "', which is no plain decoder",
            "use a causal language model");
}

}  // namespace

void check_model_file(const model_files::GgufFile& file) {
  const std::string type(file.text("general.type").value_or("model"));
  if (type != "model") {
    file.fail("holds a GGUF " + type + ", not a model", "give a model here and adapters apart");
  }
  if (!file.text("general.architecture")) {
    file.fail("names no general.architecture", "download or convert the model again");
  }
  if (!file.text("tokenizer.ggml.model") || file.text_list("tokenizer.ggml.tokens").empty()) {
    file.fail("holds no tokenizer", "convert the model again, with its tokenizer");
  }
}

ModelHandle load_model(const model_files::GgufFile& file, int gpu_layers, bool vocabulary_only) {
  start_llama_library();
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = gpu_layers;
  params.vocab_only = vocabulary_only;
  clear_llama_log();
  ModelHandle model;
  try {
    model.reset(llama_model_load_from_file(file.path().string().c_str(), params));
  } catch (const std::exception& error) {
    file.fail(std::string("cannot be loaded by llama.cpp: ") + error.what());
  }
  if (!model) {
    const std::string reason = last_llama_error();
    file.fail("cannot be loaded by llama.cpp" + (reason.empty() ? "" : ": " + reason),
              "check that llama.cpp supports architecture '" +
                  std::string(file.text("general.architecture").value_or("")) + "'");
  }
  check_decoder(file, model.get());
  return model;
}

ModelHandle load_half_model(const model_files::GgufFile& file,
                            std::span<const std::filesystem::path> adapters) {
  start_llama_library();
  TemporaryFile merged(nullptr, &std::fclose);
  try {
    std::vector<model_files::LoraAdapter> read;
    if (!adapters.empty()) {
      const model_files::ModelShape shape = model_files::read_model_shape(file);
      for (const auto& path : adapters) read.push_back(model_files::read_adapter(path, shape));
    }
    const model_files::MergedWeights weights(file, read);
    const model_files::GgufWriter writer =
        model_files::merged_gguf(weights, model_files::find_weight_type("f16"));
    merged = write_temporary([&writer](const auto& sink) { writer.write(sink); });
  } catch (const Error&) {  // llama.cpp runs more models and adapters than model_files knows
    return nullptr;
  }
  if (!merged) return nullptr;
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  clear_llama_log();
  ModelHandle model(llama_model_load_from_file_ptr(merged.get(), params));
  if (model) check_decoder(file, model.get());
  return model;
}

}  // namespace drp::llm
