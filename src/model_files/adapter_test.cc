// SPDX-License-Identifier: Apache-2.0
#include "model_files/adapter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "model_files/gguf_writer.h"
#include "model_files/tiny_model.h"

namespace drp::model_files {
namespace {

class AdapterTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::path(testing::TempDir()) /
        (std::string("adapter_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    make_folder(folder_);
    write_tiny_model(folder_ / "model.gguf", {});
    shape_ = read_model_shape(GgufFile(folder_ / "model.gguf"));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  LoraAdapter adapter(std::int64_t rank = 4, double alpha = 8) const {
    LoraAdapter made;
    made.architecture = "llama";
    made.alpha = alpha;
    Random random(2);
    const auto values = [&](std::int64_t count) {
      std::vector<float> out(static_cast<std::size_t>(count));
      for (float& value : out) value = static_cast<float>(random.normal());
      return out;
    };
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      for (const Linear linear : kLinears) {
        made.pairs.push_back({layer, linear, rank, values(rank * inputs(shape_, linear)),
                              values(rank * outputs(shape_, linear))});
      }
    }
    return made;
  }
  std::vector<float> delta(const LoraAdapter& from, std::int64_t layer, Linear linear) const {
    std::vector<float> weight(
        static_cast<std::size_t>(inputs(shape_, linear) * outputs(shape_, linear)));
    add_delta(from, layer, linear, weight);
    return weight;
  }
  void expect_same_deltas(const LoraAdapter& a, const LoraAdapter& b, float tolerance) const {
    for (std::int64_t layer = 0; layer < shape_.layers; ++layer) {
      for (const Linear linear : kLinears) {
        const std::vector<float> expected = delta(a, layer, linear);
        const std::vector<float> found = delta(b, layer, linear);
        for (std::size_t i = 0; i < expected.size(); ++i) {
          ASSERT_NEAR(found[i], expected[i], tolerance) << tensor_stem(layer, linear) << " " << i;
        }
      }
    }
  }
  template <class Work>
  static std::string complaint(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel);
      return error.message();
    }
    return {};
  }

  std::filesystem::path folder_;
  ModelShape shape_;
};

TEST_F(AdapterTest, P45DeltaIsScaleTimesBTimesA) {
  LoraAdapter small;
  small.alpha = 6;
  small.pairs = {{0, Linear::kQuery, 2, {1, 2, 3, 4, 5, 6}, {1, 10, 0, 1}}};  // A 2 x 3, B 2 x 2
  std::vector<float> weight = {1, 1, 1, 1, 1, 1};
  add_delta(small, 0, Linear::kQuery, weight);
  EXPECT_THAT(weight, testing::ElementsAre(1 + 3 * 41, 1 + 3 * 52, 1 + 3 * 63, 1 + 3 * 4, 1 + 3 * 5,
                                           1 + 3 * 6));
  add_delta(small, 1, Linear::kQuery, weight);
  add_delta(small, 0, Linear::kKey, weight);
  EXPECT_EQ(weight[0], 1 + 3 * 41) << "other layers and matrices stay";
  small.rank_stabilised = true;
  EXPECT_DOUBLE_EQ(small.scale(small.pairs[0]), 6 / std::sqrt(2.0));
}

TEST_F(AdapterTest, GgufGivesTheSameDeltas) {
  const LoraAdapter written = adapter();
  write_gguf_lora(folder_ / "a.gguf", written, "tiny");
  EXPECT_EQ(read_gguf_lora(folder_ / "a.gguf", shape_), written);
  write_gguf_lora(folder_ / "h.gguf", written, "tiny", FloatType::kF16);
  expect_same_deltas(written, read_gguf_lora(folder_ / "h.gguf", shape_), 0.1F);
  EXPECT_LT(std::filesystem::file_size(folder_ / "h.gguf"),
            std::filesystem::file_size(folder_ / "a.gguf"));
}

TEST_F(AdapterTest, P44GgufFoldsTheRankStabilisedScale) {
  LoraAdapter written = adapter(4, 8);
  written.rank_stabilised = true;
  write_gguf_lora(folder_ / "a.gguf", written, "");
  const GgufFile file(folder_ / "a.gguf");
  EXPECT_FLOAT_EQ(static_cast<float>(file.number("adapter.lora.alpha").value_or(0)), 16.0F);
  expect_same_deltas(written, read_gguf_lora(folder_ / "a.gguf", shape_), 1e-5F);
}

