// SPDX-License-Identifier: Apache-2.0
#include "report/lengths.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "report/density.h"

namespace drp::report {
namespace {

// A bin is a twentieth of what nineteen of twenty responses of the shortest arm need.
constexpr double kBinsOfMost = 20;
constexpr double kMost = 0.95;
constexpr double kBinsMax = 1000;
constexpr std::size_t kCapturePoints = 300;

// The smallest of 1, 2, 5 times a power of ten that is not below `value`.
double round_up(double value) {
  double power = 1;
  while (power * 10 <= value) power *= 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= value) return factor * power;
  }
  return 10 * power;
}

// As share of all responses in a bin's width.
void fill_density(LengthSeries& series, const std::vector<double>& sorted, double axis_end,
                  double bin_tokens) {
  constexpr double kHalfToken = 0.5;
  Density density = kernel_density(sorted, 0, axis_end, kHalfToken);
  const double scale =
      bin_tokens * static_cast<double>(sorted.size()) / static_cast<double>(series.responses);
  for (double& y : density.y) y *= scale;
  series.density_x = std::move(density.x);
  series.density_y = std::move(density.y);
}

CaptureSeries capture_series(const std::string& name, std::vector<std::int32_t> right,
                             std::int64_t responses) {
  CaptureSeries series;
  series.arm = name;
  series.responses = responses;
  series.right = static_cast<std::int64_t>(right.size());
  if (right.empty()) return series;
  std::sort(right.begin(), right.end());
  const std::size_t count = std::min(kCapturePoints, right.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = count == 1 ? 0 : i * (right.size() - 1) / (count - 1);
    // The last of equal lengths, so that the share counts all of them.
    const auto last = std::upper_bound(right.begin(), right.end(), right[at]) - right.begin();
    if (!series.tokens.empty() && series.tokens.back() == right[at]) continue;
    series.tokens.push_back(right[at]);
    series.captured.push_back(static_cast<double>(last) / static_cast<double>(right.size()));
  }
  const auto needed = [&](double share) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(share * static_cast<double>(right.size())));
    return right[std::max<std::size_t>(rank, 1) - 1];
  };
  series.tokens_50 = needed(0.5);
  series.tokens_90 = needed(0.9);
  series.tokens_99 = needed(0.99);
  return series;
}

}  // namespace

void LengthCollector::add(const Scored& row) {
  const auto set = row.tags.find("set");
  Arm& arm = sets_[set == row.tags.end() ? "" : set->second][row.arm];
  const auto tokens = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(row.response_tokens, 0, std::int64_t{1} << 30));
  (row.finish == FinishReason::kLength ? arm.cut : arm.whole).push_back(tokens);
  if (row.finish == FinishReason::kLoop) ++arm.loops;
  if (row.correct) arm.right.push_back(tokens);
}

LengthSeries LengthCollector::length_series(const std::string& name, const Arm& arm,
                                            double axis_end, double bin_tokens) {
  LengthSeries series;
  series.arm = name;
  std::vector<double> all(arm.whole.begin(), arm.whole.end());
  all.insert(all.end(), arm.cut.begin(), arm.cut.end());
  std::sort(all.begin(), all.end());
  const auto n = static_cast<double>(all.size());
  series.responses = static_cast<std::int64_t>(all.size());
  series.mean = std::accumulate(all.begin(), all.end(), 0.0) / n;
  series.median = quantile(all, 0.5);
  series.p90 = quantile(all, 0.9);
  series.max = static_cast<std::int64_t>(all.back());
  series.share_cut = static_cast<double>(arm.cut.size()) / n;
  series.share_loop = static_cast<double>(arm.loops) / n;

  std::vector<double> whole(arm.whole.begin(), arm.whole.end());
  std::sort(whole.begin(), whole.end());
  const auto bins = static_cast<std::size_t>(std::max(1.0, std::ceil(axis_end / bin_tokens)));
  series.histogram.assign(bins, 0);
  for (const double tokens : whole) {
    const auto bin = static_cast<std::size_t>(tokens / bin_tokens);
    series.histogram[std::min(bin, bins - 1)] += 1 / n;
  }
  fill_density(series, whole, axis_end, bin_tokens);
  return series;
}

std::vector<std::string> LengthCollector::sets() const {
  std::vector<std::string> names;
  for (const auto& [name, arms] : sets_) names.push_back(name.empty() ? "(no set)" : name);
  return names;
}

LengthCollector::Arms LengthCollector::arms_of(const std::optional<std::string>& set) const {
  Arms arms;
  for (const auto& [name, of_set] : sets_) {
    if (set && *set != (name.empty() ? "(no set)" : name)) continue;
    for (const auto& [arm, part] : of_set) {
      Arm& sum = arms[arm];
      sum.whole.insert(sum.whole.end(), part.whole.begin(), part.whole.end());
      sum.right.insert(sum.right.end(), part.right.begin(), part.right.end());
      sum.cut.insert(sum.cut.end(), part.cut.begin(), part.cut.end());
      sum.loops += part.loops;
    }
  }
  return arms;
}

LengthFigures LengthCollector::figures(const Options& options) const {
  LengthFigures figures;
  figures.set = options.set.value_or("");
  figures.limit = options.limit;
  const Arms arms = arms_of(options.set);
  std::vector<std::string> names;
  for (const std::string& name : options.order) {
    if (arms.contains(name) && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  for (const auto& [name, arm] : arms) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.empty()) return figures;

  std::int32_t longest = 1;
  std::int32_t cut = 0;
  for (const auto& [name, arm] : arms) {
    for (const std::int32_t tokens : arm.whole) longest = std::max(longest, tokens);
    for (const std::int32_t tokens : arm.cut) cut = std::max(cut, tokens);
  }
  if (!figures.limit && cut > 0) figures.limit = cut;
  figures.axis_end = std::max<double>(longest, static_cast<double>(figures.limit.value_or(0)));
  double least = figures.axis_end;
  for (const auto& [name, arm] : arms) {
    std::vector<double> whole(arm.whole.begin(), arm.whole.end());
    std::sort(whole.begin(), whole.end());
    if (!whole.empty()) least = std::min(least, quantile(whole, kMost));
  }
  figures.bin_tokens = round_up(std::max({1.0, least / kBinsOfMost, figures.axis_end / kBinsMax}));
  for (const std::string& name : names) {
    const Arm& arm = arms.at(name);
    figures.lengths.push_back(length_series(name, arm, figures.axis_end, figures.bin_tokens));
    figures.capture.push_back(capture_series(name, arm.right, figures.lengths.back().responses));
  }
  return figures;
}

}  // namespace drp::report
