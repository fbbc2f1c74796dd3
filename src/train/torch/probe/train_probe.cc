// SPDX-License-Identifier: Apache-2.0
// Trains on a JSONL file of training rows without the command line program:
//   drp_train_probe ROWS.jsonl MODEL.gguf OUT [key=value...]
// Keys: the options' names, plus adapter=FILE (frozen), continue=FILE, f16=1.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "records/json_line.h"
#include "train/trainer.h"

namespace {

drp::StopFlag stop;

class Lines final : public drp::Progress {
 public:
  void begin(std::string_view, std::int64_t total) override { total_ = total; }
  void update(std::int64_t done, std::string_view note) override {
    std::fprintf(stderr, "%ld/%ld %.*s\n", static_cast<long>(done), static_cast<long>(total_),
                 static_cast<int>(note.size()), note.data());
  }
  void end(std::string_view note) override { info(note); }
  void info(std::string_view line) override {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  }
  void warn(std::string_view line) override { info(line); }

 private:
  std::int64_t total_ = 0;
};

double number(const std::map<std::string, std::string>& keys, const char* key, double otherwise) {
  const auto found = keys.find(key);
  return found == keys.end() ? otherwise : std::atof(found->second.c_str());
}

drp::train::TrainJob read_job(int count, char** arguments) {
  drp::train::TrainJob job;
  std::map<std::string, std::string> keys;
  for (int i = 4; i < count; ++i) {
    const std::string argument = arguments[i];
    const std::size_t equals = argument.find('=');
    if (equals != std::string::npos) keys[argument.substr(0, equals)] = argument.substr(equals + 1);
  }
  drp::LineReader lines(arguments[1]);
  while (const auto line = lines.next()) {
    auto row = drp::from_json_line<drp::TrainingRow>(*line, lines.where());
    (row.split == drp::Split::kValidation ? job.validation : job.rows).push_back(std::move(row));
  }
  const std::filesystem::path out = arguments[3];
  job.model = arguments[2];
  job.checkpoint_folder = out / "checkpoint";
  job.peft_folder = out / "adapter";
  job.gguf_file = out / "adapter.gguf";
  if (keys.contains("adapter")) job.frozen_adapters = {keys["adapter"]};
  if (keys.contains("continue")) job.continued_adapter = keys["continue"];
  if (keys.contains("f16")) job.adapter_type = drp::model_files::FloatType::kF16;
  auto& options = job.options;
  job.lora.rank = static_cast<std::int64_t>(number(keys, "rank", 8));
  job.lora.alpha = number(keys, "alpha", 2.0 * static_cast<double>(job.lora.rank));
  job.lora.dropout = number(keys, "dropout", 0);
  options.learning_rate = number(keys, "learning_rate", options.learning_rate);
  options.epochs = static_cast<std::int64_t>(number(keys, "epochs", 3));
  options.batch_rows = static_cast<std::int64_t>(number(keys, "batch_rows", 8));
  options.micro_batch_tokens = static_cast<std::int64_t>(number(keys, "micro_batch_tokens", 4096));
  options.warmup_ratio = number(keys, "warmup_ratio", options.warmup_ratio);
  options.seed = static_cast<std::uint64_t>(number(keys, "seed", 0));
  options.threads = static_cast<int>(number(keys, "threads", 0));
  options.checkpoint_every_steps =
      static_cast<std::int64_t>(number(keys, "checkpoint_every_steps", 50));
  if (keys.contains("schedule")) enum_parse(keys["schedule"], options.schedule);
  if (keys.contains("precision")) enum_parse(keys["precision"], options.precision);
  if (keys.contains("recompute")) enum_parse(keys["recompute"], options.recompute);
  return job;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    std::fprintf(stderr, "usage: drp_train_probe ROWS.jsonl MODEL.gguf OUT [key=value...]\n");
    return 2;
  }
  std::signal(SIGINT, [](int signal) { stop.request(signal); });
  std::signal(SIGTERM, [](int signal) { stop.request(signal); });
  try {
    const drp::train::TrainJob job = read_job(count, arguments);
    drp::make_folder(arguments[3]);
    Lines progress;
    const auto result = drp::train::load_trainer()->train(
        job, [](const drp::TrainingEvent&) {}, progress, stop);
    std::printf("steps %ld, best step %ld, loss %.4f -> %.4f, %.1f s, %.0f tokens/s, %s\n",
                static_cast<long>(result.steps), static_cast<long>(result.best_step),
                result.loss_first, result.loss_last, result.seconds, result.tokens_per_second(),
                result.engine.c_str());
  } catch (const drp::Error& error) {
    std::fprintf(stderr, "error: %s\n  %s\n", error.message().c_str(), error.hint().c_str());
    return drp::exit_code(error.kind());
  }
  return 0;
}
