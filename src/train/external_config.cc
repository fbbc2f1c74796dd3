// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "train/external_tool.h"

namespace drp::train {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(); }

// The shortest form that gives the same double again. YAML 1.1 reads 3e-05 as a text: it wants the
// point.
std::string number(double value) {
  std::string text = nlohmann::json(value).dump();
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

std::vector<std::string> target_names(const LoraOptions& lora) {
  std::vector<std::string> names;
  for (const model_files::Linear target : lora.targets) {
    const std::string name(model_files::peft_name(target));
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

// Two rows a pass, as DRP's published configuration has it, where the batch allows.
std::int64_t rows_a_pass(const ExternalJob& job) { return job.options.batch_rows % 2 == 0 ? 2 : 1; }

// As Hugging Face counts them; the share itself is spelt in another way in each release.
std::int64_t warmup_steps(const ExternalJob& job) {
  const std::int64_t batch = job.options.batch_rows;
  const std::int64_t steps = (job.rows + batch - 1) / batch * job.options.epochs;
  return static_cast<std::int64_t>(
      std::ceil(static_cast<double>(steps) * job.options.warmup_ratio));
}

std::string schedule_name(const ExternalJob& job) {
  if (job.options.schedule == Schedule::kConstant) {
    return job.options.warmup_ratio > 0 ? "constant_with_warmup" : "constant";
  }
  return std::string(enum_name(job.options.schedule));
}

// What all three call by the names of transformers.
Settings common_settings(const ExternalJob& job) {
  const TrainOptions& o = job.options;
  return {{"gradient_accumulation_steps", std::to_string(o.batch_rows / rows_a_pass(job))},
          {"learning_rate", number(o.learning_rate)},
          {"warmup_steps", std::to_string(warmup_steps(job))},
          {"weight_decay", number(o.weight_decay)},
          {"adam_beta1", number(o.beta1)},
          {"adam_beta2", number(o.beta2)},
          {"adam_epsilon", number(o.epsilon)},
          {"max_grad_norm", number(o.clip_norm)},
          {"seed", std::to_string(o.seed)},
          {"logging_steps", "1"}};
}

Settings operator+(Settings first, const Settings& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

std::string yaml(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    text += name + ":" + (value.empty() || value[0] == '\n' ? "" : " ") + value + "\n";
  }
  return text;
}

std::string python_arguments(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) text += "    " + name + "=" + value + ",\n";
  return text;
}

std::string llamafactory_config(const ExternalJob& job) {
  Settings settings = {{"model_name_or_path", quoted(job.base)},
                       {"stage", "sft"},
                       {"do_train", "true"},
                       {"finetuning_type", "lora"},
                       {"lora_rank", std::to_string(job.lora.rank)},
                       {"lora_alpha", whole_or(job.lora.alpha)},
                       {"lora_dropout", number(job.lora.dropout)},
                       {"lora_target", join(target_names(job.lora), ",")},
                       {"use_rslora", job.lora.rank_stabilised ? "true" : "false"},
                       {"dataset_dir", "data"},
                       {"dataset", "drp_train"},
                       {"template", "empty"},
                       {"train_on_prompt", "false"},
                       {"packing", "false"},
                       {"cutoff_len", std::to_string(job.options.cutoff_tokens)},
                       {"output_dir", "output"},
                       {"overwrite_output_dir", "true"},
                       {"save_strategy", "epoch"},
                       {"report_to", "none"},
                       {"per_device_train_batch_size", std::to_string(rows_a_pass(job))},
                       {"num_train_epochs", number(static_cast<double>(job.options.epochs))},
                       {"lr_scheduler_type", schedule_name(job)},
                       {"bf16", job.bf16 ? "true" : "false"}};
  if (job.validation) {
    settings = settings + Settings{{"eval_dataset", "drp_validation"},
                                   {"eval_strategy", "epoch"},
                                   {"per_device_eval_batch_size", "1"}};
  }
  return "# llamafactory-cli train drp.yaml\n"
         "# The rows hold the rendered prompt, control tokens and all: the template adds "
         "nothing.\n" +
         yaml(settings + common_settings(job));
}

std::string axolotl_config(const ExternalJob& job) {
  const auto rows = [](const std::string& file) {
    return "\n  - path: " + file + "\n    ds_type: json\n    split: train\n    type:";
  };
  std::string targets;
  for (const std::string& name : target_names(job.lora)) targets += "\n  - " + name;
  Settings settings = {{"base_model", quoted(job.base)},
                       {"adapter", "lora"},
                       {"lora_r", std::to_string(job.lora.rank)},
                       {"lora_alpha", whole_or(job.lora.alpha)},
                       {"lora_dropout", number(job.lora.dropout)},
                       {"peft_use_rslora", job.lora.rank_stabilised ? "true" : "false"},
                       {"lora_target_modules", targets},
                       {"datasets", rows("train.jsonl")}};
  if (job.validation) settings.emplace_back("test_datasets", rows("validation.jsonl"));
  settings = settings + Settings{{"sequence_len", std::to_string(job.options.cutoff_tokens)},
                                 {"sample_packing", "false"},
                                 {"pad_to_sequence_len", "false"},
                                 {"micro_batch_size", std::to_string(rows_a_pass(job))},
                                 {"num_epochs", std::to_string(job.options.epochs)},
                                 {"optimizer", "adamw_torch"},
                                 {"lr_scheduler", schedule_name(job)},
                                 {"bf16", job.bf16 ? "auto" : "false"},
                                 {"saves_per_epoch", "1"},
                                 {"output_dir", "output"}};
  return "# axolotl train drp.yaml\n"
         "# The rows are token ids and labels: no template and no tokenizer touches them.\n" +
         yaml(settings + common_settings(job));
}

std::string trl_script(const ExternalJob& job) {
  std::string targets;
  for (const std::string& name : target_names(job.lora)) {
    targets += (targets.empty() ? "" : ", ") + quoted(name);
  }
  const Settings arguments = {{"output_dir", "\"output\""},
                              {"max_length", std::to_string(job.options.cutoff_tokens)},
                              {"completion_only_loss", "True"},
                              {"packing", "False"},
                              {"per_device_train_batch_size", std::to_string(rows_a_pass(job))},
                              {"num_train_epochs", std::to_string(job.options.epochs)},
                              {"lr_scheduler_type", quoted(schedule_name(job))},
                              {"bf16", job.bf16 ? "True" : "False"},
                              {"eval_strategy", job.validation ? "\"epoch\"" : "\"no\""},
                              {"save_strategy", "\"epoch\""},
                              {"report_to", "\"none\""}};
  const Settings adapter = {{"task_type", "\"CAUSAL_LM\""},
                            {"r", std::to_string(job.lora.rank)},
                            {"lora_alpha", whole_or(job.lora.alpha)},
                            {"lora_dropout", number(job.lora.dropout)},
                            {"use_rslora", job.lora.rank_stabilised ? "True" : "False"},
                            {"target_modules", "[" + targets + "]"}};
  const Settings trainer = {{"model", quoted(job.base)},
                            {"args", "arguments"},
                            {"train_dataset", "rows[\"train\"]"},
                            {"eval_dataset", job.validation ? "rows[\"validation\"]" : "None"},
                            {"peft_config", "adapter"}};
  const std::string files = std::string("\"train\": \"train.jsonl\"") +
                            (job.validation ? ", \"validation\": \"validation.jsonl\"" : "");
  return "#!/usr/bin/env python3\n"
         "# python drp_trl.py   (trl, peft, transformers)\n"
         "# The rows are token ids with the response marked: no template touches them.\n"
         "from datasets import load_dataset\n"
         "from peft import LoraConfig\n"
         "from trl import SFTConfig, SFTTrainer\n\n"
         "rows = load_dataset(\"json\", data_files={" +
         files + "})\narguments = SFTConfig(\n" +
         python_arguments(arguments + common_settings(job)) + ")\nadapter = LoraConfig(\n" +
         python_arguments(adapter) + ")\ntrainer = SFTTrainer(\n" + python_arguments(trainer) +
         ")\ntrainer.train()\ntrainer.save_model(\"output\")\n";
}

}  // namespace

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

}  // namespace drp::train
