// SPDX-License-Identifier: Apache-2.0
#include "report/density.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace drp::report {
namespace {

constexpr int kEvenPoints = 240;
constexpr int kQuantilePoints = 80;
// A Gaussian beyond this many bandwidths adds nothing that a chart could show.
constexpr double kKernelReach = 5;

// Silverman's rule, with a floor for samples that are all alike.
double bandwidth(const std::vector<double>& sorted, double least) {
  const auto n = static_cast<double>(sorted.size());
  const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n;
  double squares = 0;
  for (const double value : sorted) squares += (value - mean) * (value - mean);
  const double deviation = std::sqrt(squares / std::max(1.0, n - 1));
  const double range = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  const double spread = range > 0 ? std::min(deviation, range) : deviation;
  return std::max(least, 0.9 * spread * std::pow(n, -0.2));
}

double kernel(double distance, double width) {
  const double z = distance / width;
  return std::exp(-0.5 * z * z) / (width * std::sqrt(2 * 3.14159265358979323846));
}

// Even points over the axis, and the sample's quantiles, where a narrow peak needs them.
std::vector<double> density_grid(const std::vector<double>& sorted, double low, double high) {
  std::vector<double> grid;
  for (int i = 0; i <= kEvenPoints; ++i) grid.push_back(low + (high - low) * i / kEvenPoints);
  for (int i = 0; i <= kQuantilePoints; ++i) {
    const double value = quantile(sorted, static_cast<double>(i) / kQuantilePoints);
    grid.push_back(std::clamp(value, low, high));
  }
  std::sort(grid.begin(), grid.end());
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  return grid;
}

}  // namespace

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(at));
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  const double part = at - static_cast<double>(low);
  return sorted[low] * (1 - part) + sorted[high] * part;
}

Density kernel_density(const std::vector<double>& sorted, double low, double high,
                       double bandwidth_min) {
  Density density;
  if (sorted.size() < 2 || high <= low) return density;
  const double width = bandwidth(sorted, bandwidth_min);
  std::vector<std::pair<double, double>> weights;  // distinct value, how often
  for (const double value : sorted) {
    if (weights.empty() || weights.back().first != value) weights.emplace_back(value, 0);
    weights.back().second += 1;
  }
  const auto n = static_cast<double>(sorted.size());
  density.x = density_grid(sorted, low, high);
  for (const double x : density.x) {
    double sum = 0;
    // The three images of x under reflection at both ends of the axis.
    for (const double image : {x, 2 * low - x, 2 * high - x}) {
      const double reach = kKernelReach * width;
      auto at = std::lower_bound(weights.begin(), weights.end(), std::pair(image - reach, 0.0));
      for (; at != weights.end() && at->first <= image + reach; ++at)
        sum += at->second * kernel(image - at->first, width);
    }
    density.y.push_back(sum / n);
  }
  return density;
}

}  // namespace drp::report
