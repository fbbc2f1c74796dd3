// SPDX-License-Identifier: Apache-2.0
#include "train/lora_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "base/error.h"
#include "model_files/tiny_model.h"
#include "train/targets.h"

namespace drp::train {
namespace {

using model_files::Linear;
using testing::ElementsAre;
using testing::HasSubstr;

model_files::ModelShape tiny_shape() {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "lora_layout_test.gguf";
  model_files::write_tiny_model(path, {.layers = 3});
  return read_model_shape(model_files::GgufFile(path));
}

LoraOptions targets(const std::vector<std::string>& words) {
  LoraOptions lora{.rank = 2, .alpha = 4};
  set_targets(words, lora);
  return lora;
}

std::vector<std::string> names(const std::vector<std::string>& words) {
  std::vector<std::string> out;
  for (const LoraPlace& place : make_layout(tiny_shape(), targets(words)).places) {
    out.push_back(tensor_stem(place.layer, place.linear));
  }
  return out;
}

std::string refusal(const std::vector<std::string>& words) {
  try {
    make_layout(tiny_shape(), targets(words));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_FALSE(error.hint().empty());
    return error.message();
  }
  ADD_FAILURE() << "accepted";
  return {};
}

TEST(Targets, NamesOfBothKinds) {
  EXPECT_EQ(targets({"all"}).targets, LoraOptions{}.targets);
  EXPECT_THAT(targets({"q_proj", "attn_v", "ffn_down", "down_proj"}).targets,
              ElementsAre(Linear::kQuery, Linear::kValue, Linear::kDown));
  EXPECT_THAT(names({"attn_k"}), ElementsAre("blk.0.attn_k", "blk.1.attn_k", "blk.2.attn_k"));
}

TEST(Targets, PatternsChooseLayers) {
  EXPECT_THAT(names({"blk\\.[12]\\.attn_[qv]"}),
              ElementsAre("blk.1.attn_q", "blk.1.attn_v", "blk.2.attn_q", "blk.2.attn_v"));
  EXPECT_THAT(names({"model.layers.0.mlp.*", "attn_q"}),
              ElementsAre("blk.0.attn_q", "blk.0.ffn_gate", "blk.0.ffn_up", "blk.0.ffn_down",
                          "blk.1.attn_q", "blk.2.attn_q"));
}

TEST(Targets, WhatMatchesNothingIsRefused) {
  EXPECT_THAT(refusal({"blk.9.attn_q"}), HasSubstr("matches none of the model's 21 linear layers"));
  EXPECT_THAT(refusal({"attn_q|attn_k"}), HasSubstr("matches none"));  // whole names are matched
  EXPECT_THAT(refusal({"blk.[.attn_q"}), HasSubstr("no regular expression"));
  EXPECT_THAT(refusal({"attn_qq"}), HasSubstr("'attn_qq', expected all, attn_q"));
}

TEST(Targets, P41HeadAndEmbeddingAreRefused) {
  for (const char* name : {"lm_head", "embed_tokens", "output", "token_embd"}) {
    EXPECT_THAT(refusal({name}), HasSubstr("stay frozen")) << name;
  }
  EXPECT_THAT(refusal({"output.weight"}), HasSubstr("matches none"));
}

TEST(LoraLayout, PairsOfOneInputAreNeighboursAndTileTheBuffer) {
  const LoraLayout layout = make_layout(tiny_shape(), targets({"all"}));
  ASSERT_EQ(layout.places.size(), 21U);
  EXPECT_EQ(layout.places[1].a, layout.places[0].a + 2 * 32);
  EXPECT_EQ(layout.places[2].a, layout.places[1].a + 2 * 32);
  EXPECT_EQ(layout.places[0].b, layout.places[2].a + 2 * 32);
  std::size_t values = 0;
  for (const LoraPlace& place : layout.places) {
    values += static_cast<std::size_t>((place.inputs + place.outputs) * layout.rank);
  }
  EXPECT_EQ(values, layout.size);
}

TEST(LoraLayout, ScaleIsAlphaOverRankOrItsRoot) {
  EXPECT_DOUBLE_EQ(make_layout(tiny_shape(), LoraOptions{.rank = 4, .alpha = 8}).scale, 2);
  EXPECT_DOUBLE_EQ(
      make_layout(tiny_shape(), LoraOptions{.rank = 4, .alpha = 8, .rank_stabilised = true}).scale,
      4);
}

TEST(LoraLayout, AStartIsUniformInAAndZeroInB) {
  const LoraLayout layout = make_layout(tiny_shape(), targets({"all"}));
  const std::vector<float> start = initial_parameters(layout, 7);
  EXPECT_EQ(start, initial_parameters(layout, 7));
  EXPECT_NE(start, initial_parameters(layout, 8));
  for (const LoraPlace& place : layout.places) {
    const float bound = 1 / std::sqrt(static_cast<float>(place.inputs));
    float largest = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(place.inputs * layout.rank); ++i) {
      largest = std::max(largest, std::abs(start[place.a + i]));
    }
    EXPECT_LE(largest, bound);
    EXPECT_GT(largest, 0.8F * bound);
    for (std::size_t i = 0; i < static_cast<std::size_t>(place.outputs * layout.rank); ++i) {
      ASSERT_EQ(start[place.b + i], 0);
    }
  }
}

TEST(LoraLayout, AnAdapterOfSomeLayersGivesItsOwnLayout) {
  const auto shape = tiny_shape();
  const LoraOptions lora = targets({"blk.1.ffn_.*"});
  const LoraLayout layout = make_layout(shape, lora);
  const auto adapter = to_adapter(shape, layout, lora, initial_parameters(layout, 1));
  const LoraLayout again = make_layout(shape, adapter);
  EXPECT_EQ(again.size, layout.size);
  EXPECT_EQ(to_parameters(adapter, again), initial_parameters(layout, 1));
}

}  // namespace
}  // namespace drp::train
