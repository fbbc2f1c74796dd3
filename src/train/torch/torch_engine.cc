// SPDX-License-Identifier: Apache-2.0
#include "train/torch/torch_engine.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <new>

#include "base/error.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/text.h"
#include "train/torch/decoder.h"
#include "train/torch/weights.h"

namespace drp::train {
namespace {

constexpr std::size_t kPartGradientsMax = std::size_t{256} << 20U;  // values beside the first part

// Runs `work` and turns what libtorch throws into an Error.
template <class Work>
auto guarded(const Work& work) {
  try {
    const c10::InferenceMode no_autograd;
    return work();
  } catch (const c10::Error& error) {
    throw Error(ErrorKind::kModel, std::string("libtorch: ") + error.what_without_backtrace(),
                "set train.precision to fp32, or report this with the model's name");
  } catch (const std::bad_alloc&) {
    throw Error(ErrorKind::kModel, "the memory does not hold this training",
                "lower train.micro_batch_tokens, or set train.recompute to always");
  }
}

// Best of a few products of the shape that training is made of, in operations per second.
double product_rate(at::ScalarType type, const model_files::ModelShape& shape) {
  constexpr std::int64_t kTokens = 512;
  constexpr int kTries = 3;
  const at::Tensor x = at::ones({kTokens, shape.width}, type);
  const at::Tensor weight = at::ones({2 * shape.feed_forward, shape.width}, type);
  const double operations = 2.0 * static_cast<double>(kTokens * shape.width) *
                            static_cast<double>(2 * shape.feed_forward);
  double best = 0;
  for (int i = 0; i < kTries + 1; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const at::Tensor y = at::mm(x, weight.t());
    at::mm(y, weight);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    if (i > 0) best = std::max(best, 2 * operations / elapsed.count());
  }
  return best;
}

// Bytes that one pass keeps for its backward pass, per token, without recomputation.
double kept_bytes(const model_files::ModelShape& shape, std::size_t compute_bytes) {
  const double inner = static_cast<double>(2 * shape.query_width() + 2 * shape.key_value_width() +
                                           2 * shape.feed_forward) *
                       static_cast<double>(compute_bytes);
  const double residual = 2.0 * static_cast<double>(shape.width) * sizeof(float);
  return static_cast<double>(shape.layers) * (inner + residual);
}

double free_memory_bytes() {
  return static_cast<double>(::sysconf(_SC_AVPHYS_PAGES)) *
         static_cast<double>(::sysconf(_SC_PAGESIZE));
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
        threads_(config.threads > 0 ? config.threads : available_cores()),
        part_tokens_(static_cast<std::size_t>(config.part_tokens)) {
    at::set_num_threads(threads_);
    keep_freed_memory();
    const model_files::ModelShape shape =
        model_files::read_model_shape(model_files::GgufFile(config.model));
    precision_ = choose_precision(config, shape);
    weights_ = load_weights(config, type());
    parameters_.assign(config.trained_values(), 0.0F);
    gradients_.assign(config.trained_values(), 0.0F);
    const double needed =
        kept_bytes(shape, at::elementSize(type())) * static_cast<double>(config.pass_tokens);
    recompute_ = config.recompute == Recompute::kAlways ||
                 (config.recompute == Recompute::kAuto && needed > 0.6 * free_memory_bytes());
    description_ += ", " + std::to_string(threads_) + (threads_ == 1 ? " thread" : " threads");
    if (recompute_) description_ += ", layers recomputed";
  }

  std::span<float> parameters() override { return parameters_; }
  std::span<float> gradients() override { return gradients_; }
  Precision precision() const override { return precision_; }
  std::string description() const override { return description_; }

  void parameters_changed() override {
    guarded([&] { weights_.refresh(parameters_); });
  }

  LossSum train(const PackedBatch& batch, std::int64_t pass) override {
    const std::uint64_t key = derive_seed(seed_, "pass", static_cast<std::uint64_t>(pass));
    return guarded([&] {
      const auto parts = shares(batch);
      const LossSum sum = over_parts(parts, [&](const PackedBatch& part, std::size_t index) {
        PassOptions options = pass_options(parts.size());
        options.dropout = dropout_;
        options.dropout_key = derive_seed(key, "part", index);
        options.recompute = recompute_;
        DecoderPass run(weights_, part, options);
        const std::span<float> gradients =
            index == 0 ? std::span(gradients_) : std::span(part_gradients_[index - 1]);
        const LossSum loss = run.forward(gradients);
        run.backward(gradients);
        return loss;
      });
      join_gradients();
      return sum;
    });
  }

  LossSum evaluate(const PackedBatch& batch) override {
    return guarded([&] {
      const auto parts = shares(batch);
      return over_parts(parts, [&](const PackedBatch& part, std::size_t) {
        return DecoderPass(weights_, part, pass_options(parts.size())).evaluate();
      });
    });
  }

 private:
  // Rows do not see each other, so each thread takes a share of them through the whole model: no
  // barrier until the end. Shares are not so many that their gradients take much memory, nor so
  // small that products run slowly; threads left over help inside the operators.
  std::vector<PackedBatch> shares(const PackedBatch& batch) {
    const std::size_t by_memory =
        1 + kPartGradientsMax / std::max<std::size_t>(1, gradients_.size());
    const std::size_t by_size = std::max<std::size_t>(1, batch.tokens.size() / part_tokens_);
    const auto threads = static_cast<std::size_t>(threads_);
    std::vector<PackedBatch> parts = split(batch, std::min({threads, by_memory, by_size}));
    while (part_gradients_.size() + 1 < parts.size()) {
      part_gradients_.emplace_back(gradients_.size(), 0.0F);
    }
    return parts;
  }

  static PassOptions pass_options(std::size_t parts) {
    PassOptions options;
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
      // A processor without bf16 units runs bf16 products many times slower than fp32.
      const double fp32 = product_rate(at::kFloat, shape);
      const double bf16 = product_rate(at::kBFloat16, shape);
      chosen = bf16 > 1.2 * fp32 ? Precision::kBf16 : Precision::kFp32;
      description_ = std::string(enum_name(chosen)) + " (products at fp32 " + giga(fp32) +
                     ", bf16 " + giga(bf16) + ")";
    } else {
      description_ = enum_name(chosen);
    }
    return chosen;
  }

  double dropout_;
  std::uint64_t seed_;
  int threads_;
  std::size_t part_tokens_;
  Precision precision_ = Precision::kFp32;
  bool recompute_ = false;
  DecoderWeights weights_;
  std::vector<float> parameters_;
  std::vector<float> gradients_;
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
