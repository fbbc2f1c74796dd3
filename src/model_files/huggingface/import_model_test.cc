// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/import_model.h"

#include <ggml.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "model_files/gguf_writer.h"
#include "model_files/huggingface/export_folder.h"
#include "model_files/huggingface/hf_config.h"
#include "model_files/huggingface/hf_names.h"
#include "model_files/huggingface/hf_weights.h"
#include "model_files/huggingface/tiny_folder.h"
#include "model_files/model_shape.h"
#include "model_files/weight_type.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

constexpr std::int64_t kGemmaRows = 640;

class ImportTest : public testing::Test {
 protected:
  void SetUp() override {
    place_ =
        std::filesystem::path(testing::TempDir()) /
        (std::string("import_") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(place_);
    make_folder(place_);
  }
  void TearDown() override { std::filesystem::remove_all(place_); }

  static std::filesystem::path tokenizer(const std::string& name) {
    return std::filesystem::path(DRP_SOURCE_DIR) / "tests/parity/tokenizers" / name;
  }
  std::filesystem::path folder() const { return place_ / "tiny-student"; }
  std::filesystem::path gguf() const { return place_ / "model.gguf"; }

  TinyFolder tiny(const std::string& architecture = "llama") const {
    TinyFolder model;
    model.architecture = architecture;
    const bool gemma = architecture == "gemma3";
    model.tokenizer_folder = tokenizer(gemma                     ? "gemma-spm"
                                       : architecture == "llama" ? "smollm"
                                                                 : "qwen2");
    if (gemma) model.vocabulary = kGemmaRows;
    return model;
  }
  std::string complaint(const ImportOptions& options = {}) const {
    try {
      import_model(folder(), gguf(), options);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kModel) << error.message();
      return error.message();
    }
    return {};
  }
  // Changes a JSON file of the folder.
  void edit(const std::string& file, const std::function<void(json&)>& change) const {
    json content = json::parse(read_file(folder() / file));
    change(content);
    write_file_atomic(folder() / file, content.dump());
  }

  std::filesystem::path place_;
};

void expect_same_weights(const std::filesystem::path& a, const std::filesystem::path& b) {
  const HfWeights first(a);
  const HfWeights second(b);
  ASSERT_EQ(first.names(), second.names());
  for (const std::string& name : first.names()) {
    EXPECT_EQ(first.find(name)->dtype, second.find(name)->dtype) << name;
    EXPECT_EQ(first.find(name)->shape, second.find(name)->shape) << name;
    EXPECT_EQ(first.find(name)->bytes, second.find(name)->bytes) << name;
  }
}

struct Variant {
  const char* architecture;
  const char* dtype;
  bool tied;
  bool new_spelling;
  bool llama3_scaling;
  int shards;
};

class RoundTrip : public ImportTest, public testing::WithParamInterface<Variant> {};

