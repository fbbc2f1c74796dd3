// SPDX-License-Identifier: Apache-2.0
#include "train/weight_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "model_files/gguf_writer.h"
#include "model_files/tiny_model.h"

namespace drp::train {
namespace {

using model_files::FloatType;
using model_files::GgufFile;
using model_files::TinyModel;

class WeightLayoutTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("weight_layout_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    make_folder(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path model(const TinyModel& tiny) const {
    const std::filesystem::path path = folder_ / "model.gguf";
    write_tiny_model(path, tiny);
    return path;
  }
  static WeightLayout layout_of(const GgufFile& file) {
    return make_weight_layout(file, read_model_shape(file));
  }

  std::filesystem::path folder_;
};

TEST_F(WeightLayoutTest, HoldsEveryTensorOnceWithoutGaps) {
  for (const TinyModel& tiny :
       {TinyModel{}, TinyModel{.architecture = "qwen2"}, TinyModel{.architecture = "qwen3"},
        TinyModel{.architecture = "gemma3"}, TinyModel{.tied_head = false}}) {
    const GgufFile file(model(tiny));
    const WeightLayout layout = layout_of(file);
    EXPECT_EQ(layout.places.size(), file.tensors().size());
    std::size_t end = 0;
    for (const WeightPlace& place : layout.places) {
      EXPECT_EQ(place.begin, end) << place.tensor;
      EXPECT_EQ(place.columns, file.tensor(place.tensor).dims[0]);
      end += static_cast<std::size_t>(place.rows * place.columns);
    }
    EXPECT_EQ(layout.size, end);
  }
}

TEST_F(WeightLayoutTest, LayersThatReadTheSameInputAreNeighbours) {
  const GgufFile file(model({.architecture = "qwen2"}));
  const WeightLayout layout = layout_of(file);
  const auto after = [&](const std::string& tensor) {
    const WeightPlace& place = layout.at("blk.1." + tensor);
    return place.begin + static_cast<std::size_t>(place.rows * place.columns);
  };
  EXPECT_EQ(after("attn_q.weight"), layout.at("blk.1.attn_k.weight").begin);
  EXPECT_EQ(after("attn_k.weight"), layout.at("blk.1.attn_v.weight").begin);
  EXPECT_EQ(after("attn_q.bias"), layout.at("blk.1.attn_k.bias").begin);
  EXPECT_EQ(after("attn_k.bias"), layout.at("blk.1.attn_v.bias").begin);
  EXPECT_EQ(after("ffn_gate.weight"), layout.at("blk.1.ffn_up.weight").begin);
}

TEST_F(WeightLayoutTest, WritesWhatItReadWithTheBasesKeys) {
  const std::filesystem::path base_path = folder_ / "base.gguf";
  {
    const GgufFile tiny(model({}));
    model_files::GgufWriter writer;
    for (const GgufFile::RawKey& key : tiny.raw_keys()) writer.add_raw(key);
    writer.add_text("tokenizer.chat_template", "{{ messages }}");
    writer.add_text_list("tokenizer.ggml.tokens", {"a", "", "\xC4\xA0z"});
    writer.add_u32("general.file_type", 7);
    for (const model_files::GgufTensor& tensor : tiny.tensors()) {
      writer.add_tensor(tensor.name, tensor.dims, tiny.read(tensor));
    }
    writer.write(base_path);
  }
  const GgufFile base(base_path);
  const WeightLayout layout = layout_of(base);
  const std::vector<float> weights = read_weights(base, layout, {});
  struct Stored {
    FloatType type;
    std::int64_t file_type;
    float error;
  };
  for (const Stored& stored : {Stored{FloatType::kF32, 0, 0}, Stored{FloatType::kF16, 1, 1e-3F},
                               Stored{FloatType::kBF16, 32, 8e-3F}}) {
    const std::filesystem::path path = folder_ / "written.gguf";
    write_weights(path, base, layout, weights, stored.type);
    const GgufFile written(path);
    EXPECT_EQ(written.integer("general.file_type"), stored.file_type);
    EXPECT_EQ(written.text("tokenizer.chat_template"), "{{ messages }}");
    EXPECT_EQ(written.text_list("tokenizer.ggml.tokens"), base.text_list("tokenizer.ggml.tokens"));
    EXPECT_EQ(read_model_shape(written), read_model_shape(base));
    EXPECT_EQ(written.raw_keys().size(), base.raw_keys().size());
    const std::vector<float> again = read_weights(written, layout_of(written), {});
    for (std::size_t i = 0; i < weights.size(); ++i) {
      EXPECT_NEAR(again[i], weights[i], stored.error * (1 + std::abs(weights[i])));
    }
  }
}

TEST_F(WeightLayoutTest, RefusesATensorItDoesNotKnow) {
  const GgufFile tiny(model({}));
  model_files::GgufWriter writer;
  for (const GgufFile::RawKey& key : tiny.raw_keys()) writer.add_raw(key);
  for (const model_files::GgufTensor& tensor : tiny.tensors()) {
    writer.add_tensor(tensor.name, tensor.dims, tiny.read(tensor));
  }
  writer.add_tensor("blk.0.surprise.weight", {2}, std::vector<float>{1, 2});
  writer.write(folder_ / "other.gguf");
  const GgufFile other(folder_ / "other.gguf");
  try {
    layout_of(other);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), testing::HasSubstr("blk.0.surprise.weight"));
    EXPECT_THAT(error.hint(), testing::HasSubstr("train.kind lora"));
  }
}

}  // namespace
}  // namespace drp::train