TEST_F(AdapterTest, P42P47GgufHoldsWhatLlamaCppDemands) {
  write_gguf_lora(folder_ / "a.gguf", adapter(), "tiny");
  const GgufFile file(folder_ / "a.gguf");
  EXPECT_EQ(file.text("general.type"), "adapter");
  EXPECT_EQ(file.text("general.architecture"), "llama");
  EXPECT_EQ(file.text("adapter.type"), "lora");
  EXPECT_EQ(file.tensors().size(), 2U * 2 * std::size(kLinears));
  for (const GgufTensor& tensor : file.tensors()) {
    EXPECT_THAT(tensor.name, testing::AnyOf(testing::EndsWith(".weight.lora_a"),
                                            testing::EndsWith(".weight.lora_b")));
  }
  EXPECT_THAT(file.tensor("blk.0.ffn_down.weight.lora_a").dims, testing::ElementsAre(48, 4));
  EXPECT_THAT(file.tensor("blk.0.ffn_down.weight.lora_b").dims, testing::ElementsAre(4, 32));
}

TEST_F(AdapterTest, PeftGivesTheSameDeltas) {
  for (const bool stabilised : {false, true}) {
    LoraAdapter written = adapter();
    written.rank_stabilised = stabilised;
    write_peft_folder(folder_ / "peft", written, shape_, {"tiny", 0.0, FloatType::kF32});
    EXPECT_EQ(read_peft_folder(folder_ / "peft", shape_), written);
  }
}

// In Hugging Face order row i of a head's first half belongs to the pair (2i, 2i + 1) of GGUF
// order.
TEST_F(AdapterTest, PeftReordersQueryAndKeyRowsOnly) {
  const LoraAdapter written = adapter(1, 1);
  write_peft_folder(folder_ / "peft", written, shape_, {"tiny", 0.0, FloatType::kF32});
  const SafetensorsFile file = read_safetensors(folder_ / "peft" / "adapter_model.safetensors");
  const std::string stem = "base_model.model.model.layers.0.self_attn.";
  const NamedArray* query = file.find(stem + "q_proj.lora_B.weight");
  const NamedArray* value = file.find(stem + "v_proj.lora_B.weight");
  ASSERT_TRUE(query != nullptr && value != nullptr);
  const std::vector<float>& gguf = written.pairs[0].b;
  const std::vector<float> head(query->values.begin() + 8, query->values.begin() + 16);
  EXPECT_THAT(head, testing::ElementsAre(gguf[8], gguf[10], gguf[12], gguf[14], gguf[9], gguf[11],
                                         gguf[13], gguf[15]));
  EXPECT_EQ(value->values, written.pairs[2].b);
  EXPECT_EQ(file.find(stem + "q_proj.lora_A.weight")->values, written.pairs[0].a);
  EXPECT_EQ(file.metadata.at("format"), "pt");
}

TEST_F(AdapterTest, P52PeftConfigIsMinimalAndSorted) {
  write_peft_folder(folder_ / "peft", adapter(), shape_, {"org/tiny", 0.05, FloatType::kF32});
  const std::string config = read_file(folder_ / "peft" / "adapter_config.json");
  EXPECT_THAT(config, testing::HasSubstr("\"base_model_name_or_path\": \"org/tiny\""));
  EXPECT_THAT(config, testing::HasSubstr("\"r\": 4"));
  EXPECT_THAT(config, testing::HasSubstr("\"lora_alpha\": 8"));
  EXPECT_THAT(config, testing::Not(testing::HasSubstr("use_dora")));
  EXPECT_LT(config.find("down_proj"), config.find("gate_proj"));
  EXPECT_LT(config.find("gate_proj"), config.find("k_proj"));
  const std::string weights = read_file(folder_ / "peft" / "adapter_model.safetensors");
  write_peft_folder(folder_ / "again", adapter(), shape_, {"org/tiny", 0.05, FloatType::kF32});
  EXPECT_EQ(read_file(folder_ / "again" / "adapter_model.safetensors"), weights);
}

// A suffix would make PEFT put pairs on every layer.
TEST_F(AdapterTest, PeftNamesWholeLayersWhereTheyDiffer) {
  LoraAdapter some = adapter();
  std::erase_if(some.pairs, [](const LoraPair& pair) {
    return pair.layer == 0 && pair.linear != Linear::kDown;
  });
  write_peft_folder(folder_ / "peft", some, shape_, {"org/tiny", 0, FloatType::kF32});
  const std::string config = read_file(folder_ / "peft" / "adapter_config.json");
  EXPECT_THAT(config, testing::HasSubstr("\"model.layers.0.mlp.down_proj\""));
  EXPECT_THAT(config, testing::HasSubstr("\"model.layers.1.self_attn.q_proj\""));
  EXPECT_THAT(config, testing::Not(testing::HasSubstr("model.layers.0.self_attn")));
  EXPECT_EQ(read_peft_folder(folder_ / "peft", shape_), some);
}

TEST_F(AdapterTest, ReorderingIsItsOwnInverse) {
  std::vector<float> rows(4 * 6 * 3);  // 4 heads of 6 rows of 3
  std::iota(rows.begin(), rows.end(), 0.0F);
  EXPECT_EQ(rows_to_interleaved(rows_to_halves(rows, 4, 3), 4, 3), rows);
  EXPECT_NE(rows_to_halves(rows, 4, 3), rows);
}

