// SPDX-License-Identifier: Apache-2.0
#include "evaluate/multiple_tests.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace drp::evaluate {

std::vector<double> holm_adjusted(std::span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p_values[a] < p_values[b]; });
  std::vector<double> adjusted(p_values.size());
  double least = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const double left = static_cast<double>(order.size() - i);
    least = std::max(least, std::min(1.0, left * p_values[order[i]]));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

double detectable_difference(std::size_t pairs, double discordant) {
  DRP_CHECK(discordant >= 0 && discordant <= 1 + 1e-9, "a share of the pairs");
  constexpr double kLevel = 1.959963984540054;   // 97.5 % point of the standard normal
  constexpr double kPower = 0.8416212335729143;  // 80 % point
  const auto shows = [&](double difference) {
    const double all = std::max(discordant, difference);
    return std::sqrt(static_cast<double>(pairs)) * difference >=
           kLevel * std::sqrt(all) + kPower * std::sqrt(all - difference * difference);
  };
  if (!shows(1)) return 1;
  double low = 0;
  double high = 1;
  for (int step = 0; step < 50; ++step) {
    const double middle = (low + high) / 2;
    (shows(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace drp::evaluate
