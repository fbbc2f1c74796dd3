// SPDX-License-Identifier: Apache-2.0
#include "train/job_identity.h"

#include <cstdio>
#include <string>

#include "base/fingerprint.h"

namespace drp::train {
namespace {

std::string number(double value) {
  char text[40];
  const int size = std::snprintf(text, sizeof text, "%.17g", value);
  return std::string(text, static_cast<std::size_t>(size));
}

std::string digest(const std::vector<TrainingRow>& rows) {
  Fingerprint fingerprint;
  for (const TrainingRow& row : rows) {
    fingerprint.add(row.id);
    for (const auto* ids : {&row.prompt_ids, &row.response_ids}) {
      fingerprint.add(std::string_view(reinterpret_cast<const char*>(ids->data()),
                                       ids->size() * sizeof(std::int32_t)));
    }
  }
  return fingerprint.hex();
}

void add_lora(JobIdentity& identity, const LoraOptions& lora) {
  std::string targets;
  for (const model_files::Linear linear : lora.targets) {
    targets += (targets.empty() ? "" : ",") + std::string(gguf_name(linear));
  }
  for (const std::string& pattern : lora.target_patterns) {
    targets += (targets.empty() ? "/" : ",/") + pattern + "/";
  }
  identity["targets"] = targets;
  identity["rank"] = std::to_string(lora.rank);
  identity["alpha"] = number(lora.alpha);
  identity["dropout"] = number(lora.dropout);
  identity["rank_stabilised"] = lora.rank_stabilised ? "yes" : "no";
}

}  // namespace

JobIdentity job_identity(const TrainJob& job, const LoraOptions& lora, Prompts prompts) {
  const TrainOptions& options = job.options;
  JobIdentity identity;
  identity["model"] = sha256_file(job.model.string());
  std::string frozen;
  for (const auto& path : job.frozen_adapters) {
    frozen += (frozen.empty() ? "" : ",") + sha256_file(path.string());
  }
  identity["frozen_adapters"] = frozen;
  identity["continued_adapter"] =
      job.continued_adapter ? sha256_file(job.continued_adapter->string()) : "";
  identity["rows"] = digest(job.rows);
  identity["validation"] = digest(job.validation);
  identity["kind"] = enum_name(options.kind);
  if (options.kind == TrainKind::kLora) add_lora(identity, lora);
  identity["learning_rate"] = number(options.learning_rate);
  identity["schedule"] = enum_name(options.schedule);
  identity["warmup_ratio"] = number(options.warmup_ratio);
  identity["epochs"] = std::to_string(options.epochs);
  identity["batch_rows"] = std::to_string(options.batch_rows);
  identity["micro_batch_tokens"] = std::to_string(options.micro_batch_tokens);
  identity["weight_decay"] = number(options.weight_decay);
  identity["beta1"] = number(options.beta1);
  identity["beta2"] = number(options.beta2);
  identity["epsilon"] = number(options.epsilon);
  identity["clip_norm"] = number(options.clip_norm);
  identity["seed"] = std::to_string(options.seed);
  identity["validate_every_steps"] = std::to_string(options.validate_every_steps);
  identity["stalled_validations_max"] = std::to_string(options.stalled_validations_max);
  identity["precision"] = enum_name(options.precision);
  if (prompts == Prompts::kShared) identity["share_prompts"] = enum_name(options.share_prompts);
  return identity;
}

}  // namespace drp::train
