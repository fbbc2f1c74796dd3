// SPDX-License-Identifier: Apache-2.0
#include "train/external_tool.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "records/json_line.h"

namespace drp::train {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> target_names(const LoraOptions& lora) {
  std::vector<std::string> names;
  for (const model_files::Linear target : lora.targets) {
    const std::string name(model_files::peft_name(target));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

// The shortest form that gives the same double again. YAML 1.1 reads 3e-05 as a text: it wants the
// point.
std::string number(double value) {
  std::string text = Json(value).dump();
  const std::size_t exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) {
    text.insert(exponent, ".0");
  }
  return text;
}
// Alpha is a whole number to some tools.
std::string whole_or(double value) {
  const auto whole = static_cast<std::int64_t>(value);
  return static_cast<double>(whole) == value ? std::to_string(whole) : number(value);
}
std::string quoted(const std::string& text) { return Json(text).dump(); }

// Two rows a pass, as DRP's published configuration has it, where the batch allows.
std::int64_t rows_a_pass(const TrainOptions& options) {
  return options.batch_rows % 2 == 0 ? 2 : 1;
}
std::int64_t passes_a_step(const TrainOptions& options) {
  return options.batch_rows / rows_a_pass(options);
}

// As Hugging Face counts them; the share itself is spelt in another way in each release.
std::int64_t warmup_steps(const ExternalJob& job) {
  const std::int64_t batch = job.options.batch_rows;
  const std::int64_t steps = (job.rows + batch - 1) / batch * job.options.epochs;
  return static_cast<std::int64_t>(
      std::ceil(static_cast<double>(steps) * job.options.warmup_ratio));
}

std::string schedule_name(const TrainOptions& options) {
  if (options.schedule == Schedule::kConstant) {
    return options.warmup_ratio > 0 ? "constant_with_warmup" : "constant";
  }
  return std::string(enum_name(options.schedule));
}

std::string llamafactory_config(const ExternalJob& job) {
  const TrainOptions& o = job.options;
  std::string text =
      "# llamafactory-cli train drp.yaml\n"
      "# The rows hold the rendered prompt, control tokens and all, so the template adds nothing.\n"
      "model_name_or_path: " +
      quoted(job.base) +
      "\n"
      "stage: sft\ndo_train: true\nfinetuning_type: lora\n"
      "lora_rank: " +
      std::to_string(job.lora.rank) +
      "\n"
      "lora_alpha: " +
      whole_or(job.lora.alpha) +
      "\n"
      "lora_dropout: " +
      number(job.lora.dropout) +
      "\n"
      "lora_target: " +
      join(target_names(job.lora), ",") +
      "\n"
      "use_rslora: " +
      (job.lora.rank_stabilised ? "true" : "false") +
      "\n"
      "dataset_dir: data\ndataset: drp_train\n" +
      (job.validation ? "eval_dataset: drp_validation\neval_strategy: epoch\n"
                        "per_device_eval_batch_size: 1\n"
                      : "") +
      "template: empty\ntrain_on_prompt: false\npacking: false\n"
      "cutoff_len: " +
      std::to_string(o.cutoff_tokens) +
      "\n"
      "output_dir: output\noverwrite_output_dir: true\nlogging_steps: 1\nsave_strategy: epoch\n"
      "report_to: none\n"
      "per_device_train_batch_size: " +
      std::to_string(rows_a_pass(o)) +
      "\n"
      "gradient_accumulation_steps: " +
      std::to_string(passes_a_step(o)) +
      "\n"
      "learning_rate: " +
      number(o.learning_rate) +
      "\n"
      "num_train_epochs: " +
      number(static_cast<double>(o.epochs)) +
      "\n"
      "lr_scheduler_type: " +
      schedule_name(o) +
      "\n"
      "warmup_steps: " +
      std::to_string(warmup_steps(job)) +
      "\n"
      "weight_decay: " +
      number(o.weight_decay) +
      "\n"
      "adam_beta1: " +
      number(o.beta1) +
      "\n"
      "adam_beta2: " +
      number(o.beta2) +
      "\n"
      "adam_epsilon: " +
      number(o.epsilon) +
      "\n"
      "max_grad_norm: " +
      number(o.clip_norm) +
      "\n"
      "bf16: " +
      (job.bf16 ? "true" : "false") +
      "\n"
      "seed: " +
      std::to_string(o.seed) + "\n";
  return text;
}

std::string axolotl_config(const ExternalJob& job) {
  const TrainOptions& o = job.options;
  const auto rows = [](const char* key, const char* file) {
    return std::string(key) + ":\n  - path: " + file +
           "\n    ds_type: json\n    split: train\n    type:\n";
  };
  std::string text =
      "# axolotl train drp.yaml\n"
      "# The rows are token ids and labels, so no template and no tokenizer touches them.\n"
      "base_model: " +
      quoted(job.base) +
      "\n"
      "adapter: lora\n"
      "lora_r: " +
      std::to_string(job.lora.rank) +
      "\n"
      "lora_alpha: " +
      whole_or(job.lora.alpha) +
      "\n"
      "lora_dropout: " +
      number(job.lora.dropout) +
      "\n"
      "peft_use_rslora: " +
      (job.lora.rank_stabilised ? "true" : "false") +
      "\n"
      "lora_target_modules:\n";
  for (const std::string& name : target_names(job.lora)) text += "  - " + name + "\n";
  text += rows("datasets", "train.jsonl") +
          (job.validation ? rows("test_datasets", "validation.jsonl") : "") +
          "sequence_len: " + std::to_string(o.cutoff_tokens) +
          "\n"
          "sample_packing: false\npad_to_sequence_len: false\n"
          "micro_batch_size: " +
          std::to_string(rows_a_pass(o)) +
          "\n"
          "gradient_accumulation_steps: " +
          std::to_string(passes_a_step(o)) +
          "\n"
          "num_epochs: " +
          std::to_string(o.epochs) +
          "\n"
          "optimizer: adamw_torch\n"
          "learning_rate: " +
          number(o.learning_rate) +
          "\n"
          "lr_scheduler: " +
          schedule_name(o) +
          "\n"
          "warmup_steps: " +
          std::to_string(warmup_steps(job)) +
          "\n"
          "weight_decay: " +
          number(o.weight_decay) +
          "\n"
          "adam_beta1: " +
          number(o.beta1) +
          "\n"
          "adam_beta2: " +
          number(o.beta2) +
          "\n"
          "adam_epsilon: " +
          number(o.epsilon) +
          "\n"
          "max_grad_norm: " +
          number(o.clip_norm) +
          "\n"
          "bf16: " +
          (job.bf16 ? "auto" : "false") +
          "\n"
          "seed: " +
          std::to_string(o.seed) +
          "\n"
          "logging_steps: 1\nsaves_per_epoch: 1\noutput_dir: output\n";
  return text;
}

std::string trl_script(const ExternalJob& job) {
  const TrainOptions& o = job.options;
  std::string targets;
  for (const std::string& name : target_names(job.lora)) {
    targets += (targets.empty() ? "" : ", ") + quoted(name);
  }
  return "#!/usr/bin/env python3\n"
         "# python drp_trl.py   (trl, peft, transformers)\n"
         "# The rows are token ids with the response marked, so no template touches them.\n"
         "from datasets import load_dataset\n"
         "from peft import LoraConfig\n"
         "from trl import SFTConfig, SFTTrainer\n\n"
         "rows = load_dataset(\"json\", data_files={\"train\": \"train.jsonl\"" +
         std::string(job.validation ? ", \"validation\": \"validation.jsonl\"" : "") +
         "})\n"
         "arguments = SFTConfig(\n"
         "    output_dir=\"output\",\n"
         "    max_length=" +
         std::to_string(o.cutoff_tokens) +
         ",\n"
         "    completion_only_loss=True,\n"
         "    packing=False,\n"
         "    per_device_train_batch_size=" +
         std::to_string(rows_a_pass(o)) +
         ",\n"
         "    gradient_accumulation_steps=" +
         std::to_string(passes_a_step(o)) +
         ",\n"
         "    learning_rate=" +
         number(o.learning_rate) +
         ",\n"
         "    num_train_epochs=" +
         std::to_string(o.epochs) +
         ",\n"
         "    lr_scheduler_type=\"" +
         schedule_name(o) +
         "\",\n"
         "    warmup_steps=" +
         std::to_string(warmup_steps(job)) +
         ",\n"
         "    weight_decay=" +
         number(o.weight_decay) +
         ",\n"
         "    adam_beta1=" +
         number(o.beta1) +
         ",\n"
         "    adam_beta2=" +
         number(o.beta2) +
         ",\n"
         "    adam_epsilon=" +
         number(o.epsilon) +
         ",\n"
         "    max_grad_norm=" +
         number(o.clip_norm) +
         ",\n"
         "    bf16=" +
         (job.bf16 ? "True" : "False") +
         ",\n"
         "    seed=" +
         std::to_string(o.seed) +
         ",\n"
         "    eval_strategy=\"" +
         (job.validation ? "epoch" : "no") +
         "\",\n"
         "    save_strategy=\"epoch\",\n"
         "    logging_steps=1,\n"
         "    report_to=\"none\",\n"
         ")\n"
         "adapter = LoraConfig(\n"
         "    task_type=\"CAUSAL_LM\",\n"
         "    r=" +
         std::to_string(job.lora.rank) +
         ",\n"
         "    lora_alpha=" +
         whole_or(job.lora.alpha) +
         ",\n"
         "    lora_dropout=" +
         number(job.lora.dropout) +
         ",\n"
         "    use_rslora=" +
         (job.lora.rank_stabilised ? "True" : "False") +
         ",\n"
         "    target_modules=[" +
         targets +
         "],\n"
         ")\n"
         "trainer = SFTTrainer(\n"
         "    model=" +
         quoted(job.base) +
         ",\n"
         "    args=arguments,\n"
         "    train_dataset=rows[\"train\"],\n"
         "    eval_dataset=" +
         (job.validation ? "rows[\"validation\"]" : "None") +
         ",\n"
         "    peft_config=adapter,\n"
         ")\n"
         "trainer.train()\n"
         "trainer.save_model(\"output\")\n";
}

std::string file_name(ExternalTool tool, Split split) {
  const std::string name = split == Split::kTrain ? "train.jsonl" : "validation.jsonl";
  return tool == ExternalTool::kLlamaFactory ? "data/drp_" + name : name;
}

Json dataset_info(bool validation) {
  const auto entry = [](const char* file) {
    return Json{
        {"file_name", file},
        {"formatting", "alpaca"},
        {"columns", {{"prompt", "instruction"}, {"query", "input"}, {"response", "output"}}}};
  };
  Json info = {{"drp_train", entry("drp_train.jsonl")}};
  if (validation) info["drp_validation"] = entry("drp_validation.jsonl");
  return info;
}

}  // namespace

std::string_view enum_name(ExternalTool value) {
  switch (value) {
    case ExternalTool::kLlamaFactory:
      return "llamafactory";
    case ExternalTool::kTrl:
      return "trl";
    case ExternalTool::kAxolotl:
      return "axolotl";
  }
  return {};
}

bool enum_parse(std::string_view name, ExternalTool& value) {
  for (const ExternalTool tool :
       {ExternalTool::kLlamaFactory, ExternalTool::kTrl, ExternalTool::kAxolotl}) {
    if (name != enum_name(tool)) continue;
    value = tool;
    return true;
  }
  return false;
}

struct ExternalRows::Files {
  Files(const std::filesystem::path& root, ExternalTool kind, const llm::Tokenizer& words)
      : folder(root),
        tool(kind),
        tokenizer(words),
        train(root / file_name(kind, Split::kTrain)),
        validation(root / file_name(kind, Split::kValidation)) {}

