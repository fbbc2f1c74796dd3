// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drp::report {

// Chooses which examples a browser carries where there are more than it may: those with the
// smallest hash of (seed, key), as many as the limit allows (bottom-k sampling). Uniform, and the
// same whatever the order they come in. Of each stratum (a rejection reason, an outcome) a few are
// kept beyond that, so that every filter of the page shows something. Memory: 16 bytes an example
// chosen.
class ExampleChoice {
 public:
  struct Limits {
    std::int64_t examples_max = 0;
    std::int64_t stratum_min = 5;
    std::uint64_t seed = 0;
  };

  explicit ExampleChoice(const Limits& limits) : limits_(limits) {}

  void offer(std::string_view key, std::string_view stratum);

  std::int64_t offered() const { return static_cast<std::int64_t>(offered_); }
  // The chosen ones by their 0-based place among those offered, ascending.
  std::vector<std::uint64_t> places() const;

 private:
  // Hash, then place: a heap whose top is the first to go.
  using Heap = std::vector<std::pair<std::uint64_t, std::uint64_t>>;

  static void keep_smallest(Heap& heap, std::pair<std::uint64_t, std::uint64_t> item,
                            std::int64_t most);

  Limits limits_;
  std::uint64_t offered_ = 0;
  Heap all_;
  std::map<std::string, Heap, std::less<>> strata_;
};

}  // namespace drp::report