// Pitfall P49: the order of query and key rows, in both directions.
TEST_P(RoundTrip, P49_HuggingFaceToGgufAndBackIsBitEqual) {
  const Variant& variant = GetParam();
  TinyFolder model = tiny(variant.architecture);
  model.dtype = variant.dtype;
  model.tied_head = variant.tied;
  model.new_spelling = variant.new_spelling;
  model.llama3_scaling = variant.llama3_scaling;
  model.shards = variant.shards;
  write_tiny_folder(folder(), model);
  const ImportResult result = import_model(folder(), gguf());
  EXPECT_EQ(result.architecture, variant.architecture);
  const GgufFile file(gguf());
  const ModelShape shape = read_model_shape(file);
  EXPECT_EQ(shape.tied_head, variant.tied);
  const bool gemma = shape.architecture == "gemma3";
  EXPECT_EQ(shape.vocabulary, gemma ? kGemmaRows : 424);
  EXPECT_EQ(shape.rope_base, 100);
  EXPECT_EQ(shape.rope_divisors.size(), variant.llama3_scaling || gemma ? 8U : 0U);
  EXPECT_EQ(shape.windowed(0), gemma);
  EXPECT_FALSE(shape.windowed(1));
  if (gemma) {
    EXPECT_EQ(shape.window, 8);
    EXPECT_EQ(shape.window_rope_base, 30);
  }
  EXPECT_EQ(file.text("general.name"), "tiny-student");

  export_folder(place_ / "back", file, {});
  expect_same_weights(folder(), place_ / "back");
  EXPECT_EQ(json::parse(read_file(place_ / "back/config.json")),
            json::parse(read_file(folder() / "config.json")));
  for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) {
    EXPECT_EQ(json::parse(read_file(place_ / "back" / name)),
              json::parse(read_file(folder() / name)))
        << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Models, RoundTrip,
                         testing::Values(Variant{"llama", "BF16", true, false, false, 1},
                                         Variant{"llama", "F16", false, true, true, 3},
                                         Variant{"llama", "F32", true, false, true, 2},
                                         Variant{"qwen2", "BF16", true, true, false, 1},
                                         Variant{"qwen2", "F32", false, false, false, 2},
                                         Variant{"qwen3", "BF16", false, false, false, 1},
                                         Variant{"qwen3", "F16", true, true, false, 1},
                                         Variant{"gemma3", "BF16", true, false, false, 1},
                                         Variant{"gemma3", "F16", false, true, false, 2},
                                         Variant{"gemma3", "F32", true, true, false, 1}),
                         [](const testing::TestParamInfo<Variant>& variant) {
                           return std::string(variant.param.architecture) + "_" +
                                  variant.param.dtype + (variant.param.tied ? "_tied" : "_untied");
                         });

// GGUF holds 1 + w; where fp32 cannot, w lies beside it, and counts until training moves the norm.
TEST_F(ImportTest, GemmasNormsAreShiftedAndComeBack) {
  TinyFolder model = tiny("gemma3");
  model.dtype = "F32";
  write_tiny_folder(folder(), model);
  import_model(folder(), gguf());
  const GgufFile file(gguf());
  const std::string name = "blk.0.post_ffw_norm.weight";
  const HfWeights weights(folder());
  const std::vector<float> stored = decode_weights(
      weights.find("model.layers.0.post_feedforward_layernorm.weight")->bytes, GGML_TYPE_F32);
  const std::vector<float> held = file.read(file.tensor(name));
  for (std::size_t i = 0; i < stored.size(); ++i) EXPECT_EQ(held[i], stored[i] + 1.0F);
  EXPECT_EQ(stored[0], 1e-9F);
  EXPECT_EQ(file.float_list("drp.hf." + name), stored);

  GgufWriter moved;
  for (const GgufFile::RawKey& key : file.raw_keys()) moved.add_raw(key);
  for (const GgufTensor& tensor : file.tensors()) {
    std::vector<float> values = file.read(tensor);
    if (tensor.name == name) values[1] = 1.5F;
    moved.add_tensor(tensor.name, tensor.dims, values);
  }
  moved.write(place_ / "moved.gguf");
  export_folder(place_ / "moved", GgufFile(place_ / "moved.gguf"), {});
  const HfWeights back(place_ / "moved");
  std::vector<float> expected = stored;
  expected[1] = 0.5F;
  EXPECT_EQ(decode_weights(back.find("model.layers.0.post_feedforward_layernorm.weight")->bytes,
                           GGML_TYPE_F32),
            expected);
}

