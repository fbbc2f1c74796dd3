// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "llm/tokenizer.h"
#include "records/training_row.h"
#include "train/options.h"

namespace drp::train {

// Another program that can do this training.
enum class ExternalTool { kLlamaFactory, kTrl, kAxolotl };
std::string_view enum_name(ExternalTool value);  // "llamafactory", "trl", "axolotl"
bool enum_parse(std::string_view name, ExternalTool& value);

// What a configuration says besides the data.
struct ExternalJob {
  LoraOptions lora;
  TrainOptions options;
  std::string base;         // model_name_or_path as the tool gets it
  std::int64_t rows = 0;    // trained on; they set the number of steps
  bool validation = false;  // there are validation rows
  bool bf16 = true;         // compute type of the base on a GPU
};

// The rows in the form in which a tool takes them without rendering a template of its own, so that
// it trains on exactly the token ids that we would train on:
//   llamafactory  data/drp_{train,validation}.jsonl with the rendered prompt and response as texts
//                 for its template "empty", and data/dataset_info.json
//   trl           {train,validation}.jsonl of input_ids and completion_mask
//   axolotl       {train,validation}.jsonl of input_ids, attention_mask and labels
class ExternalRows {
 public:
  // Borrows the tokenizer.
  ExternalRows(const std::filesystem::path& folder, ExternalTool tool,
               const llm::Tokenizer& tokenizer);
  ~ExternalRows();

  // False where the tool would get other ids: texts that hold a control token's name as plain text.
  bool add(const TrainingRow& row);
  // Makes the files visible. Without it nothing is left behind.
  void publish();

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

// The configuration with the same hyperparameters: drp.yaml, or drp_trl.py for TRL. It puts the
// adapter into the folder "output". Throws Error{kConfig} for target patterns.
void write_external_config(const std::filesystem::path& folder, ExternalTool tool,
                           const ExternalJob& job);
// The command that trains, to be run in the folder.
std::string external_command(ExternalTool tool);

}  // namespace drp::train
