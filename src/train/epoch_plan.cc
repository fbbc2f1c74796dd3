// SPDX-License-Identifier: Apache-2.0
#include "train/epoch_plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "base/random.h"

namespace drp::train {
namespace {

// Groups of rows waiting for a step, found by size and then by their place in the order.
class Waiting {
 public:
  explicit Waiting(std::vector<Bin> groups) : groups_(std::move(groups)) {
    for (std::size_t place = 0; place < groups_.size(); ++place) add(place);
  }

  bool empty() const { return places_.empty(); }

  // The first group of at most `room` rows; where none is that small, so many rows of the first.
  Bin take(std::size_t room) {
    auto best = places_.end();
    const auto earlier = [&](auto size) {
      return best == places_.end() || *size->second.begin() < *best->second.begin();
    };
    const auto too_large = places_.upper_bound(room);
    for (auto size = places_.begin(); size != too_large; ++size) {
      if (earlier(size)) best = size;
    }
    const bool whole = best != places_.end();
    for (auto size = too_large; !whole && size != places_.end(); ++size) {
      if (earlier(size)) best = size;
    }
    const std::size_t place = *best->second.begin();
    best->second.erase(place);
    if (best->second.empty()) places_.erase(best);
    Bin& group = groups_[place];
    if (whole) return std::move(group);
    const auto end = group.begin() + static_cast<std::ptrdiff_t>(room);
    Bin taken(group.begin(), end);
    group.erase(group.begin(), end);
    add(place);
    return taken;
  }

 private:
  void add(std::size_t place) { places_[groups_[place].size()].insert(place); }

  std::vector<Bin> groups_;
  std::map<std::size_t, std::set<std::size_t>> places_;  // by size
};

// The rows of one prompt stand where its first row would by itself: prompts of many rows come no
// earlier in an epoch than others.
std::vector<Bin> groups_in(const std::vector<std::size_t>& order,
                           const std::vector<std::size_t>& first, std::size_t rows_max) {
  std::vector<Bin> rows(order.size());  // by first row
  for (const std::size_t row : order) rows[first[row]].push_back(row);
  std::vector<Bin> groups;
  for (const std::size_t row : order) {
    const Bin& group = rows[row];
    for (std::size_t begin = 0; begin < group.size(); begin += rows_max) {
      const std::size_t end = std::min(group.size(), begin + rows_max);
      groups.emplace_back(group.begin() + static_cast<std::ptrdiff_t>(begin),
                          group.begin() + static_cast<std::ptrdiff_t>(end));
    }
  }
  return groups;
}

}  // namespace

std::vector<std::vector<Bin>> plan_epoch(std::span<const TrainingRow> rows, std::int64_t epoch,
                                         const EpochOptions& options) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const std::vector<std::size_t> first = first_of_prompt(rows, order, options.prompts);
  Random random(derive_seed(options.seed, "epoch", static_cast<std::uint64_t>(epoch)));
  random.shuffle(order);
  const auto batch_rows = static_cast<std::size_t>(options.batch_rows);
  Waiting waiting(groups_in(order, first, batch_rows));
  std::vector<std::vector<Bin>> steps;
  while (!waiting.empty()) {
    Bin step;
    while (step.size() < batch_rows && !waiting.empty()) {
      const Bin group = waiting.take(batch_rows - step.size());
      step.insert(step.end(), group.begin(), group.end());
    }
    steps.push_back(make_bins(rows, step, options.budget_tokens, options.prompts));
  }
  return steps;
}

}  // namespace drp::train
