// SPDX-License-Identifier: Apache-2.0
#include "report/example_choice.h"

#include <algorithm>

#include "base/random.h"

namespace drp::report {

void ExampleChoice::keep_smallest(Heap& heap, std::pair<std::uint64_t, std::uint64_t> item,
                                  std::int64_t most) {
  if (most <= 0) return;
  const bool full = static_cast<std::int64_t>(heap.size()) >= most;
  if (full && item >= heap.front()) return;
  if (full) {
    std::pop_heap(heap.begin(), heap.end());
    heap.pop_back();
  }
  heap.push_back(item);
  std::push_heap(heap.begin(), heap.end());
}

void ExampleChoice::offer(std::string_view key, std::string_view stratum) {
  const std::pair item(derive_seed(limits_.seed, key), offered_++);
  if (limits_.examples_max <= 0) return;
  keep_smallest(all_, item, limits_.examples_max);
  auto found = strata_.find(stratum);
  if (found == strata_.end()) found = strata_.emplace(stratum, Heap()).first;
  keep_smallest(found->second, item, limits_.stratum_min);
}

std::vector<std::uint64_t> ExampleChoice::places() const {
  std::vector<std::uint64_t> places;
  const auto add = [&](const Heap& heap) {
    for (const auto& [hash, place] : heap) places.push_back(place);
  };
  add(all_);
  for (const auto& [stratum, heap] : strata_) add(heap);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace drp::report
