// SPDX-License-Identifier: Apache-2.0
#include "report/lengths.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace drp::report {
namespace {

constexpr int kBins = 40;
constexpr int kDensityPoints = 240;
constexpr int kQuantilePoints = 80;
constexpr std::size_t kCapturePoints = 300;
// A Gaussian beyond this many bandwidths adds nothing that a chart could show.
constexpr double kKernelReach = 5;

double quantile(const std::vector<std::int32_t>& sorted, double share) {
  if (sorted.empty()) return 0;
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(at));
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(low);
  return sorted[low] * (1 - part) + sorted[high] * part;
}

// The smallest of 1, 2, 5 times a power of ten that is not below `value`.
double round_up(double value) {
  double power = 1;
  while (power * 10 <= value) power *= 10;
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= value) return factor * power;
  }
  return 10 * power;
}

// Silverman's rule, with a floor of half a token for samples that are all alike.
double bandwidth(const std::vector<std::int32_t>& sorted) {
  const auto n = static_cast<double>(sorted.size());
  const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n;
  double squares = 0;
  for (const std::int32_t value : sorted) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / std::max(1.0, n - 1));
  const double range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  const double spread = range > 0 ? std::min(deviation, range) : deviation;
  return std::max(0.5, 0.9 * spread * std::pow(n, -0.2));
}

double kernel(double distance, double width) {
  const double z = distance / width;
  return std::exp(-0.5 * z * z) / (width * std::sqrt(2 * 3.14159265358979323846));
}

// Even points over the axis, and the sample's quantiles, where a narrow peak needs them.
std::vector<double> density_grid(const std::vector<std::int32_t>& sorted, double axis_end) {
  std::vector<double> grid;
  for (int i = 0; i <= kDensityPoints; ++i) grid.push_back(axis_end * i / kDensityPoints);
  for (int i = 0; i <= kQuantilePoints; ++i) {
    grid.push_back(std::min(axis_end, quantile(sorted, static_cast<double>(i) / kQuantilePoints)));
  }
  std::sort(grid.begin(), grid.end());
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  return grid;
}

void fill_density(LengthSeries& series, const std::vector<std::int32_t>& sorted, double axis_end,
                  double bin_tokens) {
  if (sorted.size() < 2) return;
  const double width = bandwidth(sorted);
  std::vector<std::pair<double, double>> weights;  // distinct length, how often
  for (const std::int32_t value : sorted) {
    if (weights.empty() || weights.back().first != value) weights.emplace_back(value, 0);
    weights.back().second += 1;
  }
  const double scale = bin_tokens / static_cast<double>(series.responses);
  series.density_x = density_grid(sorted, axis_end);
  for (const double x : series.density_x) {
    double sum = 0;
    // The three images of x under reflection at both ends of the axis.
    for (const double image : {x, -x, 2 * axis_end - x}) {
      const double reach = kKernelReach * width;
      auto at = std::lower_bound(weights.begin(), weights.end(), std::pair(image - reach, 0.0));
      for (; at != weights.end() && at->first <= image + reach; ++at) {
        sum += at->second * kernel(image - at->first, width);
      }
    }
    series.density_y.push_back(sum * scale);
  }
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
  Arm& arm = arms_[row.arm];
  const auto tokens = static_cast<std::int32_t>(
      std::clamp<std::int64_t>(row.response_tokens, 0, std::int64_t{1} << 30));
  (row.finish == FinishReason::kLength ? arm.cut : arm.whole).push_back(tokens);
  if (row.finish == FinishReason::kLoop) ++arm.loops;
  if (row.correct) arm.right.push_back(tokens);
}

LengthSeries LengthCollector::length_series(const std::string& name, const Arm& arm,
                                            double axis_end, double bin_tokens) const {
  LengthSeries series;
  series.arm = name;
  std::vector<std::int32_t> all = arm.whole;
  all.insert(all.end(), arm.cut.begin(), arm.cut.end());
  std::sort(all.begin(), all.end());
  const auto n = static_cast<double>(all.size());
  series.responses = static_cast<std::int64_t>(all.size());
  series.mean = std::accumulate(all.begin(), all.end(), 0.0) / n;
  series.median = quantile(all, 0.5);
  series.p90 = quantile(all, 0.9);
  series.max = all.back();
  series.share_cut = static_cast<double>(arm.cut.size()) / n;
  series.share_loop = static_cast<double>(arm.loops) / n;

  std::vector<std::int32_t> whole = arm.whole;
  std::sort(whole.begin(), whole.end());
  const auto bins = static_cast<std::size_t>(std::max(1.0, std::ceil(axis_end / bin_tokens)));
  series.histogram.assign(bins, 0);
  for (const std::int32_t tokens : whole) {
    const auto bin = static_cast<std::size_t>(tokens / bin_tokens);
    series.histogram[std::min(bin, bins - 1)] += 1 / n;
  }
  fill_density(series, whole, axis_end, bin_tokens);
  return series;
}

LengthFigures LengthCollector::figures(std::optional<std::int64_t> limit,
                                       const std::vector<std::string>& order) const {
  LengthFigures figures;
  std::vector<std::string> names;
  for (const std::string& name : order) {
    if (arms_.contains(name) && std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  }
  for (const auto& [name, arm] : arms_) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  if (names.empty()) return figures;

  std::int32_t longest = 1;
  std::int32_t cut = 0;
  for (const auto& [name, arm] : arms_) {
    for (const std::int32_t tokens : arm.whole) longest = std::max(longest, tokens);
    for (const std::int32_t tokens : arm.cut) cut = std::max(cut, tokens);
  }
  if (!limit && cut > 0) limit = cut;
  figures.limit = limit;
  figures.axis_end = std::max<double>(longest, static_cast<double>(limit.value_or(0)));
  figures.bin_tokens = round_up(std::max(1.0, figures.axis_end / kBins));
  for (const std::string& name : names) {
    const Arm& arm = arms_.at(name);
    figures.lengths.push_back(length_series(name, arm, figures.axis_end, figures.bin_tokens));
    figures.capture.push_back(capture_series(name, arm.right, figures.lengths.back().responses));
  }
  return figures;
}

}  // namespace drp::report
