// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "llm/llama/adapter_check.h"
#include "llm/llama/adapter_stack.h"
#include "llm/llama/demo_student.h"
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

}  // namespace
}  // namespace drp::llm
