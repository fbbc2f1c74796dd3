// SPDX-License-Identifier: Apache-2.0
#include "train/packing.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace drp::train {

std::int64_t PackedBatch::supervised() const {
  return std::count_if(labels.begin(), labels.end(), [](std::int32_t id) { return id >= 0; });
}

std::int64_t packed_tokens(const TrainingRow& row) {
  return static_cast<std::int64_t>(row.prompt_ids.size() + row.response_ids.size()) - 1;
}

PackedBatch pack(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen) {
  PackedBatch batch;
  for (const std::size_t index : chosen) {
    const TrainingRow& row = rows[index];
    const std::size_t begin = batch.tokens.size();
    const auto end = static_cast<std::ptrdiff_t>(begin) + packed_tokens(row);
    batch.starts.push_back(static_cast<std::int64_t>(begin));
    batch.tokens.insert(batch.tokens.end(), row.prompt_ids.begin(), row.prompt_ids.end());
    batch.tokens.insert(batch.tokens.end(), row.response_ids.begin(), row.response_ids.end());
    batch.tokens.resize(static_cast<std::size_t>(end));
    batch.labels.resize(begin + row.prompt_ids.size() - 1, -1);
    batch.labels.insert(batch.labels.end(), row.response_ids.begin(), row.response_ids.end());
  }
  batch.starts.push_back(static_cast<std::int64_t>(batch.tokens.size()));
  return batch;
}

std::vector<PackedBatch> split(const PackedBatch& batch, std::size_t parts) {
  const std::size_t segments = batch.starts.size() - 1;
  const auto length = [&](std::size_t segment) {
    return batch.starts[segment + 1] - batch.starts[segment];
  };
  std::vector<std::size_t> order(segments);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return length(a) > length(b); });
  std::vector<PackedBatch> out(std::min(std::max<std::size_t>(parts, 1), segments));
  for (const std::size_t segment : order) {
    PackedBatch& part =
        *std::min_element(out.begin(), out.end(), [](const PackedBatch& a, const PackedBatch& b) {
          return a.tokens.size() < b.tokens.size();
        });
    part.starts.push_back(static_cast<std::int64_t>(part.tokens.size()));
    const std::int64_t begin = batch.starts[segment];
    const std::int64_t end = batch.starts[segment + 1];
    part.tokens.insert(part.tokens.end(), batch.tokens.begin() + begin, batch.tokens.begin() + end);
    part.labels.insert(part.labels.end(), batch.labels.begin() + begin, batch.labels.begin() + end);
  }
  for (PackedBatch& part : out) {
    part.starts.push_back(static_cast<std::int64_t>(part.tokens.size()));
  }
  return out;
}

std::vector<Bin> make_bins(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen,
                           std::int64_t budget_tokens) {
  std::vector<std::size_t> order(chosen.begin(), chosen.end());
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const std::int64_t tokens_a = packed_tokens(rows[a]);
    const std::int64_t tokens_b = packed_tokens(rows[b]);
    return tokens_a != tokens_b ? tokens_a > tokens_b : a < b;
  });
  std::vector<Bin> bins;
  std::vector<std::int64_t> used;
  for (const std::size_t index : order) {
    const std::int64_t tokens = packed_tokens(rows[index]);
    std::size_t bin = 0;
    while (bin < bins.size() && used[bin] + tokens > budget_tokens) ++bin;
    if (bin == bins.size()) {
      bins.emplace_back();
      used.push_back(0);
    }
    bins[bin].push_back(index);
    used[bin] += tokens;
  }
  return bins;
}

std::vector<std::vector<Bin>> plan_epoch(std::span<const TrainingRow> rows, std::int64_t epoch,
                                         const EpochOptions& options) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(derive_seed(options.seed, "epoch", static_cast<std::uint64_t>(epoch)));
  random.shuffle(order);
  std::vector<std::vector<Bin>> steps;
  const auto batch_rows = static_cast<std::size_t>(options.batch_rows);
  for (std::size_t begin = 0; begin < order.size(); begin += batch_rows) {
    const std::size_t count = std::min(batch_rows, order.size() - begin);
    steps.push_back(make_bins(rows, std::span(order).subspan(begin, count), options.budget_tokens));
  }
  return steps;
}

}  // namespace drp::train
