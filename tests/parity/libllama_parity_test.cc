// SPDX-License-Identifier: Apache-2.0
// Logits of libllama beside the trainer's on the real student, and beside transformers' on the tiny
// models of dumps/.
#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "llm/llama/llama_context.h"
#include "llm/llama/llama_library.h"
#include "model_files/adapter.h"
#include "model_files/merge.h"
#include "model_files/safetensors.h"
#include "train/torch/decoder.h"
#include "train/torch/weights.h"
#include "train/weight_layout.h"

namespace drp {
namespace {

// <|im_start|>user ... as the student's own template renders a question and a short answer.
constexpr std::int32_t kIds[] = {1,    4093, 198, 2020, 800,  7225, 536,  1296,  5046, 457,
                                 47,   2,    198, 1,    520,  9531, 198,  10313, 2767, 553,
                                 1876, 7225, 28,  588,  1296, 5046, 457,  216,   35,   1672,
                                 216,  36,   446, 216,  33,   34,   7225, 30,    2};

// Log-probabilities [tokens, vocabulary] in fp64.
at::Tensor libllama_log_probabilities(const std::filesystem::path& file) {
  llm::start_llama_library();
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  const llm::ModelHandle model(llama_model_load_from_file(file.c_str(), params));
  llm::ContextPlan plan;
  plan.model = model.get();
  plan.sequence_tokens = 64;
  plan.batch_tokens = 64;
  plan.outputs = static_cast<int>(std::size(kIds));
  llm::LlamaContext context(plan);
  int position = 0;
  for (const std::int32_t id : kIds) context.add(id, position++, 0, true);
  EXPECT_TRUE(context.decode());
  std::vector<at::Tensor> rows;
  for (int row = 0; row < position; ++row) {
    const std::span<const float> logits = context.logits(row);
    rows.push_back(at::from_blob(const_cast<float*>(logits.data()),
                                 {static_cast<std::int64_t>(logits.size())}, at::kFloat)
                       .to(at::kDouble));
  }
  return at::log_softmax(at::stack(rows), 1);
}

at::Tensor our_log_probabilities(const std::filesystem::path& file) {
  const auto shape = read_model_shape(model_files::GgufFile(file));
  train::EngineConfig config{.model = file};
  config.layout = train::make_layout(
      shape, train::LoraOptions{.rank = 1, .targets = {model_files::Linear::kQuery}});
  config.row_tokens = 64;
  const train::DecoderWeights weights = train::load_weights(config, at::kFloat);
  train::PackedBatch batch;
  batch.tokens.assign(std::begin(kIds), std::end(kIds));
  batch.starts = {0, static_cast<std::int64_t>(std::size(kIds))};
  batch.prompts = {-1};
  batch.labels.assign(std::size(kIds), 0);  // every place's logits
  return at::log_softmax(train::DecoderPass(weights, batch, {}).logits().to(at::kDouble), 1);
}

double divergence(const at::Tensor& p, const at::Tensor& q) {
  return (p.exp() * (p - q)).sum(1).mean().item<double>();
}

struct Agreement {
  double divergence = 0;  // mean over places, nats
  double same_best = 0;   // share of places
};

Agreement compare(const std::filesystem::path& file) {
  const c10::InferenceMode no_autograd;
  const at::Tensor theirs = libllama_log_probabilities(file);
  const at::Tensor ours = our_log_probabilities(file);
  EXPECT_EQ(theirs.sizes(), ours.sizes());
  const at::Tensor same = at::eq(theirs.argmax(1), ours.argmax(1)).to(at::kDouble);
  return {divergence(theirs, ours), same.mean().item<double>()};
}

class LibllamaParity : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(DRP_DEMO_MODEL)) {
      GTEST_SKIP() << "no " << DRP_DEMO_MODEL << ": run scripts/bootstrap";
    }
  }
};

// On quantised weights libllama rounds activations to 8 bits before each product, we do not.
TEST_F(LibllamaParity, P49LogitsOfTheStudentAgree) {
  const Agreement found = compare(DRP_DEMO_MODEL);
  RecordProperty("kl", std::to_string(found.divergence));
  EXPECT_LT(found.divergence, 4e-3);
  EXPECT_GT(found.same_best, 0.9);
}