TEST_F(ImportTest, OfAModelThatSeesImagesTheLanguageModelIsImported) {
  TinyFolder model = tiny("gemma3");
  write_tiny_folder(place_ / "text", model);
  model.sees_images = true;
  write_tiny_folder(folder(), model);
  const ImportResult result = import_model(folder(), gguf());
  EXPECT_EQ(result.architecture, "gemma3");
  EXPECT_THAT(result.notes, testing::Contains(testing::HasSubstr("1 tensors of its other parts")));
  export_folder(place_ / "back", GgufFile(gguf()), {});
  expect_same_weights(place_ / "text", place_ / "back");
  const json config = json::parse(read_file(place_ / "back/config.json"));
  EXPECT_EQ(config["model_type"], "gemma3_text");
  EXPECT_EQ(config["architectures"], json({"Gemma3ForCausalLM"}));
  import_model(place_ / "back", place_ / "again.gguf");
  EXPECT_EQ(read_model_shape(GgufFile(place_ / "again.gguf")), read_model_shape(GgufFile(gguf())));
}

// The 4B model's text_config names no more than this.
TEST_F(ImportTest, GemmasDefaultsAreFilledIn) {
  make_folder(folder());
  write_file_atomic(folder() / "config.json", R"({"model_type": "gemma3", "eos_token_id": [1, 106],
      "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "num_hidden_layers": 34,
      "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024}})");
  const HfConfig config = read_hf_config(folder() / "config.json");
  EXPECT_TRUE(config.sees_images);
  EXPECT_EQ(config.shape.heads, 8);
  EXPECT_EQ(config.shape.key_value_heads, 4);
  EXPECT_EQ(config.shape.head_width, 256);
  EXPECT_EQ(config.shape.score_width(), 256);
  EXPECT_EQ(config.shape.rope_base, 1e6);
  EXPECT_EQ(config.shape.window_rope_base, 1e4);
  EXPECT_EQ(config.rope, (HfRope{RopeScaling::kLinear, 8}));
  EXPECT_EQ(config.shape.window, 1024);
  EXPECT_EQ(config.shape.window_period, 6);
  EXPECT_TRUE(config.shape.windowed(4));
  EXPECT_FALSE(config.shape.windowed(5));
  EXPECT_EQ(config.tied_head, true);
  EXPECT_THAT(config.end_ids, testing::ElementsAre(1, 106));
}

TEST_F(ImportTest, GemmaNamesWhatLlamaCppWouldComputeOtherwise) {
  write_tiny_folder(folder(), tiny("gemma3"));
  const std::string config = read_file(folder() / "config.json");
  const auto with = [&](const char* key, const json& value) {
    edit("config.json", [&](json& content) { content[key] = value; });
    const std::string message = complaint();
    write_file_atomic(folder() / "config.json", config);
    return message;
  };
  EXPECT_THAT(with("query_pre_attn_scalar", 32), testing::HasSubstr("llama.cpp takes 16"));
  EXPECT_THAT(with("final_logit_softcapping", 30.0), testing::HasSubstr("final_logit_softcapping"));
  EXPECT_THAT(with("attn_logit_softcapping", 50.0), testing::HasSubstr("attn_logit_softcapping"));
  EXPECT_THAT(with("use_bidirectional_attention", true), testing::HasSubstr("bidirectional"));
  EXPECT_THAT(with("hidden_activation", "silu"), testing::HasSubstr("hidden_activation 'silu'"));
  EXPECT_THAT(with("layer_types", json::array({"full_attention"})),
              testing::HasSubstr("1 layer_types for 2"));
  EXPECT_THAT(with("layer_types", json::array({"full_attention", "sliding_attention"})),
              testing::HasSubstr("follow no period"));
  EXPECT_THAT(with("layer_types", json::array({"full_attention", "chunked"})),
              testing::HasSubstr("layer type"));
  EXPECT_THAT(with("sliding_window", 0), testing::HasSubstr("sliding_window"));
  EXPECT_THAT(with("rope_scaling", {{"rope_type", "yarn"}, {"factor", 2.0}}),
              testing::HasSubstr("rope_type 'yarn'"));
  // A token without a row is left out, unless the template needs it.
  const std::string tokens = read_file(folder() / "tokenizer.json");
  edit("tokenizer.json", [](json& content) {
    content["added_tokens"].push_back({{"id", kGemmaRows}, {"content", "<image_soft_token>"}});
  });
  EXPECT_THAT(import_model(folder(), gguf()).notes,
              testing::Contains(testing::HasSubstr("<image_soft_token>")));
  EXPECT_EQ(GgufFile(gguf()).text_list("tokenizer.ggml.tokens").size(),
            static_cast<std::size_t>(kGemmaRows));
  edit("tokenizer_config.json",
       [](json& content) { content["chat_template"] = "<image_soft_token>{{ messages }}"; });
  EXPECT_THAT(complaint(), testing::HasSubstr("for which the model has no row"));
  write_file_atomic(folder() / "tokenizer.json", tokens);
  std::filesystem::rename(folder() / "tokenizer.json", folder() / "tokenizer.model");
  EXPECT_THAT(complaint(), testing::HasSubstr("tokenizer.model without tokenizer.json"));
}