  // As the tool writes it down; nothing where it would read other ids out of the text.
  std::optional<Json> text_row(const TrainingRow& row) const {
    Json json = {{"instruction", tokenizer.detokenize(row.prompt_ids)},
                 {"input", ""},
                 {"output", tokenizer.detokenize(row.response_ids)}};
    const auto same = [&](const char* key, const std::vector<std::int32_t>& ids) {
      return tokenizer.tokenize(json[key].get<std::string>(), llm::ControlText::kParse) == ids;
    };
    if (!same("instruction", row.prompt_ids) || !same("output", row.response_ids)) {
      return std::nullopt;
    }
    return json;
  }

  Json id_row(const TrainingRow& row) const {
    constexpr int kNoLoss = -100;
    std::vector<std::int32_t> ids = row.prompt_ids;
    ids.insert(ids.end(), row.response_ids.begin(), row.response_ids.end());
    if (tool == ExternalTool::kTrl) {
      std::vector<int> mask(row.prompt_ids.size(), 0);
      mask.resize(ids.size(), 1);
      return {{"input_ids", ids}, {"completion_mask", mask}};
    }
    std::vector<std::int32_t> labels(row.prompt_ids.size(), kNoLoss);
    labels.insert(labels.end(), row.response_ids.begin(), row.response_ids.end());
    return {{"input_ids", ids},
            {"attention_mask", std::vector<int>(ids.size(), 1)},
            {"labels", labels}};
  }

