// SPDX-License-Identifier: Apache-2.0
#include "train/distributed_engine.h"

#include "base/error.h"
#include "base/random.h"
#include "train/shares.h"

namespace drp::train {
namespace {

// A number that stands for the values' bits and that a double holds exactly.
double digest(std::span<const float> values) {
  const std::string_view bytes(reinterpret_cast<const char*>(values.data()), values.size_bytes());
  constexpr unsigned kUnusedBits = 12;
  return static_cast<double>(derive_seed(0, bytes) >> kUnusedBits);
}

class DistributedEngine final : public Engine {
 public:
  DistributedEngine(std::unique_ptr<Engine> inner, Communicator& ranks)
      : inner_(std::move(inner)), ranks_(ranks) {}

  std::span<float> parameters() override { return inner_->parameters(); }
  std::span<float> gradients() override { return inner_->gradients(); }
  Precision precision() const override { return inner_->precision(); }
  double memory_estimate_bytes() const override { return inner_->memory_estimate_bytes(); }
  double memory_peak_bytes() const override { return inner_->memory_peak_bytes(); }
  std::string description() const override {
    return inner_->description() + ", on " + std::to_string(ranks_.size()) + " processes";
  }

  void parameters_changed() override {
    double first = digest(inner_->parameters());
    const double own = first;
    ranks_.broadcast(std::span(&first, 1));
    double different = first == own ? 0 : 1;
    ranks_.sum(std::span(&different, 1));
    if (different > 0) {
      throw Error(ErrorKind::kInternal,
                  "the trained values differ between processes (" +
                      std::to_string(static_cast<int>(different)) + " of " +
                      std::to_string(ranks_.size()) + " from the first)",
                  "run on one kind of processor, or in one process");
    }
    inner_->parameters_changed();
  }

  LossSum train(const PackedBatch& batch, std::int64_t pass) override {
    return over_ranks(batch, [&](const PackedBatch& own) {
      // The pass keys dropout: each rank's rows draw their own.
      return inner_->train(own, pass * ranks_.size() + ranks_.rank());
    });
  }
  LossSum evaluate(const PackedBatch& batch) override {
    return over_ranks(batch, [&](const PackedBatch& own) { return inner_->evaluate(own); });
  }
  void collect_gradients() override { ranks_.sum(inner_->gradients()); }

 private:
  template <class Work>
  LossSum over_ranks(const PackedBatch& batch, const Work& work) {
    const auto shares = split(batch, static_cast<std::size_t>(ranks_.size()));
    const auto own = static_cast<std::size_t>(ranks_.rank());
    const LossSum loss = own < shares.size() ? work(shares[own]) : LossSum{};
    double sums[] = {loss.nll, static_cast<double>(loss.tokens)};
    ranks_.sum(sums);
    return {sums[0], static_cast<std::int64_t>(sums[1])};
  }

  std::unique_ptr<Engine> inner_;
  Communicator& ranks_;
};

}  // namespace

std::unique_ptr<Engine> make_distributed_engine(std::unique_ptr<Engine> inner,
                                                Communicator& ranks) {
  return std::make_unique<DistributedEngine>(std::move(inner), ranks);
}

std::unique_ptr<Engine> make_ranked_engine(const EngineFactory& engines, EngineConfig config,
                                           Communicator& ranks) {
  std::unique_ptr<Engine> inner;
  double precision = 0;
  if (ranks.rank() == 0) {
    inner = engines(config);
    precision = static_cast<double>(inner->precision());
  }
  ranks.broadcast(std::span(&precision, 1));
  if (ranks.rank() != 0) {
    config.precision = static_cast<Precision>(static_cast<int>(precision));
    inner = engines(config);
  }
  return make_distributed_engine(std::move(inner), ranks);
}

}  // namespace drp::train