TEST_F(ImportTest, WeightsAreWrittenAsLlamaCppWantsThem) {
  TinyFolder model = tiny();
  model.llama3_scaling = true;
  write_tiny_folder(folder(), model);
  import_model(folder(), gguf());
  const GgufFile file(gguf());
  EXPECT_EQ(file.integer("general.file_type"), 32);
  EXPECT_EQ(file.integer("llama.attention.key_length"), 16);
  EXPECT_EQ(file.tensor("token_embd.weight").type, GGML_TYPE_BF16);
  EXPECT_EQ(file.tensor("blk.0.attn_norm.weight").type, GGML_TYPE_F32);
  EXPECT_EQ(file.find("output.weight"), nullptr);
  // Row 1 of a head in GGUF is the first row of its second half in Hugging Face's order.
  const HfWeights weights(folder());
  const std::string_view rows = weights.find("model.layers.0.self_attn.q_proj.weight")->bytes;
  const std::size_t row = 64 * 2;
  EXPECT_EQ(file.data(file.tensor("blk.0.attn_q.weight")).substr(row, row),
            rows.substr(8 * row, row));
  EXPECT_EQ(file.data(file.tensor("blk.0.attn_v.weight")),
            weights.find("model.layers.0.self_attn.v_proj.weight")->bytes);
}

TEST_F(ImportTest, QuantisesThroughGgml) {
  TinyFolder model = tiny("qwen2");
  model.dtype = "F32";
  write_tiny_folder(folder(), model);
  import_model(folder(), place_ / "whole.gguf");
  for (const char* name : {"q8_0", "q4_1", "q4_k", "f16", "bf16"}) {
    import_model(folder(), gguf(), {find_weight_type(name), false, ""});
    const GgufFile file(gguf());
    const GgufFile whole(place_ / "whole.gguf");
    const GgufTensor& tensor = file.tensor("blk.0.ffn_up.weight");
    const int wanted = find_weight_type(name)->ggml;
    // 64 values a row are no multiple of a K-quant's 256.
    EXPECT_EQ(tensor.type, wanted == GGML_TYPE_Q4_K ? static_cast<int>(GGML_TYPE_Q5_0) : wanted);
    const std::vector<float> found = file.read(tensor);
    const std::vector<float> expected = whole.read(whole.tensor("blk.0.ffn_up.weight"));
    double error = 0;
    double size = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      error += std::pow(found[i] - expected[i], 2);
      size += std::pow(expected[i], 2);
    }
    EXPECT_LT(std::sqrt(error / size), wanted == GGML_TYPE_Q8_0 ? 0.01 : 0.1) << name;
    EXPECT_EQ(file.tensor("blk.0.attn_q.bias").type, GGML_TYPE_F32);
  }
}