  std::filesystem::path folder;
  ExternalTool tool;
  const llm::Tokenizer& tokenizer;
  AtomicFile train;
  AtomicFile validation;
  bool has_validation = false;
};

ExternalRows::ExternalRows(const std::filesystem::path& folder, ExternalTool tool,
                           const llm::Tokenizer& tokenizer) {
  make_folder(tool == ExternalTool::kLlamaFactory ? folder / "data" : folder);
  files_ = std::make_unique<Files>(folder, tool, tokenizer);
}

ExternalRows::~ExternalRows() = default;

bool ExternalRows::add(const TrainingRow& row) {
  const bool texts = files_->tool == ExternalTool::kLlamaFactory;
  const std::optional<Json> json = texts ? files_->text_row(row) : files_->id_row(row);
  if (!json) return false;
  const bool training = row.split == Split::kTrain;
  (training ? files_->train : files_->validation).write(dump_line(*json) + "\n");
  files_->has_validation |= !training;
  return true;
}

void ExternalRows::publish() {
  files_->train.publish();
  if (files_->has_validation) files_->validation.publish();
  if (files_->tool != ExternalTool::kLlamaFactory) return;
  write_file_atomic(files_->folder / "data/dataset_info.json",
                    dataset_info(files_->has_validation).dump(2) + "\n");
}

void write_external_config(const std::filesystem::path& folder, ExternalTool tool,
                           const ExternalJob& job) {
  if (!job.lora.target_patterns.empty()) {
    throw Error(ErrorKind::kConfig,
                "train.targets holds the pattern '" + job.lora.target_patterns.front() +
                    "', which other tools read in other ways",
                "name the matrices, such as [attn_q, attn_v]");
  }
  switch (tool) {
    case ExternalTool::kLlamaFactory:
      write_file_atomic(folder / "drp.yaml", llamafactory_config(job));
      break;
    case ExternalTool::kTrl:
      write_file_atomic(folder / "drp_trl.py", trl_script(job));
      break;
    case ExternalTool::kAxolotl:
      write_file_atomic(folder / "drp.yaml", axolotl_config(job));
      break;
  }
}

std::string external_command(ExternalTool tool) {
  switch (tool) {
    case ExternalTool::kLlamaFactory:
      return "llamafactory-cli train drp.yaml";
    case ExternalTool::kTrl:
      return "python drp_trl.py";
    case ExternalTool::kAxolotl:
      return "axolotl train drp.yaml";
  }
  return {};
}

}  // namespace drp::train
