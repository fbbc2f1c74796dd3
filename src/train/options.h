// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model_files/model_shape.h"

namespace drp::train {

// What is trained: pairs beside frozen weights, or every weight.
enum class TrainKind { kLora, kFull };

// What kLora trains: LoRA pairs on linear layers, the rest frozen. The output matrix and the
// embedding are never adapted.
struct LoraOptions {
  std::int64_t rank = 8;
  double alpha = 16;
  double dropout = 0;            // on the input of A; 0 <= dropout < 1
  bool rank_stabilised = false;  // scale alpha / sqrt(rank) instead of alpha / rank
  std::vector<model_files::Linear> targets{std::begin(model_files::kLinears),
                                           std::end(model_files::kLinears)};
  // Further targets: regular expressions (POSIX extended), each matched against the whole of
  // "blk.3.attn_q" and of "model.layers.3.self_attn.q_proj".
  std::vector<std::string> target_patterns;

  bool operator==(const LoraOptions&) const = default;
};

enum class Schedule { kCosine, kLinear, kConstant };
// kAuto times both on this processor and takes the faster.
enum class Precision { kAuto, kFp32, kBf16, kFp64 };
// Where the model is trained. kAuto: on a GPU where libtorch has one it can use.
enum class DeviceKind { kAuto, kCpu, kCuda };
// Whether a layer's inner values are computed again in the backward pass instead of kept. kAuto
// recomputes as few layers as the estimate needs to fit the free memory.
enum class Recompute { kAuto, kNever, kAlways };
// Whether the linear layers' frozen weights stay in memory in the compute type or are read from the
// model file, in whatever type it has, for each use. kAuto keeps them unless the estimate does not
// fit the free memory even with all layers recomputed.
enum class WeightStorage { kAuto, kMemory, kFile };
// Whether rows of one prompt run it once within a pass. kAuto: unless dropout acts on the pairs'
// input, where each row draws its own.
enum class SharePrompts { kAuto, kOff };

// The defaults are those of DRP's published training configuration.
struct TrainOptions {
  TrainKind kind = TrainKind::kLora;
  double learning_rate = 3e-5;
  Schedule schedule = Schedule::kCosine;
  double warmup_ratio = 0.1;  // share of all steps
  std::int64_t epochs = 3;
  std::int64_t batch_rows = 8;             // rows behind one optimizer step
  std::int64_t cutoff_tokens = 4096;       // a longer row is an error: curate drops those
  std::int64_t micro_batch_tokens = 4096;  // packed into one pass; a longer row gets its own
  double weight_decay = 0;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double clip_norm = 1.0;  // of the whole gradient; 0 switches it off
  std::uint64_t seed = 0;
  std::int64_t validate_every_steps = 0;     // 0: after each epoch
  std::int64_t checkpoint_every_steps = 50;  // also at the end and on a stop request
  std::int64_t stalled_validations_max =
      0;  // stop early after so many without a new best; 0: never
  Precision precision = Precision::kAuto;
  DeviceKind device = DeviceKind::kAuto;
  Recompute recompute = Recompute::kAuto;
  WeightStorage weights = WeightStorage::kAuto;
  SharePrompts share_prompts = SharePrompts::kOff;
  int threads = 0;  // 0: available_cores()

  bool operator==(const TrainOptions&) const = default;
};

// Throws Error{kConfig} naming the option, its value and the range. `lora` counts for kLora alone.
void check_options(const LoraOptions& lora, const TrainOptions& options);

std::string_view enum_name(TrainKind value);
bool enum_parse(std::string_view name, TrainKind& value);
std::string_view enum_name(Schedule value);
bool enum_parse(std::string_view name, Schedule& value);
std::string_view enum_name(Precision value);
bool enum_parse(std::string_view name, Precision& value);
std::string_view enum_name(DeviceKind value);
bool enum_parse(std::string_view name, DeviceKind& value);
std::string_view enum_name(Recompute value);
bool enum_parse(std::string_view name, Recompute& value);
std::string_view enum_name(WeightStorage value);
bool enum_parse(std::string_view name, WeightStorage& value);
std::string_view enum_name(SharePrompts value);
bool enum_parse(std::string_view name, SharePrompts& value);

}  // namespace drp::train