// Pitfall P48: both spellings, and a kind of scaling that is not known is an error.
TEST_F(ImportTest, P48_RotaryScalingIsReadInBothSpellings) {
  TinyFolder model = tiny();
  model.llama3_scaling = true;
  write_tiny_folder(folder(), model);
  const HfConfig old = read_hf_config(folder() / "config.json");
  model.new_spelling = true;
  write_tiny_folder(folder(), model);
  const HfConfig newer = read_hf_config(folder() / "config.json");
  EXPECT_EQ(old.rope, newer.rope);
  EXPECT_EQ(old.shape, newer.shape);
  EXPECT_EQ(old.rope.scaling, RopeScaling::kLlama3);
  EXPECT_EQ(old.shape.rope_base, 100);
  edit("config.json", [](json& config) { config["rope_parameters"]["rope_type"] = "longrope"; });
  EXPECT_THAT(complaint(), testing::HasSubstr("rope_type 'longrope'"));
  edit("config.json", [](json& config) {
    config["rope_scaling"] = {{"type", "linear"}, {"factor", 2.0}};
    config.erase("rope_parameters");
    config["rope_theta"] = 10000;
  });
  import_model(folder(), gguf());
  EXPECT_EQ(read_model_shape(GgufFile(gguf())).rope_divisors, std::vector<float>(8, 2.0F));
}

// The formula of Llama 3.1 with its own numbers: theta 500,000, 128 values a head.
TEST_F(ImportTest, Llama3DivisorsFollowTheFormula) {
  const HfRope rope{RopeScaling::kLlama3, 8, 1, 4, 8192};
  const std::vector<float> divisors = llama3_divisors(rope, 500000, 128);
  ASSERT_EQ(divisors.size(), 64U);
  EXPECT_EQ(divisors[0], 1);
  EXPECT_EQ(divisors[28], 1);              // wavelength 1,956 < 2,048
  EXPECT_EQ(divisors[36], 8);              // wavelength 10,105 > 8,192
  EXPECT_NEAR(divisors[31], 2.026, 2e-3);  // wavelength 3,619: smooth 0.4212
  EXPECT_EQ(rope_of_divisors(divisors, 500000, 128), rope);
  EXPECT_EQ(rope_of_divisors({}, 500000, 128), HfRope{});
  std::vector<float> other = divisors;
  other[30] += 0.5F;
  EXPECT_EQ(rope_of_divisors(other, 500000, 128), std::nullopt);
}

TEST_F(ImportTest, ReadsEveryFormOfChatTemplate) {
  write_tiny_folder(folder(), tiny());
  const auto templates = [&] {
    import_model(folder(), gguf());
    const GgufFile file(gguf());
    return std::string(file.text("tokenizer.chat_template").value_or("none")) + "|" +
           std::string(file.text("tokenizer.chat_template.tool_use").value_or("none"));
  };
  edit("tokenizer_config.json", [](json& config) { config["chat_template"] = "one"; });
  EXPECT_EQ(templates(), "one|none");
  edit("tokenizer_config.json", [](json& config) {
    config["chat_template"] = {{{"name", "default"}, {"template", "two"}},
                               {{"name", "tool_use"}, {"template", "tools"}}};
  });
  EXPECT_EQ(templates(), "two|tools");
  write_file_atomic(folder() / "chat_template.jinja", "three");
  EXPECT_EQ(templates(), "three|tools");
  std::filesystem::remove(folder() / "chat_template.jinja");
  edit("tokenizer_config.json", [](json& config) { config.erase("chat_template"); });
  write_file_atomic(folder() / "chat_template.json", R"({"chat_template":"four"})");
  EXPECT_EQ(templates(), "four|none");
  std::filesystem::remove(folder() / "chat_template.json");
  EXPECT_THAT(import_model(folder(), gguf()).notes,
              testing::Contains(testing::HasSubstr("no chat template")));
}