// The same weights as f16, which libllama multiplies without that rounding.
TEST_F(LibllamaParity, P49LogitsOfTheStudentAsF16Agree) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / "libllama_parity_f16.gguf";
  {
    const model_files::GgufFile student(DRP_DEMO_MODEL);
    const auto layout = train::make_weight_layout(student, read_model_shape(student));
    train::write_weights(file, student, layout, train::read_weights(student, layout, {}),
                         model_files::FloatType::kF16);
  }
  const Agreement found = compare(file);
  std::filesystem::remove(file);
  RecordProperty("kl", std::to_string(found.divergence));
  EXPECT_LT(found.divergence, 1e-4);
  EXPECT_GT(found.same_best, 0.97);
}

// Tiny random models of each architecture with the adapter that the dump starts from, merged: what
// transformers and PEFT gave for its rows, libllama gives from our GGUF. Its cache is F16.
class TinyModelParity : public testing::TestWithParam<const char*> {
 protected:
  static at::Tensor row_of(const model_files::SafetensorsFile& dump, const std::string& name) {
    const model_files::NamedArray* found = dump.find(name);
    return found == nullptr ? at::Tensor() : at::tensor(found->values);
  }
  // The dump's model with its adapter, and dummy tokens: it has no vocabulary.
  static void write_model(const std::filesystem::path& dump, const std::filesystem::path& path) {
    const model_files::GgufFile base(dump / "model.gguf");
    const model_files::ModelShape shape = read_model_shape(base);
    const std::vector<model_files::LoraAdapter> adapters = {
        model_files::read_peft_folder(dump / "start", shape)};
    const model_files::MergedWeights weights(base, adapters);
    model_files::GgufWriter writer = merged_gguf(weights, nullptr);
    writer.add_text("tokenizer.ggml.model", "none");
    writer.add_u32(shape.architecture + ".vocab_size",
                   static_cast<std::uint32_t>(shape.vocabulary));
    writer.write(path);
  }
};

TEST_P(TinyModelParity, P49LogitsOfLibllamaEqualTransformers) {
  const std::filesystem::path dump =
      std::filesystem::path(DRP_SOURCE_DIR) / "tests/parity/dumps" / GetParam();
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("tiny_parity_" + std::string(GetParam()));
  write_model(dump, file);
  const auto reference = model_files::read_safetensors(dump / "reference.safetensors");
  llm::start_llama_library();
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = 0;
  const llm::ModelHandle model(llama_model_load_from_file(file.c_str(), params));
  ASSERT_NE(model, nullptr);
  std::vector<at::Tensor> rows;
  for (int i = 0;; ++i) {
    const at::Tensor prompt = row_of(reference, "prompt." + std::to_string(i));
    if (!prompt.defined()) break;
    const at::Tensor ids =
        at::cat({prompt, row_of(reference, "response." + std::to_string(i))}).to(at::kInt);
    llm::ContextPlan plan;
    plan.model = model.get();
    plan.sequence_tokens = plan.batch_tokens = plan.outputs = 1024;
    llm::LlamaContext context(plan);
    const int length = static_cast<int>(ids.numel());
    std::vector<int> wanted;
    for (int at = 0; at < length; ++at) {
      const int row = context.add(ids[at].item<int>(), at, 0, true);
      if (at + 1 >= prompt.numel() && at + 1 < length) wanted.push_back(row);
    }
    ASSERT_TRUE(context.decode());
    for (const int row : wanted) {
      const std::span<const float> logits = context.logits(row);
      rows.push_back(at::tensor(std::vector<float>(logits.begin(), logits.end())));
    }
  }
  std::filesystem::remove(file);
  const at::Tensor ours = at::stack(rows).to(at::kDouble);
  const at::Tensor theirs = row_of(reference, "logits").view(ours.sizes()).to(at::kDouble);
  const double apart = ((ours - theirs).norm() / theirs.norm()).item<double>();
  const double kl = divergence(at::log_softmax(theirs, 1), at::log_softmax(ours, 1));
  RecordProperty("relative", std::to_string(apart));
  RecordProperty("kl", std::to_string(kl));
  EXPECT_LT(apart, 3e-3);
  EXPECT_LT(kl, 1e-4);
}
INSTANTIATE_TEST_SUITE_P(Models, TinyModelParity,
                         testing::Values("llama", "qwen2", "qwen3", "gemma3"),
                         [](const auto& name) { return std::string(name.param); });

}  // namespace
}  // namespace drp