TEST_F(AdapterTest, NamesWhatIsWrongWithAGgufAdapter) {
  const auto file = folder_ / "bad.gguf";
  const auto read = [&] { read_gguf_lora(file, shape_); };
  const std::vector<float> values(4 * 32);
  const auto head = [](GgufWriter& writer, const std::string& architecture) {
    writer.add_text("general.type", "adapter");
    writer.add_text("general.architecture", architecture);
    writer.add_text("adapter.type", "lora");
  };
  EXPECT_THAT(complaint([&] { read_gguf_lora(folder_ / "model.gguf", shape_); }),
              testing::HasSubstr("is no LoRA adapter"));
  GgufWriter foreign;
  head(foreign, "qwen2");
  foreign.write(file);
  EXPECT_THAT(complaint(read), testing::HasSubstr("architecture 'qwen2', the model is 'llama'"));
  GgufWriter half;
  head(half, "llama");
  half.add_tensor("blk.0.attn_q.weight.lora_a", {32, 4}, values);
  half.write(file);
  EXPECT_THAT(complaint(read), testing::HasSubstr("only one half of 'blk.0.attn_q.weight'"));
  GgufWriter narrow;
  head(narrow, "llama");
  narrow.add_tensor("blk.0.attn_q.weight.lora_a", {16, 8}, values);
  narrow.add_tensor("blk.0.attn_q.weight.lora_b", {8, 16}, values);
  narrow.write(file);
  EXPECT_THAT(complaint(read), testing::HasSubstr("does not fit the model: expected 32 x 8"));
  GgufWriter unknown;
  head(unknown, "llama");
  unknown.add_tensor("blk.7.attn_q.weight.lora_a", {32, 4}, values);
  unknown.add_tensor("blk.7.attn_q.weight.lora_b", {4, 32}, values);
  unknown.write(file);
  EXPECT_THAT(complaint(read), testing::HasSubstr("of which 0 belong"));
  GgufWriter mixed;
  head(mixed, "llama");
  for (const std::int64_t rank : {4, 2}) {
    const std::string stem = rank == 4 ? "blk.0.attn_q.weight" : "blk.0.attn_output.weight";
    const std::vector<float> some(static_cast<std::size_t>(32 * rank));
    mixed.add_tensor(stem + ".lora_a", {32, rank}, some);
    mixed.add_tensor(stem + ".lora_b", {rank, 32}, some);
  }
  mixed.write(file);
  EXPECT_THAT(complaint(read), testing::HasSubstr("mixes ranks 4 and 2"));
}

TEST_F(AdapterTest, NamesWhatIsWrongWithAPeftFolder) {
  const auto folder = folder_ / "peft";
  write_peft_folder(folder, adapter(), shape_, {"tiny", 0.0, FloatType::kF32});
  const std::string config = read_file(folder / "adapter_config.json");
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = config;
    text.replace(text.find(from), from.size(), to);
    write_file_atomic(folder / "adapter_config.json", text);
    return complaint([&] { read_peft_folder(folder, shape_); });
  };
  EXPECT_THAT(with("LORA", "IA3"), testing::HasSubstr("not of type LORA"));
  EXPECT_THAT(with("\"r\": 4", "\"r\": 0"), testing::HasSubstr("rank 0"));
  EXPECT_THAT(with("\"r\": 4", "\"r\": 5"), testing::HasSubstr("shape that does not fit"));
  EXPECT_THAT(with("\"r\": 4", "\"use_dora\": true, \"r\": 4"), testing::HasSubstr("DoRA"));
  EXPECT_THAT(with("\"rank_pattern\": {}", "\"rank_pattern\": {\"q\": 2}"),
              testing::HasSubstr("'rank_pattern'"));
  EXPECT_THAT(with("\"r\": 4,", ""), testing::HasSubstr("cannot be read"));
  EXPECT_THAT(with("{", "["), testing::HasSubstr("cannot be read"));
  write_file_atomic(folder / "adapter_config.json", config);
  SafetensorsFile weights = read_safetensors(folder / "adapter_model.safetensors");
  const SafetensorsFile whole = weights;
  weights.arrays.pop_back();
  write_safetensors(folder / "adapter_model.safetensors", weights);
  EXPECT_THAT(complaint([&] { read_peft_folder(folder, shape_); }),
              testing::HasSubstr("only one half"));
  weights = whole;
  weights.arrays.push_back({"base_model.model.lm_head.lora_A.weight", {1}, {0}});
  write_safetensors(folder / "adapter_model.safetensors", weights);
  EXPECT_THAT(complaint([&] { read_peft_folder(folder, shape_); }),
              testing::HasSubstr("holds 29 arrays, of which 28 belong"));
}

}  // namespace
}  // namespace drp::model_files