// Pitfall P22: every id that may end a response does so after the import.
TEST_F(ImportTest, P22_EveryEndOfGenerationIsKept) {
  TinyFolder model = tiny();
  write_tiny_folder(folder(), model);
  edit("tokenizer.json", [](json& content) {
    content["added_tokens"].push_back({{"id", 421}, {"content", "<done>"}, {"special", true}});
    content["added_tokens"].push_back({{"id", 422}, {"content", "<over>"}, {"special", true}});
  });
  write_file_atomic(folder() / "generation_config.json", R"({"eos_token_id":[2,0,421,422]})");
  import_model(folder(), gguf());
  const GgufFile file(gguf());
  EXPECT_EQ(file.integer("tokenizer.ggml.eos_token_id"), 2);  // <|im_end|> of tokenizer_config.json
  EXPECT_EQ(file.integer("tokenizer.ggml.eot_token_id"), 421);
  EXPECT_EQ(file.integer("tokenizer.ggml.eom_token_id"), 422);
  EXPECT_EQ(file.integer("tokenizer.ggml.padding_token_id"), 0);
}

// Pitfall P24: rows of the embedding without a token are unused tokens.
TEST_F(ImportTest, P24_RowsWithoutTokenAreUnused) {
  write_tiny_folder(folder(), tiny("qwen2"));
  import_model(folder(), gguf());
  const GgufFile file(gguf());
  const auto tokens = file.text_list("tokenizer.ggml.tokens");
  const auto types = file.integer_list("tokenizer.ggml.token_type");
  ASSERT_EQ(tokens.size(), 424U);
  EXPECT_EQ(tokens[423], "[PAD423]");
  EXPECT_EQ(types[423], 5);
  EXPECT_EQ(tokens[416], "<|endoftext|>");
  EXPECT_EQ(types[416], 3);
  EXPECT_EQ(tokens[419], "<think>");
  EXPECT_EQ(types[419], 4);
  EXPECT_EQ(types[0], 1);
}

// Pitfall P26: merges as texts and as pairs give the same list.
TEST_F(ImportTest, P26_MergesMayBeTextsOrPairs) {
  write_tiny_folder(folder(), tiny());
  import_model(folder(), gguf());
  const GgufFile file(gguf());
  const auto texts = file.text_list("tokenizer.ggml.merges");
  const std::vector<std::string> expected(texts.begin(), texts.end());
  edit("tokenizer.json", [](json& content) {
    for (json& merge : content["model"]["merges"]) {
      const std::string text = merge.get<std::string>();
      const std::size_t space = text.find(' ');
      merge = {text.substr(0, space), text.substr(space + 1)};
    }
  });
  import_model(folder(), place_ / "pairs.gguf");
  const GgufFile pairs(place_ / "pairs.gguf");
  const auto found = pairs.text_list("tokenizer.ggml.merges");
  EXPECT_EQ(std::vector<std::string>(found.begin(), found.end()), expected);
  EXPECT_GT(expected.size(), 100U);
}

TEST_F(ImportTest, VocabularyAloneNeedsNoWeights) {
  make_folder(folder());
  for (const char* name : {"tokenizer.json", "tokenizer_config.json"}) {
    std::filesystem::copy_file(tokenizer("qwen2") / name, folder() / name);
  }
  EXPECT_THROW(import_model(folder(), gguf()), Error);
  const ImportResult result = import_model(folder(), gguf(), {nullptr, true, "remote"});
  EXPECT_EQ(result.tensors, 0);
  EXPECT_EQ(result.tokens, 421);
  EXPECT_EQ(result.pre_tokenizer, "qwen2");
  const GgufFile file(gguf());
  EXPECT_TRUE(file.tensors().empty());
  EXPECT_EQ(file.text("general.name"), "remote");
}

