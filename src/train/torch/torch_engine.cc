// SPDX-License-Identifier: Apache-2.0
#include "train/torch/torch_engine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <new>

#include "base/error.h"
#include "base/memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/text.h"
#include "train/shares.h"
#include "train/torch/decoder.h"
#include "train/torch/device.h"
#include "train/torch/memory_plan.h"
#include "train/torch/weights.h"

namespace drp::train {
namespace {

// Runs `work` and turns what libtorch throws into an Error.
template <class Work>
auto guarded(const Work& work) {
  try {
    const c10::InferenceMode no_autograd;
    return work();
  } catch (const c10::OutOfMemoryError&) {
    throw Error(ErrorKind::kModel, "the GPU's memory does not hold this training",
                "lower train.micro_batch_tokens, set train.recompute to always, or train.device to "
                "cpu");
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::kModel, std::string("libtorch: ") + error.what_without_backtrace(),
                "set train.precision to fp32, or report this with the model's name");
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::kModel, "the memory does not hold this training",
                "lower train.micro_batch_tokens, or set train.recompute to always");
  }
}

// Best of a few products of the shape that training is made of, in operations per second. On a GPU
// large enough to fill it whatever the model.
double product_rate(at::ScalarType type, const model_files::ModelShape& shape,
                    const at::Device& device) {
  const bool gpu = !device.is_cpu();
  const std::int64_t tokens = gpu ? 4096 : 512;
  const std::int64_t inputs = gpu ? 2048 : shape.width;
  const std::int64_t outputs = gpu ? 8192 : 2 * shape.feed_forward;
  constexpr int kTries = 3;
  const auto options = at::TensorOptions(type).device(device);
  const at::Tensor x = at::ones({tokens, inputs}, options);
  const at::Tensor weight = at::ones({outputs, inputs}, options);
  const double operations = 2.0 * static_cast<double>(tokens * inputs * outputs);
  double best = 0;
  for (int i = 0; i < kTries + 1; ++i) {
    wait_for(device);
    const auto start = std::chrono::steady_clock::now();
    const at::Tensor y = at::mm(x, weight.t());
    at::mm(y, weight);
    wait_for(device);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (i > 0) best = std::max(best, 2 * operations / elapsed.count());
  }
  return best;
}

// Every pass asks for the same large blocks: kept by the allocator they cost nothing, while blocks
// mapped anew cost a page fault for each 4 KiB. Only the main arena keeps blocks of this size, so
// all threads share it.
void keep_freed_memory() {
  constexpr int kKeptBytes = 1 << 30;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, kKeptBytes);
  ::mallopt(M_TRIM_THRESHOLD, kKeptBytes);
  ::mallopt(M_TOP_PAD, 64 << 20);
}

std::string giga(double rate) { return format_fixed(rate / 1e9, 0) + " GFLOP/s"; }

class TorchEngine final : public Engine {
 public:
  explicit TorchEngine(const EngineConfig& config)
      : dropout_(config.dropout),
        seed_(config.seed),
        share_limits_(config.share_limits()),
        threads_(static_cast<int>(share_limits_.threads)),
        device_(choose_device(config.device)),
        memory_(device_) {
    if (device_.is_cpu()) {
      keep_freed_memory();
    } else {
      share_limits_.threads = 1;  // one pass fills it
    }
    at::set_num_threads(threads_);
    const model_files::GgufFile file(config.model);
    const model_files::ModelShape shape = model_files::read_model_shape(file);
    precision_ = choose_precision(config, shape);
    plan(config, shape, static_cast<double>(file.file_bytes()));
    EngineConfig planned = config;
    planned.weights = plan_.weights;
    weights_ = load_weights(planned, type(), device_);
    parameters_.assign(config.trained_values(), 0.0F);
    gradients_.assign(config.trained_values(), 0.0F);
    placed_parameters_ = placed(parameters_);
    placed_gradients_ = placed(gradients_);
    flash_ = type() == at::kBFloat16 && flash_works(device_, shape.head_width);
  }

