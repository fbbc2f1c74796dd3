// SPDX-License-Identifier: Apache-2.0
#include "evaluate/statistics.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace drp::evaluate {
namespace {

constexpr double kZ = 1.959963984540054;  // 97.5 % point of the standard normal

// Tango's statistic for the hypothesis that the difference is `delta`, -1 < delta < 1: falls as
// delta rises.
double tango_statistic(const Discordance& shares, double size, double delta) {
  const double after = shares.only_after;
  const double before = shares.only_before;
  // The likelihood under the hypothesis is greatest at this share of only_before.
  const double b = -after - before + (2 - after + before) * delta;
  const double c = -before * delta * (1 - delta);
  const double share = (std::sqrt(std::max(0.0, b * b - 8 * c)) - b) / 4;
  const double variance = 2 * share + delta * (1 - delta);
  const double distance = after - before - delta;
  if (variance <= 0) return distance == 0 ? 0 : std::copysign(HUGE_VAL, distance);
  return distance * std::sqrt(size / variance);
}

// The delta between `low` and `high` where the statistic passes `target`.
double solve_tango(const Discordance& shares, double size, double target, double low, double high) {
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (tango_statistic(shares, size, middle) > target ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

Estimate wilson_interval(double share, double size) {
  DRP_CHECK(share >= 0 && share <= 1 && size >= 0, "a share of a size");
  if (size == 0) return {0, 0, 1};
  const double z2 = kZ * kZ / size;
  const double centre = (share + z2 / 2) / (1 + z2);
  const double half = kZ * std::sqrt(share * (1 - share) / size + z2 / (4 * size)) / (1 + z2);
  return {share, share == 0 ? 0 : std::max(0.0, centre - half),
          share == 1 ? 1 : std::min(1.0, centre + half)};
}

Estimate paired_difference(const Discordance& shares, double size) {
  DRP_CHECK(shares.only_before >= 0 && shares.only_after >= 0 &&
                shares.only_before + shares.only_after <= 1 + 1e-9 && size >= 0,
            "shares of a size");
  if (size == 0) return {0, -1, 1};
  const double value = shares.only_after - shares.only_before;
  return {value, value <= -1 ? -1 : solve_tango(shares, size, kZ, -1, value),
          value >= 1 ? 1 : solve_tango(shares, size, -kZ, value, 1)};
}

double effective_size(double variance_single, double variance_clustered, double problems,
                      double observations) {
  constexpr double kNone = 1e-12;
  if (variance_single <= kNone) return problems;
  if (variance_clustered <= kNone) return std::max(problems, observations);
  return std::clamp(problems * variance_single / variance_clustered, problems,
                    std::max(problems, observations));
}

double mcnemar_exact(std::int64_t only_before, std::int64_t only_after) {
  DRP_CHECK(only_before >= 0 && only_after >= 0, "counts");
  const double all = static_cast<double>(only_before + only_after);
  const double least = static_cast<double>(std::min(only_before, only_after));
  if (only_before == only_after) return 1;
  const double log_term = std::lgamma(all + 1) - std::lgamma(least + 1) -
                          std::lgamma(all - least + 1) - all * std::log(2.0);
  // Downwards from the largest term, each a fraction of the one before.
  double sum = 1;
  double term = 1;
  for (double i = least; i > 0 && term > 1e-18 * sum; --i) {
    term *= i / (all - i + 1);
    sum += term;
  }
  return std::min(1.0, 2 * std::exp(log_term + std::log(sum)));
}

double quantile(std::span<const double> ascending, double probability) {
  DRP_CHECK(probability >= 0 && probability <= 1, "a probability");
  if (ascending.empty()) return 0;
  const double at = probability * static_cast<double>(ascending.size() - 1);
  const std::size_t below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, ascending.size() - 1);
  const double part = at - static_cast<double>(below);
  return ascending[below] + part * (ascending[above] - ascending[below]);
}

}  // namespace drp::evaluate
