// SPDX-License-Identifier: Apache-2.0
#include "model_files/gguf_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>

#include "base/error.h"
#include "base/file.h"
#include "model_files/gguf_writer.h"
#include "model_files/model_shape.h"
#include "model_files/tiny_model.h"
#include "model_files/weight_type.h"

namespace drp::model_files {
namespace {

std::filesystem::path place(const std::string& name) {
  return std::filesystem::path(testing::TempDir()) / ("gguf_file_" + name);
}

// Without the sync of a published file: these tests write thousands.
void put(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

// The message of the Error{kind} that opening these bytes gives, or "" for none.
std::string complaint(const std::string& bytes, ErrorKind kind = ErrorKind::kModel) {
  const std::filesystem::path path = place("bad.gguf");
  put(path, bytes);
  try {
    read_model_shape(GgufFile(path));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    EXPECT_THAT(error.message(), testing::HasSubstr(path.string()));
    EXPECT_FALSE(error.message().find('\n') != std::string::npos);
    return error.message();
  }
  return {};
}

std::string tiny_bytes(const TinyModel& model = {}) {
  const std::filesystem::path path = place("tiny.gguf");
  write_tiny_model(path, model);
  return read_file(path);
}

TEST(GgufFile, ReadsWhatTheWriterWrote) {
  GgufWriter writer;
  writer.add_text("general.architecture", "llama");
  writer.add_u32("count", 7);
  writer.add_f32("share", 0.25F);
  writer.add_bool("yes", true);
  writer.add_text_list("words", {"a", "", "two words"});
  writer.add_i32_list("numbers", {1, -2});
  const std::vector<float> values = {1, 2, 3, 4, 5, 6};
  writer.add_tensor("m.weight", {3, 2}, values);
  writer.add_tensor("h.weight", {3, 2}, values, FloatType::kF16);
  writer.write(place("all.gguf"));

  const GgufFile file(place("all.gguf"));
  EXPECT_EQ(file.text("general.architecture"), "llama");
  EXPECT_EQ(file.integer("count"), 7);
  EXPECT_EQ(file.number("count"), 7.0);
  EXPECT_EQ(file.number("share"), 0.25);
  EXPECT_EQ(file.integer("yes"), 1);
  EXPECT_EQ(file.integer("share"), std::nullopt);
  EXPECT_EQ(file.text("count"), std::nullopt);
  EXPECT_EQ(file.text("absent"), std::nullopt);
  EXPECT_THAT(file.text_list("words"), testing::ElementsAre("a", "", "two words"));
  EXPECT_THAT(file.text_list("numbers"), testing::IsEmpty());
  ASSERT_EQ(file.tensors().size(), 2U);
  EXPECT_THAT(file.tensor("m.weight").dims, testing::ElementsAre(3, 2));
  EXPECT_EQ(file.read(file.tensor("m.weight")), values);
  EXPECT_EQ(file.read(file.tensor("h.weight")), values);
  EXPECT_EQ(file.find("none"), nullptr);
  EXPECT_THROW(file.tensor("none"), Error);
}

TEST(GgufFile, CutShortAnywhereIsAnError) {
  const std::string whole = tiny_bytes({.layers = 1,
                                        .width = 8,
                                        .feed_forward = 8,
                                        .heads = 2,
                                        .key_value_heads = 1,
                                        .vocabulary = 8});
  ASSERT_EQ(complaint(whole), "");
  // The last tensor's own bytes end before the file's padding.
  std::size_t needed = 0;
  const GgufFile file(place("tiny.gguf"));
  for (const GgufTensor& tensor : file.tensors()) {
    needed = std::max(needed, tensor.begin + tensor.bytes);
  }
  for (std::size_t size = 0; size < needed; ++size) {
    ASSERT_NE(complaint(whole.substr(0, size)), "") << size << " of " << needed << " bytes";
  }
}

// Every single byte of the header set to each of a few values: an answer or an Error, never an
// abort.
TEST(GgufFile, DamagedHeadersDoNoHarm) {
  const std::string whole = tiny_bytes({.layers = 1,
                                        .width = 8,
                                        .feed_forward = 8,
                                        .heads = 2,
                                        .key_value_heads = 1,
                                        .vocabulary = 8});
  const std::size_t header = GgufFile(place("tiny.gguf")).tensors().front().begin;
  for (std::size_t at = 0; at < header; ++at) {
    for (const char value : {'\0', '\1', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = value;
      put(place("damaged.gguf"), damaged);
      try {
        const GgufFile file(place("damaged.gguf"));
        for (const GgufTensor& tensor : file.tensors()) file.read(tensor);
        read_model_shape(file);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
      }
    }
  }
}

template <class T>
std::string with(std::string bytes, std::size_t at, T value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
  return bytes;
}

TEST(GgufFile, NamesWhatIsWrong) {
  const std::string whole = tiny_bytes();
  EXPECT_THAT(complaint("not a model"), testing::HasSubstr("is no GGUF file"));
  EXPECT_THAT(complaint(""), testing::HasSubstr("is no GGUF file"));
  EXPECT_THAT(complaint(with(whole, 4, std::uint32_t{9})), testing::HasSubstr("GGUF version 9"));
  EXPECT_THAT(complaint(with(whole, 8, std::uint64_t{1} << 40U)), testing::HasSubstr("claims"));
  const std::size_t dims = whole.find("token_embd.weight") + 17;
  EXPECT_THAT(complaint(with(whole, dims, std::uint32_t{5})),
              testing::HasSubstr("'token_embd.weight' has 5 dimensions"));
  EXPECT_THAT(complaint(with(whole, dims + 4, std::int64_t{-3})),
              testing::HasSubstr("'token_embd.weight' has a dimension of -3"));
  EXPECT_THAT(complaint(with(whole, dims + 20, std::uint32_t{77})),
              testing::HasSubstr("'token_embd.weight' has the unknown type 77"));
  const int q8_0 = 8;  // rows of 32
  EXPECT_THAT(complaint(with(with(whole, dims + 20, q8_0), dims + 4, std::int64_t{33})),
              testing::HasSubstr("rows of 33"));
  EXPECT_THAT(complaint(with(whole, dims + 24, std::uint64_t{1} << 50U)),
              testing::HasSubstr("'token_embd.weight' lies at byte 1125899906842624 of the data"));
  const std::size_t key = whole.find("llama.block_count") + 17;
  EXPECT_THAT(complaint(with(whole, key, std::uint32_t{99})),
              testing::HasSubstr("'llama.block_count' has the unknown value type 99"));
  GgufWriter list;
  list.add_text_list("words", {"a"});
  const std::string listed = list.bytes();
  EXPECT_THAT(complaint(with(listed, listed.find("words") + 5 + 8, std::uint64_t{1} << 60U)),
              testing::HasSubstr("'words' claims"));
  const std::size_t text = whole.find("general.type") + 12;
  EXPECT_THAT(complaint(with(whole, text + 4, std::uint64_t{1} << 40U)),
              testing::HasSubstr("text of"));
}

TEST(GgufFile, NamesTwiceAndAlignment) {
  GgufWriter twice;
  const std::vector<float> one = {1};
  twice.add_tensor("x", {1}, one);
  twice.add_tensor("x", {1}, one);
  EXPECT_THAT(complaint(twice.bytes()), testing::HasSubstr("'x' twice"));
  GgufWriter crooked;
  crooked.add_u32("general.alignment", 33);
  EXPECT_THAT(complaint(crooked.bytes()), testing::HasSubstr("general.alignment 33"));
}

TEST(GgufFile, TensorsOverEachOtherAreRefused) {
  GgufWriter writer;
  const std::vector<float> values(16, 1.0F);
  writer.add_tensor("first", {16}, values);
  writer.add_tensor("second", {16}, values);
  const std::string bytes = writer.bytes();
  const std::size_t offset = bytes.find("second") + 6 + 4 + 8 + 4;
  EXPECT_THAT(complaint(with(bytes, offset, std::uint64_t{64})),
              testing::Not(testing::HasSubstr("lies at byte")));
  for (const std::uint64_t other : {0, 32, 63, 96}) {
    EXPECT_THAT(complaint(with(bytes, offset, other)),
                testing::HasSubstr("'second' lies at byte " + std::to_string(other)));
  }
}

// Weights that are made while the file is written come out as those that were there before.
TEST(GgufWriter, TakesWeightsATensorAtATime) {
  const std::vector<float> values = {1, 2, 3, 4, 5, 6, 7, 8};
  GgufWriter early;
  early.add_text("name", "x");
  early.add_tensor("a", {4, 2}, values, FloatType::kF16);
  GgufWriter late;
  late.add_text("name", "x");
  int asked = 0;
  late.add_tensor("a", {4, 2}, 1, [&] {
    ++asked;
    return encode_floats(values, FloatType::kF16);
  });
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(late.bytes(), early.bytes());
  late.write(place("late.gguf"));
  EXPECT_EQ(read_file(place("late.gguf")), early.bytes());
  EXPECT_EQ(asked, 2);
}

// F16 would make it infinite, and the model's answers nonsense.
TEST(WeightType, RefusesWhatHalfPrecisionCannotHold) {
  const int f16 = find_weight_type("f16")->ggml;
  const std::vector<float> fits = {65504, -65504, 0, 1};
  EXPECT_EQ(decode_weights(encode_weights(fits, f16, 4), f16), fits);
  for (const float value : {65600.0F, -70000.0F, std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::quiet_NaN()}) {
    const std::vector<float> beyond = {1, value};
    EXPECT_THROW(encode_weights(beyond, f16, 2), Error) << value;
    EXPECT_NO_THROW(encode_weights(beyond, find_weight_type("bf16")->ggml, 2));
  }
}

TEST(GgufFile, MissingFileIsAnIoError) {
  try {
    const GgufFile file(place("nowhere.gguf"));
    FAIL() << "opened";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), testing::HasSubstr("nowhere.gguf"));
  }
}

TEST(ModelShape, ReadsTheTinyModel) {
  tiny_bytes();
  const ModelShape shape = read_model_shape(GgufFile(place("tiny.gguf")));
  EXPECT_EQ(shape.architecture, "llama");
  EXPECT_EQ(shape.layers, 2);
  EXPECT_EQ(shape.head_width, 8);
  EXPECT_EQ(shape.rotated, 8);
  EXPECT_EQ(shape.vocabulary, 40);
  EXPECT_TRUE(shape.tied_head);
  EXPECT_FALSE(shape.attention_bias);
  EXPECT_EQ(shape.rope_pairs, RopePairs::kInterleaved);
  tiny_bytes({.architecture = "qwen2", .tied_head = false});
  const ModelShape other = read_model_shape(GgufFile(place("tiny.gguf")));
  EXPECT_TRUE(other.attention_bias);
  EXPECT_FALSE(other.tied_head);
  EXPECT_EQ(other.rope_pairs, RopePairs::kHalves);
  EXPECT_FALSE(other.head_norms);
  tiny_bytes({.architecture = "qwen3", .head_width = 12});
  const ModelShape third = read_model_shape(GgufFile(place("tiny.gguf")));
  EXPECT_TRUE(third.head_norms);
  EXPECT_FALSE(third.attention_bias);
  EXPECT_EQ(third.head_width, 12);
  EXPECT_EQ(third.query_width(), 48);
  EXPECT_EQ(third.rotated, 12);
  EXPECT_EQ(third.rope_pairs, RopePairs::kHalves);
  EXPECT_TRUE(third.rope_divisors.empty());
  tiny_bytes({.architecture = "gemma3", .head_width = 12});
  const ModelShape fourth = read_model_shape(GgufFile(place("tiny.gguf")));
  EXPECT_TRUE(fourth.head_norms);
  EXPECT_TRUE(fourth.post_norms);
  EXPECT_EQ(fourth.activation, Activation::kGeluTanh);
  EXPECT_EQ(fourth.embedding_scale(), std::sqrt(32.0));
  EXPECT_EQ(fourth.score_width(), 12);
  EXPECT_EQ(fourth.window, 5);
  EXPECT_TRUE(fourth.windowed(0));
  EXPECT_FALSE(fourth.windowed(1));
  EXPECT_EQ(fourth.window_rope_base, 30);
  EXPECT_EQ(fourth.rope_divisors, std::vector<float>(6, 2.0F));
  EXPECT_EQ(third.window, 0);
  EXPECT_EQ(third.embedding_scale(), 1);
  tiny_bytes({.rope_divisors = true});
  EXPECT_THAT(read_model_shape(GgufFile(place("tiny.gguf"))).rope_divisors,
              testing::ElementsAre(1, 2, 4, 8));
}

TEST(ModelShape, WindowedLayersFollowAPeriod) {
  EXPECT_EQ(find_window_period({true, true, true, true, true, false, true}), 6);
  EXPECT_EQ(find_window_period({true, true}), 6);
  EXPECT_EQ(find_window_period({true, false, true, false}), 2);
  EXPECT_EQ(find_window_period({false, false, false}), 1);
  EXPECT_EQ(find_window_period({true, true, true, true, true, true, true}), 8);
  EXPECT_EQ(find_window_period({false, true}), std::nullopt);
  EXPECT_EQ(find_window_period({true, false, true, true}), std::nullopt);
}

TEST(GgufFile, ReadsSingleRowsAndIntegerLists) {
  GgufWriter writer;
  writer.add_i32_list("tokenizer.ggml.token_type", {1, 3, -2});
  writer.add_text("name", "x");
  writer.add_tensor("wide", {3, 2}, std::vector<float>{1, 2, 3, 4, 5, 6}, FloatType::kF16);
  writer.write(place("rows.gguf"));
  const GgufFile file(place("rows.gguf"));
  std::vector<float> row(3);
  file.read_row(file.tensor("wide"), 1, row);
  EXPECT_THAT(row, testing::ElementsAre(4, 5, 6));
  EXPECT_THAT(file.integer_list("tokenizer.ggml.token_type"), testing::ElementsAre(1, 3, -2));
  EXPECT_TRUE(file.integer_list("name").empty());
  EXPECT_TRUE(file.float_list("tokenizer.ggml.token_type").empty());
  EXPECT_TRUE(file.integer_list("none").empty());
}

TEST(ModelShape, NamesWhatIsWrong) {
  EXPECT_THAT(complaint(tiny_bytes({.architecture = "mamba"})),
              testing::AllOf(testing::HasSubstr("architecture 'mamba'"),
                             testing::HasSubstr("llama"), testing::HasSubstr("qwen2")));
  EXPECT_THAT(complaint(tiny_bytes({.heads = 3, .key_value_heads = 2})),
              testing::HasSubstr("3 heads on 2 key-value heads"));
  std::string whole = tiny_bytes();
  const auto renamed = [&](const std::string& from, const std::string& to) {
    std::string bytes = whole;
    for (std::size_t at = bytes.find(from); at != std::string::npos;
         at = bytes.find(from, at + 1)) {
      bytes.replace(at, from.size(), to);
    }
    return complaint(bytes);
  };
  EXPECT_THAT(renamed("llama.block_count", "llama.block_kount"),
              testing::HasSubstr("lacks the key 'llama.block_count'"));
  EXPECT_THAT(renamed("general.architecture", "general.architectura"),
              testing::HasSubstr("does not name its architecture"));
  EXPECT_THAT(renamed("rms_epsilon", "rms_epsilom"),
              testing::HasSubstr("lacks the key 'llama.attention.layer_norm_rms_epsilon'"));
  EXPECT_THAT(renamed("blk.1.ffn_up.weight", "blk.1.ffn_xx.weight"),
              testing::HasSubstr("no tensor 'blk.1.ffn_up.weight'"));
  whole = tiny_bytes({.architecture = "qwen3", .head_width = 8});
  EXPECT_THAT(renamed("blk.1.attn_k_norm", "blk.1.attn_x_norm"),
              testing::HasSubstr("no tensor 'blk.1.attn_k_norm.weight'"));
  const std::size_t values = whole.find("qwen3.attention.value_length") + 32;
  EXPECT_THAT(complaint(with(whole, values, std::uint32_t{16})),
              testing::HasSubstr("keys of width 8 and values of width 16"));
  whole = tiny_bytes({.architecture = "gemma3"});
  EXPECT_THAT(renamed("blk.1.post_ffw_norm", "blk.1.post_fxx_norm"),
              testing::HasSubstr("no tensor 'blk.1.post_ffw_norm.weight'"));
  whole = tiny_bytes({.architecture = "qwen2"});
  EXPECT_THAT(renamed("blk.1.attn_k.bias", "blk.1.attn_x.bias"),
              testing::HasSubstr("no tensor 'blk.1.attn_k.bias'"));
  whole = tiny_bytes();
  const std::size_t layers = whole.find("llama.block_count") + 21;
  EXPECT_THAT(complaint(with(whole, layers, std::uint32_t{0})),
              testing::HasSubstr("llama.block_count = 0"));
  const std::size_t width = whole.find("llama.embedding_length") + 26;
  EXPECT_THAT(complaint(with(whole, width, std::uint32_t{64})),
              testing::HasSubstr("'token_embd.weight' is 32 x 40, expected 64 x 40"));
  const std::size_t base = whole.find("llama.rope.freq_base") + 24;
  EXPECT_THAT(complaint(with(whole, base, -1.0F)), testing::HasSubstr("must be positive"));
}

// A pair for attn_q would have no tensor to lie on.
TEST(ModelShape, P53FusedQueryKeyValueIsRefusedByName) {
  const std::string gate = "blk.0.ffn_gate.weight";
  std::string bytes = tiny_bytes();
  bytes.replace(bytes.find(gate), gate.size(), "blk.0.attn_qkv.weight");
  EXPECT_THAT(complaint(bytes),
              testing::HasSubstr("fused query, key and value tensors ('blk.0.attn_qkv.weight')"));
}

TEST(ModelShape, RefusesAdaptersAndUnknownScaling) {
  GgufWriter adapter;
  adapter.add_text("general.type", "adapter");
  adapter.add_text("general.architecture", "llama");
  EXPECT_THAT(complaint(adapter.bytes()), testing::HasSubstr("is an adapter"));
  std::string whole = tiny_bytes();
  // The key takes the place of another of the same length and type.
  const std::string from = "general.type";
  std::string bytes = whole;
  bytes.replace(bytes.find(from) - 8, 8 + from.size() + 4 + 8 + 5, [] {
    std::string value;
    const auto text = [&](const std::string& part) {
      const std::uint64_t size = part.size();
      value.append(reinterpret_cast<const char*>(&size), 8);
      value += part;
    };
    text("llama.rope.scaling.type");
    const std::uint32_t type = 8;
    value.append(reinterpret_cast<const char*>(&type), 4);
    text("yarn");
    return value;
  }());
  // Its header is 10 bytes longer now; the data moved to the next multiple of 32 or stayed.
  EXPECT_THAT(complaint(bytes + std::string(64, '\0')),
              testing::HasSubstr("rotary scaling 'yarn'"));
}

}  // namespace
}  // namespace drp::model_files
