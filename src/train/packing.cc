// SPDX-License-Identifier: Apache-2.0
#include "train/packing.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace drp::train {
namespace {

// A prompt of one token leaves nothing to share.
bool shareable(const TrainingRow& row) { return row.prompt_ids.size() > 1; }

std::string_view prompt_bytes(const TrainingRow& row) {
  return {reinterpret_cast<const char*>(row.prompt_ids.data()),
          row.prompt_ids.size() * sizeof(std::int32_t)};
}

void begin_segment(PackedBatch& batch, std::int64_t prompt) {
  batch.starts.push_back(static_cast<std::int64_t>(batch.tokens.size()));
  batch.prompts.push_back(prompt);
}

// The row from place `from` of its prompt on.
void add_row(PackedBatch& batch, const TrainingRow& row, std::size_t from, std::int64_t prompt) {
  begin_segment(batch, prompt);
  const std::size_t begin = batch.tokens.size();
  const std::size_t end = begin + row.prompt_ids.size() - from + row.response_ids.size() - 1;
  const auto first = row.prompt_ids.begin() + static_cast<std::ptrdiff_t>(from);
  batch.tokens.insert(batch.tokens.end(), first, row.prompt_ids.end());
  batch.tokens.insert(batch.tokens.end(), row.response_ids.begin(), row.response_ids.end());
  batch.tokens.resize(end);
  batch.labels.resize(begin + row.prompt_ids.size() - from - 1, -1);
  batch.labels.insert(batch.labels.end(), row.response_ids.begin(), row.response_ids.end());
}

// Rows that go into a bin as one.
struct Unit {
  Bin rows;
  std::int64_t tokens = 0;

  std::size_t first() const { return *std::min_element(rows.begin(), rows.end()); }
};

// First fit, longest first, ties by first row. Units come with room for `before` tokens taken.
std::vector<Unit> first_fit(std::vector<Unit> units, std::int64_t before, std::int64_t budget) {
  std::sort(units.begin(), units.end(), [](const Unit& a, const Unit& b) {
    return a.tokens != b.tokens ? a.tokens > b.tokens : a.first() < b.first();
  });
  std::vector<Unit> bins;
  for (const Unit& unit : units) {
    auto bin = bins.begin();
    while (bin != bins.end() && bin->tokens + unit.tokens > budget) ++bin;
    if (bin == bins.end()) bin = bins.insert(bin, Unit{{}, before});
    bin->rows.insert(bin->rows.end(), unit.rows.begin(), unit.rows.end());
    bin->tokens += unit.tokens;
  }
  return bins;
}

}  // namespace

std::int64_t PackedBatch::supervised() const {
  return std::count_if(labels.begin(), labels.end(), [](std::int32_t id) { return id >= 0; });
}

std::int64_t packed_tokens(const TrainingRow& row) {
  return static_cast<std::int64_t>(row.prompt_ids.size() + row.response_ids.size()) - 1;
}

PackedBatch pack(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen,
                 Prompts prompts) {
  PackedBatch batch;
  for (std::size_t begin = 0; begin < chosen.size();) {
    const TrainingRow& row = rows[chosen[begin]];
    std::size_t end = begin + 1;
    while (prompts == Prompts::kShared && shareable(row) && end < chosen.size() &&
           rows[chosen[end]].prompt_ids == row.prompt_ids) {
      ++end;
    }
    if (end == begin + 1) {
      add_row(batch, row, 0, -1);
    } else {
      const auto prompt = static_cast<std::int64_t>(batch.segments());
      const std::size_t shared = row.prompt_ids.size() - 1;
      begin_segment(batch, -1);
      batch.tokens.insert(batch.tokens.end(), row.prompt_ids.begin(), row.prompt_ids.end() - 1);
      batch.labels.resize(batch.tokens.size(), -1);
      for (std::size_t i = begin; i < end; ++i) add_row(batch, rows[chosen[i]], shared, prompt);
    }
    begin = end;
  }
  batch.starts.push_back(static_cast<std::int64_t>(batch.tokens.size()));
  return batch;
}

std::vector<std::size_t> first_of_prompt(std::span<const TrainingRow> rows,
                                         std::span<const std::size_t> chosen, Prompts prompts) {
  std::vector<std::size_t> first(chosen.size());
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const TrainingRow& row = rows[chosen[i]];
    const bool shared = prompts == Prompts::kShared && shareable(row);
    first[i] = shared ? seen.try_emplace(prompt_bytes(row), i).first->second : i;
  }
  return first;
}

std::vector<Bin> make_bins(std::span<const TrainingRow> rows, std::span<const std::size_t> chosen,
                           std::int64_t budget_tokens, Prompts prompts) {
  const std::vector<std::size_t> first = first_of_prompt(rows, chosen, prompts);
  std::vector<std::vector<Unit>> groups(chosen.size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    groups[first[i]].push_back({{chosen[i]}, packed_tokens(rows[chosen[i]])});
  }
  std::vector<Unit> units;
  for (std::vector<Unit>& group : groups) {
    std::int64_t prompt = 0;
    if (group.size() > 1) {  // each row without the prompt, which is there once
      prompt = std::ssize(rows[group[0].rows[0]].prompt_ids) - 1;
      for (Unit& row : group) row.tokens -= prompt;
      group = first_fit(std::move(group), prompt, budget_tokens);
    }
    units.insert(units.end(), group.begin(), group.end());
  }
  std::vector<Bin> bins;
  for (Unit& bin : first_fit(std::move(units), 0, budget_tokens)) {
    bins.push_back(std::move(bin.rows));
  }
  return bins;
}

}  // namespace drp::train
