// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drp::report {

// Chooses which examples a browser carries: those with the smallest hash of (seed, key), as many as
// the limits allow (bottom-k sampling). Uniform, and the same whatever the order they come in. Of
// each stratum (a rejection reason, an outcome) a few are kept beyond that, so that every filter of
// the page shows something. Memory: the texts kept, never more than about bytes_max.
class ExampleSampler {
 public:
  struct Limits {
    std::int64_t examples_max = 0;
    std::int64_t bytes_max = 0;
    std::int64_t stratum_min = 5;
    std::uint64_t seed = 0;
  };
  struct Example {
    std::uint64_t order = 0;  // 0-based place in the stream
    std::string index;        // what the list shows, JSON
    std::string body;         // what opening it shows, JSON in one line
  };

  explicit ExampleSampler(const Limits& limits) : limits_(limits) {}

  // `make` is called only where the example is kept for now; it need not set `order`.
  void offer(std::string_view key, std::string_view stratum, const std::function<Example()>& make);

  std::int64_t offered() const { return static_cast<std::int64_t>(offered_); }
  // The examples kept, in the order of the stream; empties the sampler.
  std::vector<Example> take();

 private:
  using Shared = std::shared_ptr<const Example>;
  // By hash, then place in the stream; the last is the first to go.
  using Kept = std::map<std::pair<std::uint64_t, std::uint64_t>, Shared>;

  void drop_over_limits();

  Limits limits_;
  std::uint64_t offered_ = 0;
  std::int64_t bytes_ = 0;
  std::uint64_t threshold_ = UINT64_MAX;  // hashes above it were dropped once and stay out
  Kept all_;
  std::map<std::string, Kept, std::less<>> strata_;
};

}  // namespace drp::report
