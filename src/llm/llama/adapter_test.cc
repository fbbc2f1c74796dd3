// SPDX-License-Identifier: Apache-2.0
#include <ggml-cpu.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "llm/llama/adapter_check.h"
#include "llm/llama/adapter_stack.h"
#include "llm/llama/demo_student.h"
#include "llm/llama/weight_form.h"
#include "model_files/gguf_writer.h"

namespace drp::llm {
namespace {

using ::testing::HasSubstr;

// An adapter of random numbers for blk.0.attn_q of the demo's model (576 to 576).
struct TestAdapter {
  std::string type = "adapter";
  std::string architecture = "llama";
  std::string target = "blk.0.attn_q.weight";
  std::int64_t inputs = 576;
  std::int64_t rank_a = 4;
  std::int64_t rank_b = 4;
  std::int64_t outputs = 576;
  float alpha = 8;
  std::uint64_t seed = 1;
  bool with_b = true;
  std::string second_target;  // where not empty, with a pair of rank 2

  std::filesystem::path write(const std::string& name) const {
    model_files::GgufWriter writer;
    writer.add_text("general.type", type);
    writer.add_text("general.architecture", architecture);
    writer.add_text("adapter.type", "lora");
    writer.add_f32("adapter.lora.alpha", alpha);
    Random random(seed);
    const auto values = [&random](std::int64_t count) {
      std::vector<float> out(static_cast<std::size_t>(count));
      for (float& value : out) value = static_cast<float>(random.normal()) * 0.3F;
      return out;
    };
    writer.add_tensor(target + ".lora_a", {inputs, rank_a}, values(inputs * rank_a));
    if (with_b) writer.add_tensor(target + ".lora_b", {rank_b, outputs}, values(rank_b * outputs));
    if (!second_target.empty()) {
      writer.add_tensor(second_target + ".lora_a", {inputs, 2}, values(inputs * 2));
      writer.add_tensor(second_target + ".lora_b", {2, outputs}, values(2 * outputs));
    }
    const auto path = std::filesystem::path(::testing::TempDir()) / ("adapter_test_" + name);
    writer.write(path);
    return path;
  }
};

class AdapterTest : public DemoStudentTest {};

TEST_F(AdapterTest, RefusesAnAdapterOfAnotherModel) {
  struct Row {
    const char* words;
    std::function<void(TestAdapter&)> change;
  };
  const Row rows[] = {
      {"no GGUF LoRA adapter", [](TestAdapter& a) { a.type = "model"; }},
      {"architecture 'qwen2'", [](TestAdapter& a) { a.architecture = "qwen2"; }},
      {"which the base model lacks", [](TestAdapter& a) { a.target = "blk.99.attn_q.weight"; }},
      {"does not fit", [](TestAdapter& a) { a.inputs = 896; }},
      {"does not fit", [](TestAdapter& a) { a.outputs = 192; }},
      {"does not fit", [](TestAdapter& a) { a.rank_b = 2; }},
      {"lacks the other half", [](TestAdapter& a) { a.with_b = false; }},
      {"whose head is the same matrix",
       [](TestAdapter& a) {  // its A lies transposed
         a.target = "token_embd.weight";
         a.inputs = a.rank_b;
         a.rank_a = 49152;
       }},
  };
  for (const Row& row : rows) {
    TestAdapter adapter;
    row.change(adapter);
    const std::filesystem::path path = adapter.write("refused.gguf");
    try {
      student().chat(std::vector{path});
      FAIL() << row.words;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
      EXPECT_THAT(error.message(), HasSubstr(row.words));
      EXPECT_THAT(error.message(), HasSubstr("refused.gguf"));
    }
  }
  const std::filesystem::path model = DRP_DEMO_MODEL;
  EXPECT_THROW(student().chat(std::vector{model}), Error);
  const std::filesystem::path missing = "no/such/adapter.gguf";
  EXPECT_THROW(student().scorer(std::vector{missing}), Error);
}

TEST_F(AdapterTest, SwitchesWithoutReloadingTheModel) {
  const std::filesystem::path path = TestAdapter{}.write("switch.gguf");
  const ScoreRequest text{{1, 4093, 198, 57}, {253, 1240, 1597, 28}};
  const auto score = [&](Student::Adapters adapters) {
    return student().scorer(adapters)->score(std::vector<ScoreRequest>{text}, {})[0];
  };
  const std::vector<float> base = score({});
  const std::vector<float> tuned = score(std::vector{path});
  EXPECT_NE(base, tuned);
  EXPECT_EQ(base, score({}));
  EXPECT_EQ(tuned, score(std::vector{path}));
  EXPECT_NE(student().chat({})->identity(), student().chat(std::vector{path})->identity());
}

// In either form of the weights an adapter says the same: merged and rounded once to half
// precision, or beside the stored weights (whose activations llama.cpp rounds to 8 bits, hence the
// width).
TEST_F(AdapterTest, BothFormsOfTheWeightsAgree) {
  constexpr float kRounding = 0.35F;  // of the least likely token
  const auto load = [](WeightForm form) {
    return load_llama_student(DRP_DEMO_MODEL, {.weights = form});
  };
  const auto stored = load(WeightForm::kStored);
  const auto half = load(WeightForm::kHalf);
  const ScoreRequest text{{1, 4093, 198, 57}, {253, 1240, 1597, 28, 260, 1197, 30}};
  const auto score = [&](Student& student, Student::Adapters adapters) {
    return student.scorer(adapters)->score(std::vector<ScoreRequest>{text}, {})[0];
  };
  const auto furthest = [](const std::vector<float>& a, const std::vector<float>& b) {
    float most = 0;
    for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
  };
  TestAdapter small;
  small.alpha = 16;
  const std::vector<std::filesystem::path> one = {small.write("form.gguf")};
  small.seed = 2;
  small.target = "blk.7.attn_q.weight";
  const std::vector<std::filesystem::path> two = {one[0], small.write("form_two.gguf")};
  const std::vector<float> base = score(*half, {});
  EXPECT_NE(base, score(*stored, {}));
  EXPECT_LT(furthest(base, score(*stored, {})), kRounding);
  for (const auto& adapters : {one, two}) {
    const std::vector<float> tuned = score(*half, adapters);
    EXPECT_GT(furthest(tuned, base), 0.3);
    EXPECT_LT(furthest(tuned, score(*stored, adapters)), kRounding);
    EXPECT_EQ(half->chat(adapters)->identity(), stored->chat(adapters)->identity());
  }
  EXPECT_EQ(base, score(*half, {}));
}

// What only llama.cpp can apply stays beside the stored weights, whatever was asked for.
TEST_F(AdapterTest, AnAdapterThatCannotBeMergedIsAppliedAllTheSame) {
  TestAdapter mixed;  // ranks 4 and 2
  mixed.second_target = "blk.1.attn_q.weight";
  const std::vector<std::filesystem::path> adapters = {mixed.write("mixed.gguf")};
  const ScoreRequest text{{1, 4093, 198, 57}, {253, 1240, 1597, 28}};
  const auto score = [&](WeightForm form) {
    const auto student = load_llama_student(DRP_DEMO_MODEL, {.weights = form});
    return student->scorer(adapters)->score(std::vector<ScoreRequest>{text}, {})[0];
  };
  const auto base = load_llama_student(DRP_DEMO_MODEL, {.weights = WeightForm::kStored});
  EXPECT_NE(base->scorer({})->score(std::vector<ScoreRequest>{text}, {})[0],
            score(WeightForm::kStored));
  EXPECT_EQ(score(WeightForm::kHalf), score(WeightForm::kStored));
}

// It decides how responses are rounded, so it must be the same each time.
TEST_F(AdapterTest, TheFormOfTheWeightsFollowsFromTypeAndProcessor) {
  const bool dot_products = ggml_cpu_has_avx512_vnni() != 0 || ggml_cpu_has_avx_vnni() != 0 ||
                            ggml_cpu_has_amx_int8() != 0 || ggml_cpu_has_dotprod() != 0;
  const model_files::GgufFile quantised(DRP_DEMO_MODEL);
  EXPECT_FALSE(is_half(quantised));
  EXPECT_EQ(choose_weight_form(quantised), dot_products ? WeightForm::kStored : WeightForm::kHalf);
  const model_files::GgufFile half(std::filesystem::path(DRP_SOURCE_DIR) /
                                   "examples/tiny-reasoner/model.gguf");
  EXPECT_TRUE(is_half(half));
  EXPECT_EQ(choose_weight_form(half), WeightForm::kHalf);
}

// Rows of the stacked pair times columns are the sum of both deltas.
TEST_F(AdapterTest, AStackIsTheSumOfItsAdapters) {
  TestAdapter first;
  TestAdapter second;
  second.rank_a = second.rank_b = 2;
  second.alpha = 0;  // llama.cpp takes that for scale 1
  second.seed = 2;
  const model_files::GgufFile one(first.write("one.gguf"));
  const model_files::GgufFile two(second.write("two.gguf"));
  const model_files::GgufFile* both[] = {&one, &two};
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "stack.gguf";
  write_file_atomic(path, stack_adapters(both));
  const model_files::GgufFile stack(path);
  EXPECT_NO_THROW(check_adapter(stack, model_files::GgufFile(DRP_DEMO_MODEL)));
  const auto delta = [](const model_files::GgufFile& file, double scale, std::size_t out,
                        std::size_t in) {
    const auto& a = file.tensor("blk.0.attn_q.weight.lora_a");
    const auto& b = file.tensor("blk.0.attn_q.weight.lora_b");
    const auto rank = static_cast<std::size_t>(a.dims[1]);
    const std::vector<float> rows = file.read(a);
    const std::vector<float> columns = file.read(b);
    double sum = 0;
    for (std::size_t r = 0; r < rank; ++r) sum += columns[out * rank + r] * rows[r * 576 + in];
    return scale * sum;
  };
  EXPECT_EQ(stack.tensor("blk.0.attn_q.weight.lora_a").dims[1], 6);
  for (const std::size_t out : {0U, 17U, 575U}) {
    for (const std::size_t in : {0U, 5U, 575U}) {
      EXPECT_NEAR(delta(stack, 1, out, in), delta(one, 8.0 / 4, out, in) + delta(two, 1, out, in),
                  1e-5);
    }
  }
}

TEST_F(AdapterTest, PairsOfTheEmbeddingAreStackedTransposed) {
  TestAdapter one;
  one.target = "token_embd.weight";
  one.inputs = 4;  // ranks of A and B; A has a row for each token
  one.rank_a = 11;
  TestAdapter two = one;
  two.inputs = two.rank_b = 2;
  two.seed = 2;
  const model_files::GgufFile first(one.write("embedding_one.gguf"));
  const model_files::GgufFile second(two.write("embedding_two.gguf"));
  const model_files::GgufFile* both[] = {&first, &second};
  const std::filesystem::path path = std::filesystem::path(::testing::TempDir()) / "stack_e.gguf";
  write_file_atomic(path, stack_adapters(both));
  const model_files::GgufFile stack(path);
  const auto& a = stack.tensor("token_embd.weight.lora_a");
  EXPECT_EQ(a.dims, (std::vector<std::int64_t>{6, 11}));
  const std::vector<float> values = stack.read(a);
  const std::vector<float> left = first.read(first.tensor("token_embd.weight.lora_a"));
  const std::vector<float> right = second.read(second.tensor("token_embd.weight.lora_a"));
  for (std::size_t token = 0; token < 11; ++token) {
    for (std::size_t r = 0; r < 6; ++r) {
      EXPECT_EQ(values[token * 6 + r], r < 4 ? left[token * 4 + r] : right[token * 2 + r - 4]);
    }
  }
}

}  // namespace
}  // namespace drp::llm
