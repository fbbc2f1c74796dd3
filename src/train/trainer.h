// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/communicator.h"
#include "base/progress.h"
#include "base/stop.h"
#include "records/evaluation.h"
#include "records/training_row.h"
#include "train/engine.h"
#include "train/options.h"

namespace drp::train {

struct TrainJob {
  std::filesystem::path model;  // GGUF
  // GGUF LoRA files below the trained one: merged into the weights in fp32, in this order.
  std::vector<std::filesystem::path> frozen_adapters;
  // GGUF LoRA to go on from instead of a fresh pair; its rank, alpha and targets replace those of
  // `lora`. Not with kFull.
  std::optional<std::filesystem::path> continued_adapter;
  std::vector<TrainingRow> rows;
  std::vector<TrainingRow> validation;  // may be empty
  LoraOptions lora;
  TrainOptions options;
  std::filesystem::path checkpoint_folder;  // made where missing
  std::filesystem::path peft_folder;        // empty: not written
  std::filesystem::path gguf_file;          // empty: not written
  model_files::FloatType adapter_type = model_files::FloatType::kF32;
  // kFull: the trained model as GGUF, with the base's tokenizer and template; empty: not written.
  std::filesystem::path model_file;
  model_files::FloatType model_type = model_files::FloatType::kF16;
  // The processes that share the work, or nullptr for this one alone; must outlive the training.
  // All of them are given the same job; rank 0 writes the files.
  Communicator* ranks = nullptr;
  bool writes() const { return ranks == nullptr || ranks->rank() == 0; }
  std::string
      base_model_name;  // base_model_name_or_path of the PEFT folder; empty: the file's name
};

struct TrainResult {
  std::int64_t steps = 0;          // of the whole run
  std::int64_t steps_resumed = 0;  // of them done before this call
  bool stopped_early = false;
  std::int64_t best_step = 0;  // whose parameters were written; the last without validation
  double loss_first = 0;       // of the first step of this call
  double loss_last = 0;        // of the last epoch, mean over its supervised tokens
  std::optional<double> validation_loss_first;  // before the first step
  std::optional<double> validation_loss_best;
  std::int64_t rows_dropped = 0;  // longer than the cutoff or the model's context
  // Of the whole process, or of the GPU that trained, at its peak: as estimated (0: unknown), and
  // as it was.
  double memory_estimate_bytes = 0;
  double memory_peak_bytes = 0;
  std::int64_t tokens = 0;               // of this call, as run (prompt and response)
  std::int64_t prompt_tokens_saved = 0;  // of this call: run once for several rows
  std::int64_t supervised_tokens = 0;    // of this call
  double seconds = 0;                    // of this call's steps
  std::string engine;                    // what the engine says of itself

  double tokens_per_second() const {
    return seconds > 0 ? static_cast<double>(tokens) / seconds : 0;
  }
};

using TrainObserver = std::function<void(const TrainingEvent&)>;

// Trains a LoRA adapter or, with kFull, the whole model. The same job gives the same bytes on the
// same machine with the same number of threads, whether it ran through or was stopped at any step
// and called again.
//
// Loss: the mean over all supervised tokens of a step's rows, however they were packed. Validation
// runs before the first step, then as the options say; the parameters of the best validation are
// what is written.
class Trainer {
 public:
  virtual ~Trainer() = default;

  // Resumes from job.checkpoint_folder where it holds a checkpoint of the same job; one of another
  // job is an Error{kConfig} naming what differs. On a stop request it saves and throws
  // Error{kInterrupted} or Error{kTerminated}. Also throws Error{kData} for rows that cannot be
  // trained on, Error{kModel}, Error{kIo}.
  virtual TrainResult train(const TrainJob& job, const TrainObserver& on_event, Progress& progress,
                            const StopFlag& stop) = 0;
};

// A trainer on any engine; `progress` and clock readings never reach the result's bytes.
std::unique_ptr<Trainer> make_trainer(EngineFactory engines);

// The trainer on libtorch: loads libdrp_train_torch.so from $DRP_PLUGIN_DIR, else from beside the
// program (build folder), else ../lib/drp from it. Throws Error{kConfig} saying where it looked.
std::unique_ptr<Trainer> load_trainer();

}  // namespace drp::train