  std::span<float> parameters() override { return parameters_; }
  std::span<float> gradients() override {
    if (on_device_) take_gradients();
    return gradients_;
  }
  Precision precision() const override { return precision_; }
  std::string description() const override { return description_; }
  double memory_estimate_bytes() const override { return plan_.use.total(); }
  double memory_peak_bytes() const override {
    return device_.is_cpu() ? Engine::memory_peak_bytes() : device_peak_bytes(device_);
  }

  void parameters_changed() override {
    guarded([&] {
      if (!device_.is_cpu()) placed_parameters_.copy_(on_host(parameters_));
      weights_.refresh(placed_parameters_);
    });
  }

  LossSum train(const PackedBatch& batch, std::int64_t pass) override {
    const std::uint64_t key = derive_seed(seed_, "pass", static_cast<std::uint64_t>(pass));
    on_device_ = !device_.is_cpu();
    return guarded([&] {
      const auto parts = shares(batch);
      const LossSum sum = over_parts(parts, [&](const PackedBatch& part, std::size_t index) {
        PassOptions options = pass_options(parts.size());
        options.dropout = dropout_;
        options.dropout_key = derive_seed(key, "part", index);
        options.recomputed_layers = static_cast<std::size_t>(plan_.recomputed_layers);
        DecoderPass run(weights_, part, options);
        const at::Tensor gradients =
            index == 0 ? placed_gradients_ : on_host(part_gradients_[index - 1]);
        run.forward(gradients);
        run.backward(gradients);
        return run.loss();
      });
      join_gradients();
      return sum;
    });
  }

  LossSum evaluate(const PackedBatch& batch) override {
    return guarded([&] {
      const auto parts = shares(batch);
      return over_parts(parts, [&](const PackedBatch& part, std::size_t) {
        DecoderPass run(weights_, part, pass_options(parts.size()));
        run.evaluate();
        return run.loss();
      });
    });
  }

 private:
  std::vector<PackedBatch> shares(const PackedBatch& batch) {
    std::vector<PackedBatch> parts = split(batch, share_count(batch.tokens.size(), share_limits_));
    while (part_gradients_.size() + 1 < parts.size()) {
      part_gradients_.emplace_back(gradients_.size(), 0.0F);
    }
    return parts;
  }

  // From the device, which starts anew.
  void take_gradients() {
    guarded([&] {
      on_host(gradients_).add_(placed_gradients_.to(at::kCPU));
      placed_gradients_.zero_();
    });
    on_device_ = false;
  }

  static at::Tensor on_host(std::vector<float>& values) {
    return at::from_blob(values.data(), {std::ssize(values)}, at::kFloat);
  }
  // Where passes use them: the same memory on the processor.
  at::Tensor placed(std::vector<float>& values) const {
    return device_.is_cpu() ? on_host(values) : on_host(values).to(device_);
  }

  PassOptions pass_options(std::size_t parts) const {
    PassOptions options;
    options.flash = flash_;
    options.logits_max /= static_cast<std::int64_t>(std::max<std::size_t>(1, parts));
    return options;
  }

  template <class Work>
  LossSum over_parts(const std::vector<PackedBatch>& parts, const Work& work) const {
    const int count = static_cast<int>(parts.size());
    std::vector<LossSum> losses(parts.size());
    parallel_for(parts.size(), count, [&](std::size_t i) {
      const c10::InferenceMode no_autograd;
      at::set_num_threads(threads_ / count);
      losses[i] = work(parts[i], i);
    });
    LossSum sum;
    for (const LossSum& loss : losses) {
      sum.nll += loss.nll;
      sum.tokens += loss.tokens;
    }
    return sum;
  }

  void join_gradients() {
    for (std::vector<float>& gradients : part_gradients_) {
      for (std::size_t i = 0; i < gradients.size(); ++i) gradients_[i] += gradients[i];
      std::fill(gradients.begin(), gradients.end(), 0.0F);
    }
  }

  at::ScalarType type() const {
    switch (precision_) {
      case Precision::kBf16:
        return at::kBFloat16;
      case Precision::kFp64:
        return at::kDouble;
      case Precision::kAuto:
      case Precision::kFp32:
        break;
    }
    return at::kFloat;
  }

