// SPDX-License-Identifier: Apache-2.0
#include "pipeline/train_job.h"

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "train/targets.h"

namespace drp::pipeline {
namespace {

template <class Enum>
Enum named(const std::string& name) {
  Enum value{};
  DRP_CHECK(train::enum_parse(name, value), "the recipe allows a word the trainer does not know");
  return value;
}

}  // namespace

train::TrainJob train_job(const Recipe& recipe) {
  train::TrainJob job;
  // What another program trains is an adapter, too.
  job.options.kind = named<train::TrainKind>(recipe.train.kind == "external" ? std::string("lora")
                                                                             : recipe.train.kind);
  job.lora.rank = recipe.train.rank;
  job.lora.alpha = recipe.train.alpha;
  job.lora.dropout = recipe.train.dropout;
  job.lora.rank_stabilised = recipe.train.rank_stabilised;
  train::set_targets(recipe.train.targets, job.lora);
  job.options.learning_rate = recipe.train.learning_rate;
  job.options.schedule = named<train::Schedule>(recipe.train.schedule);
  job.options.warmup_ratio = recipe.train.warmup;
  job.options.epochs = recipe.train.epochs;
  job.options.batch_rows = recipe.train.batch;
  job.options.cutoff_tokens = recipe.curate.tokens_max;
  job.options.stalled_validations_max = recipe.train.patience;
  job.options.precision = named<train::Precision>(recipe.train.precision);
  job.options.device = named<train::DeviceKind>(recipe.train.device);
  job.options.micro_batch_tokens = recipe.train.micro_batch_tokens;
  job.options.recompute = named<train::Recompute>(recipe.train.recompute);
  job.options.weights = named<train::WeightStorage>(recipe.train.weights);
  job.options.share_prompts = named<train::SharePrompts>(recipe.train.share_prompts);
  job.options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  job.options.threads =
      static_cast<int>(recipe.train.threads > 0 ? recipe.train.threads : recipe.run.threads);
  job.adapter_type = model_files::FloatType::kF16;
  job.base_model_name = recipe.student.model;
  return job;
}

void set_outputs(train::TrainJob& job, const std::filesystem::path& folder) {
  if (job.options.kind == train::TrainKind::kFull) {
    job.model_file = folder / "model.gguf";
    return;
  }
  job.peft_folder = folder / "adapter";
  job.gguf_file = folder / "adapter.gguf";
}

std::filesystem::path trained_file(const Recipe& recipe, const std::filesystem::path& folder) {
  return folder / (recipe.train.kind == "full" ? "model.gguf" : "adapter.gguf");
}

train::TrainResult train_with_events(const train::TrainJob& job, const Services& services,
                                     const std::filesystem::path& events) {
  const std::unique_ptr<train::Trainer> trainer = services.engines.load_trainer();
  std::string lines;
  const auto on_event = [&lines](const TrainingEvent& event) {
    lines += to_json_line(event) + "\n";
  };
  // A resumed run repeats no step, so what an earlier process logged comes first.
  const std::filesystem::path kept = job.checkpoint_folder / "training.partial.jsonl";
  if (std::filesystem::exists(kept)) lines = read_file(kept);
  const auto save = [&] {
    if (job.writes()) write_file_atomic(kept, lines);
  };
  make_folder(job.checkpoint_folder);
  train::TrainResult result;
  try {
    result = trainer->train(job, on_event, services.progress, services.stop);
  } catch (...) {
    save();
    throw;
  }
  if (job.writes()) write_file_atomic(events, lines);
  services.progress.info(
      "train: " + format_count(result.steps) + " steps, loss " +
      format_fixed(result.loss_first, 3) + " -> " + format_fixed(result.loss_last, 3) + ", " +
      format_fixed(result.tokens_per_second(), 0) + " tokens/s (" + result.engine + ")");
  if (result.prompt_tokens_saved > 0) {
    const double all = static_cast<double>(result.tokens + result.prompt_tokens_saved);
    services.progress.info(
        "train: " + format_count(result.prompt_tokens_saved) + " prompt tokens saved, " +
        format_fixed(100 * static_cast<double>(result.prompt_tokens_saved) / all, 0) +
        " % of all, by rows that share a prompt (train.share_prompts)");
  }
  if (result.memory_estimate_bytes > 0) {
    constexpr double kGibibyte = 1024.0 * 1024 * 1024;
    services.progress.info("train: " + format_fixed(result.memory_estimate_bytes / kGibibyte, 2) +
                           " GiB of memory estimated, " +
                           format_fixed(result.memory_peak_bytes / kGibibyte, 2) +
                           " GiB at the peak");
  }
  return result;
}

}  // namespace drp::pipeline
