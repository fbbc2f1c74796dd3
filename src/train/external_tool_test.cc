// SPDX-License-Identifier: Apache-2.0
#include "train/external_tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace drp::train {
namespace {

using nlohmann::json;

// One token a byte, but "<end>" is token 300.
class WordTokenizer final : public llm::Tokenizer {
 public:
  std::vector<llm::TokenId> tokenize(std::string_view text,
                                     llm::ControlText control) const override {
    std::vector<llm::TokenId> ids;
    while (!text.empty()) {
      if (control == llm::ControlText::kParse && text.starts_with("<end>")) {
        ids.push_back(300);
        text.remove_prefix(5);
      } else {
        ids.push_back(text[0]);
        text.remove_prefix(1);
      }
    }
    return ids;
  }
  std::string detokenize(std::span<const llm::TokenId> ids) const override {
    std::string text;
    for (const llm::TokenId id : ids) {
      text += id == 300 ? std::string("<end>") : std::string(1, static_cast<char>(id));
    }
    return text;
  }
  std::vector<llm::TokenId> render_prompt(std::span<const llm::Message>,
                                          std::string_view) const override {
    return {};
  }
  llm::TokenId end_token() const override { return 300; }
  int vocabulary_size() const override { return 301; }
  std::string fingerprint() const override { return "words"; }
};

TrainingRow row(const std::string& id, const std::string& prompt, Split split = Split::kTrain) {
  TrainingRow made;
  made.id = id;
  made.split = split;
  made.prompt_ids = WordTokenizer().tokenize(prompt, llm::ControlText::kPlain);
  made.response_ids = {'4', 300};
  return made;
}

class ExternalToolTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / "external_tool";
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  json first(const std::string& file) const {
    const std::string text = read_file(folder_ / file);
    return json::parse(text.substr(0, text.find('\n')));
  }
  void write(ExternalTool tool) {
    ExternalRows rows(folder_, tool, tokenizer_);
    EXPECT_TRUE(rows.add(row("a", "2+2=")));
    EXPECT_TRUE(rows.add(row("b", "1+3=", Split::kValidation)));
    rows.publish();
    ExternalJob job;
    job.base = "base";
    job.rows = 301;  // 38 steps an epoch
    job.validation = true;
    job.lora.targets = {model_files::Linear::kQuery, model_files::Linear::kDown};
    write_external_config(folder_, tool, job);
  }

  std::filesystem::path folder_;
  WordTokenizer tokenizer_;
};

TEST_F(ExternalToolTest, LlamaFactoryGetsRenderedTexts) {
  write(ExternalTool::kLlamaFactory);
  EXPECT_EQ(first("data/drp_train.jsonl"),
            json({{"instruction", "2+2="}, {"input", ""}, {"output", "4<end>"}}));
  EXPECT_EQ(first("data/drp_validation.jsonl")["instruction"], "1+3=");
  const json info = json::parse(read_file(folder_ / "data/dataset_info.json"));
  EXPECT_EQ(info["drp_train"]["file_name"], "drp_train.jsonl");
  EXPECT_EQ(info["drp_train"]["columns"]["response"], "output");
  const std::string config = read_file(folder_ / "drp.yaml");
  for (const char* line :
       {"template: empty\n", "model_name_or_path: \"base\"\n", "lora_rank: 8\n", "lora_alpha: 16\n",
        "lora_target: q_proj,down_proj\n", "learning_rate: 3.0e-05\n",
        "per_device_train_batch_size: 2\n", "gradient_accumulation_steps: 4\n",
        "num_train_epochs: 3.0\n", "lr_scheduler_type: cosine\n", "warmup_steps: 12\n",
        "cutoff_len: 4096\n", "eval_dataset: drp_validation\n"}) {
    EXPECT_THAT(config, testing::HasSubstr(line));
  }
}

// The name of a control token in a text would come back as that token.
TEST_F(ExternalToolTest, P25_RowsThatTextsCannotSayAreLeftOut) {
  ExternalRows texts(folder_, ExternalTool::kLlamaFactory, tokenizer_);
  EXPECT_FALSE(texts.add(row("a", "say <end> please")));
  ExternalRows ids(folder_, ExternalTool::kTrl, tokenizer_);
  EXPECT_TRUE(ids.add(row("a", "say <end> please")));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "train.jsonl")) << "nothing before publish()";
}

TEST_F(ExternalToolTest, TrlGetsIdsAndTheMask) {
  write(ExternalTool::kTrl);
  EXPECT_EQ(first("train.jsonl"), json({{"input_ids", {'2', '+', '2', '=', '4', 300}},
                                        {"completion_mask", {0, 0, 0, 0, 1, 1}}}));
  const std::string script = read_file(folder_ / "drp_trl.py");
  for (const char* line :
       {"model=\"base\"", "completion_only_loss=True", "r=8,", "lora_alpha=16,",
        "target_modules=[\"q_proj\", \"down_proj\"]", "eval_dataset=rows[\"validation\"]",
        "gradient_accumulation_steps=4,", "lr_scheduler_type=\"cosine\""}) {
    EXPECT_THAT(script, testing::HasSubstr(line));
  }
}

TEST_F(ExternalToolTest, AxolotlGetsIdsAndLabels) {
  write(ExternalTool::kAxolotl);
  EXPECT_EQ(first("train.jsonl"), json({{"input_ids", {'2', '+', '2', '=', '4', 300}},
                                        {"attention_mask", {1, 1, 1, 1, 1, 1}},
                                        {"labels", {-100, -100, -100, -100, '4', 300}}}));
  const std::string config = read_file(folder_ / "drp.yaml");
  for (const char* line :
       {"base_model: \"base\"\n", "  - q_proj\n  - down_proj\n", "micro_batch_size: 2\n",
        "test_datasets:\n  - path: validation.jsonl\n", "sequence_len: 4096\n"}) {
    EXPECT_THAT(config, testing::HasSubstr(line));
  }
}

TEST_F(ExternalToolTest, NamesAreThoseOfTheCommandLine) {
  ExternalTool tool{};
  for (const char* name : {"llamafactory", "trl", "axolotl"}) {
    ASSERT_TRUE(enum_parse(name, tool));
    EXPECT_EQ(enum_name(tool), name);
  }
  EXPECT_FALSE(enum_parse("unsloth", tool));
}

TEST_F(ExternalToolTest, APatternOfTargetsIsRefused) {
  ExternalJob job;
  job.lora.target_patterns = {"blk\\..*"};
  make_folder(folder_);
  EXPECT_THROW(write_external_config(folder_, ExternalTool::kTrl, job), Error);
}

}  // namespace
}  // namespace drp::train
