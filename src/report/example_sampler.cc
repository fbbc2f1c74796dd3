// SPDX-License-Identifier: Apache-2.0
#include "report/example_sampler.h"

#include <iterator>

#include "base/random.h"

namespace drp::report {
namespace {

// A longer example is not kept for its stratum's sake alone.
constexpr std::int64_t kStratumBytesMax = std::int64_t{64} << 10;

std::int64_t bytes_of(const ExampleSampler::Example& example) {
  return static_cast<std::int64_t>(example.index.size() + example.body.size());
}

}  // namespace

void ExampleSampler::offer(std::string_view key, std::string_view stratum,
                           const std::function<Example()>& make) {
  const std::uint64_t order = offered_++;
  const std::uint64_t hash = derive_seed(limits_.seed, key);
  Kept& of_stratum = strata_.try_emplace(std::string(stratum)).first->second;
  const bool for_all = hash < threshold_ && limits_.examples_max > 0;
  const bool for_stratum = limits_.stratum_min > 0 && limits_.examples_max > 0 &&
                           (static_cast<std::int64_t>(of_stratum.size()) < limits_.stratum_min ||
                            hash < std::prev(of_stratum.end())->first.first);
  if (!for_all && !for_stratum) return;

  Example made = make();
  made.order = order;
  const auto example = std::make_shared<const Example>(std::move(made));
  if (for_stratum && bytes_of(*example) <= kStratumBytesMax) {
    of_stratum.emplace(std::pair(hash, order), example);
    if (static_cast<std::int64_t>(of_stratum.size()) > limits_.stratum_min)
      of_stratum.erase(std::prev(of_stratum.end()));
  }
  if (for_all) {
    bytes_ += bytes_of(*example);
    all_.emplace(std::pair(hash, order), example);
    drop_over_limits();
  }
}

void ExampleSampler::drop_over_limits() {
  while (static_cast<std::int64_t>(all_.size()) > limits_.examples_max ||
         (bytes_ > limits_.bytes_max && all_.size() > 1)) {
    const auto last = std::prev(all_.end());
    threshold_ = last->first.first;
    bytes_ -= bytes_of(*last->second);
    all_.erase(last);
  }
}

std::vector<ExampleSampler::Example> ExampleSampler::take() {
  std::map<std::uint64_t, Shared> by_order;
  for (const auto& [key, example] : all_) by_order.emplace(key.second, example);
  for (const auto& [stratum, kept] : strata_) {
    for (const auto& [key, example] : kept) by_order.emplace(key.second, example);
  }
  all_.clear();
  strata_.clear();
  std::vector<Example> examples;
  examples.reserve(by_order.size());
  for (auto& [order, example] : by_order) {
    examples.push_back(*example);
    example.reset();
  }
  return examples;
}

}  // namespace drp::report
