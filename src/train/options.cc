// SPDX-License-Identifier: Apache-2.0
#include "train/options.h"

#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

#include "base/error.h"

namespace drp::train {
namespace {

std::string number(double value) {
  char text[32];
  const int size = std::snprintf(text, sizeof text, "%g", value);
  return std::string(text, static_cast<std::size_t>(size));
}

void in_range(const char* option, double value, double low, double high) {
  if (value >= low && value <= high) return;
  throw Error(ErrorKind::kConfig,
              std::string(option) + " is " + number(value) + "; " + number(low) + " to " +
                  number(high) + " is possible",
              "change it in the recipe's train section");
}

template <class Enum>
struct Name {
  Enum value;
  std::string_view name;
};
constexpr Name<TrainKind> kKinds[] = {{TrainKind::kLora, "lora"}, {TrainKind::kFull, "full"}};
constexpr Name<Schedule> kSchedules[] = {{Schedule::kCosine, "cosine"},
                                         {Schedule::kLinear, "linear"},
                                         {Schedule::kConstant, "constant"}};
constexpr Name<Precision> kPrecisions[] = {{Precision::kAuto, "auto"},
                                           {Precision::kFp32, "fp32"},
                                           {Precision::kBf16, "bf16"},
                                           {Precision::kFp64, "fp64"}};
constexpr Name<DeviceKind> kDevices[] = {
    {DeviceKind::kAuto, "auto"}, {DeviceKind::kCpu, "cpu"}, {DeviceKind::kCuda, "cuda"}};
constexpr Name<Recompute> kRecomputes[] = {
    {Recompute::kAuto, "auto"}, {Recompute::kNever, "never"}, {Recompute::kAlways, "always"}};
constexpr Name<WeightStorage> kWeightStorages[] = {{WeightStorage::kAuto, "auto"},
                                                   {WeightStorage::kMemory, "memory"},
                                                   {WeightStorage::kFile, "file"}};
constexpr Name<SharePrompts> kSharePrompts[] = {{SharePrompts::kAuto, "auto"},
                                                {SharePrompts::kOff, "off"}};

template <class Enum, std::size_t size>
std::string_view name_of(const Name<Enum> (&names)[size], Enum value) {
  for (const Name<Enum>& entry : names) {
    if (entry.value == value) return entry.name;
  }
  return {};
}

template <class Enum, std::size_t size>
bool parse(const Name<Enum> (&names)[size], std::string_view name, Enum& value) {
  for (const Name<Enum>& entry : names) {
    if (entry.name != name) continue;
    value = entry.value;
    return true;
  }
  return false;
}

void check_lora(const LoraOptions& lora) {
  in_range("train.rank", static_cast<double>(lora.rank), 1, 1024);
  in_range("train.alpha", lora.alpha, 1e-3, 1e5);
  in_range("train.dropout", lora.dropout, 0, 0.9);
  if (lora.targets.empty() && lora.target_patterns.empty()) {
    throw Error(ErrorKind::kConfig, "train.targets is empty; at least one linear layer is needed",
                "leave it out to train all of them");
  }
}

}  // namespace

void check_options(const LoraOptions& lora, const TrainOptions& options) {
  if (options.kind == TrainKind::kLora) check_lora(lora);
  in_range("train.learning_rate", options.learning_rate, 1e-9, 1);
  in_range("train.warmup_ratio", options.warmup_ratio, 0, 1);
  in_range("train.epochs", static_cast<double>(options.epochs), 1, 10000);
  in_range("train.batch_rows", static_cast<double>(options.batch_rows), 1, 65536);
  in_range("train.cutoff_tokens", static_cast<double>(options.cutoff_tokens), 2, 1 << 20);
  in_range("train.micro_batch_tokens", static_cast<double>(options.micro_batch_tokens), 1, 1 << 20);
  in_range("train.weight_decay", options.weight_decay, 0, 1);
  in_range("train.beta1", options.beta1, 0, 0.99999);
  in_range("train.beta2", options.beta2, 0, 0.99999);
  in_range("train.epsilon", options.epsilon, 1e-12, 1);
  in_range("train.clip_norm", options.clip_norm, 0, 1e6);
  in_range("train.validate_every_steps", static_cast<double>(options.validate_every_steps), 0, 1e9);
  in_range("train.checkpoint_every_steps", static_cast<double>(options.checkpoint_every_steps), 1,
           1e9);
  in_range("train.stalled_validations_max", static_cast<double>(options.stalled_validations_max), 0,
           1e9);
  in_range("train.threads", options.threads, 0, 4096);
}

std::string_view enum_name(TrainKind value) { return name_of(kKinds, value); }
bool enum_parse(std::string_view name, TrainKind& value) { return parse(kKinds, name, value); }
std::string_view enum_name(Schedule value) { return name_of(kSchedules, value); }
bool enum_parse(std::string_view name, Schedule& value) { return parse(kSchedules, name, value); }
std::string_view enum_name(Precision value) { return name_of(kPrecisions, value); }
bool enum_parse(std::string_view name, Precision& value) { return parse(kPrecisions, name, value); }
std::string_view enum_name(DeviceKind value) { return name_of(kDevices, value); }
bool enum_parse(std::string_view name, DeviceKind& value) { return parse(kDevices, name, value); }
std::string_view enum_name(Recompute value) { return name_of(kRecomputes, value); }
bool enum_parse(std::string_view name, Recompute& value) { return parse(kRecomputes, name, value); }
std::string_view enum_name(WeightStorage value) { return name_of(kWeightStorages, value); }
bool enum_parse(std::string_view name, WeightStorage& value) {
  return parse(kWeightStorages, name, value);
}
std::string_view enum_name(SharePrompts value) { return name_of(kSharePrompts, value); }
bool enum_parse(std::string_view name, SharePrompts& value) {
  return parse(kSharePrompts, name, value);
}

}  // namespace drp::train