  Precision choose_precision(const EngineConfig& config, const model_files::ModelShape& shape) {
    Precision chosen = config.precision;
    if (chosen == Precision::kAuto) {
      // A processor or GPU without bf16 units runs bf16 products many times slower than fp32.
      const double fp32 = product_rate(at::kFloat, shape, device_);
      const double bf16 = product_rate(at::kBFloat16, shape, device_);
      chosen = bf16 > 1.2 * fp32 ? Precision::kBf16 : Precision::kFp32;
      description_ = std::string(enum_name(chosen)) + " (products at fp32 " + giga(fp32) +
                     ", bf16 " + giga(bf16) + ")";
    } else {
      description_ = enum_name(chosen);
    }
    return chosen;
  }

  void plan(const EngineConfig& config, const model_files::ModelShape& shape, double file_bytes) {
    MemoryLoad load;
    load.tokens = config.pass_tokens;
    load.supervised = config.pass_supervised > 0 ? config.pass_supervised : config.pass_tokens;
    load.row_tokens = config.row_tokens;
    load.parts = static_cast<std::int64_t>(
        share_count(static_cast<std::size_t>(config.pass_tokens), share_limits_));
    load.file_bytes = file_bytes;
    load.gpu = !device_.is_cpu();
    if (!load.gpu) {
      ::malloc_trim(0);  // what earlier work left free would be counted, and then used again
      load.process_bytes = static_cast<double>(process_memory_bytes());
    }
    constexpr double kShare = 0.9;  // of what is available; the estimate is right within a tenth
    const double available =
        load.gpu ? device_free_bytes(device_) : static_cast<double>(available_memory_bytes());
    const double budget = config.memory_bytes > 0 ? config.memory_bytes : kShare * available;
    plan_ = plan_memory(shape, config, type(), load, budget);
    describe_plan(shape, budget);
  }

  void describe_plan(const model_files::ModelShape& shape, double budget) {
    if (device_.is_cpu()) {
      description_ += ", " + std::to_string(threads_) + (threads_ == 1 ? " thread" : " threads");
    } else {
      description_ += ", " + device_name(device_);
    }
    if (plan_.recomputed_layers > 0) {
      description_ += ", " + std::to_string(plan_.recomputed_layers) + " of " +
                      std::to_string(shape.layers) + " layers recomputed";
    }
    if (plan_.weights == WeightStorage::kFile) description_ += ", weights read from the file";
    constexpr double kGibibyte = 1024.0 * 1024 * 1024;
    description_ += ", about " + format_fixed(plan_.use.total() / kGibibyte, 2) + " GiB of " +
                    (device_.is_cpu() ? "memory" : "its memory");
    if (const double needed = plan_.use.total() - plan_.use.before; needed > budget) {
      description_ += " (" + format_fixed(needed / kGibibyte, 2) + " GiB more than now, " +
                      format_fixed(budget / kGibibyte, 2) + " GiB may be used)";
    }
  }

  double dropout_;
  std::uint64_t seed_;
  ShareLimits share_limits_;
  int threads_;
  at::Device device_;
  DeviceMemory memory_;  // before all tensors, so that it outlives them
  bool flash_ = false;
  Precision precision_ = Precision::kFp32;
  MemoryPlan plan_;
  DecoderWeights weights_;
  std::vector<float> parameters_;
  std::vector<float> gradients_;
  // The same on the device, which takes the parameters when they change and gives its gradients
  // when they are asked for; on the processor views of them.
  at::Tensor placed_parameters_;
  at::Tensor placed_gradients_;
  bool on_device_ = false;  // gradients that were not asked for yet
  // Of all parts but the first; zero between passes.
  std::vector<std::vector<float>> part_gradients_;
  std::string description_;
};

}  // namespace

std::unique_ptr<Engine> make_torch_engine(const EngineConfig& config) {
  return guarded([&]() -> std::unique_ptr<Engine> {
    auto engine = std::make_unique<TorchEngine>(config);
    engine->parameters_changed();
    return engine;
  });
}

}  // namespace drp::train