TEST_F(ImportTest, NamesWhatIsWrong) {
  EXPECT_THAT(complaint(), testing::HasSubstr("is no folder"));
  write_tiny_folder(folder(), tiny());
  const std::string config = read_file(folder() / "config.json");
  const auto with = [&](const char* key, const json& value) {
    edit("config.json", [&](json& content) { content[key] = value; });
    const std::string message = complaint();
    write_file_atomic(folder() / "config.json", config);
    return message;
  };
  EXPECT_THAT(with("model_type", "gemma2"), testing::HasSubstr("model_type 'gemma2'"));
  EXPECT_THAT(with("num_hidden_layers", 3), testing::HasSubstr("'model.layers.2."));
  EXPECT_THAT(with("num_hidden_layers", 1), testing::HasSubstr("has no place for"));
  EXPECT_THAT(with("num_hidden_layers", 1e12), testing::HasSubstr("a whole number"));
  EXPECT_THAT(with("hidden_size", std::int64_t{1} << 40U), testing::HasSubstr("is possible"));
  EXPECT_THAT(with("hidden_size", nullptr), testing::HasSubstr("lacks 'hidden_size'"));
  EXPECT_THAT(with("hidden_act", "gelu"), testing::HasSubstr("hidden_act 'gelu'"));
  EXPECT_THAT(with("mlp_bias", true), testing::HasSubstr("mlp_bias"));
  EXPECT_THAT(with("attention_bias", true), testing::HasSubstr("q_proj.bias"));
  EXPECT_THAT(with("intermediate_size", 97), testing::HasSubstr("config.json means 97 x 64"));
  EXPECT_THAT(with("num_key_value_heads", 3), testing::HasSubstr("do not fit"));
  EXPECT_THAT(with("quantization_config", {{"bits", 4}}),
              testing::HasSubstr("quantised by another"));
  EXPECT_THAT(with("vocab_size", 400), testing::HasSubstr("config.json means 400 x 64"));
  write_file_atomic(folder() / "config.json", "{");
  EXPECT_THAT(complaint(), testing::HasSubstr("is no JSON"));
  write_file_atomic(folder() / "config.json", config);

  const std::string tokens = read_file(folder() / "tokenizer.json");
  const auto with_tokens = [&](const std::function<void(json&)>& change) {
    edit("tokenizer.json", change);
    const std::string message = complaint();
    write_file_atomic(folder() / "tokenizer.json", tokens);
    return message;
  };
  EXPECT_THAT(with_tokens([](json& t) { t["model"]["type"] = "Unigram"; }),
              testing::HasSubstr("type Unigram"));
  EXPECT_THAT(with_tokens([](json& t) {
                t["pre_tokenizer"] = {{"type", "Whitespace"}};
              }),
              testing::HasSubstr("no name for: Whitespace"));
  EXPECT_THAT(with_tokens([](json& t) {
                t["normalizer"] = {{"type", "Lowercase"}};
              }),
              testing::HasSubstr("normalizer Lowercase"));
  EXPECT_THAT(with_tokens([](json& t) { t["model"]["merges"][0] = "abc"; }),
              testing::HasSubstr("no pair"));
  EXPECT_THAT(with_tokens([](json& t) { t["model"]["vocab"]["far"] = std::int64_t{1} << 40U; }),
              testing::HasSubstr("gives token 'far' the id"));
  EXPECT_THAT(with_tokens([](json& t) { t["model"]["vocab"]["far"] = 424; }),
              testing::HasSubstr("token ids up to 424"));
  std::filesystem::remove(folder() / "tokenizer.json");
  EXPECT_THAT(complaint(), testing::HasSubstr("has no tokenizer.json"));
  std::filesystem::remove(folder() / "model.safetensors");
  write_file_atomic(folder() / "tokenizer.json", tokens);
  EXPECT_THAT(complaint(), testing::HasSubstr("holds neither model.safetensors"));
  write_file_atomic(folder() / "model.safetensors.index.json",
                    R"({"weight_map":{"a":"../secret.safetensors"}})");
  EXPECT_THAT(complaint(), testing::HasSubstr("is no plain name"));
}

}  // namespace
}  // namespace drp::model_files
