// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

namespace drp::report {

// The value below which this share of a sorted sample lies, interpolated; 0 for an empty one.
double quantile(const std::vector<double>& sorted, double share);

// A density over an axis; y for one unit of x.
struct Density {
  std::vector<double> x;
  std::vector<double> y;
};

// Gaussian kernel density of a sorted sample inside [low, high], with Silverman's bandwidth but at
// least `bandwidth_min`. The mass is reflected at both ends of the axis, so that none lies beyond
// them and the whole is 1. Empty for fewer than two values.
Density kernel_density(const std::vector<double>& sorted, double low, double high,
                       double bandwidth_min);

}  // namespace drp::report
