// SPDX-License-Identifier: Apache-2.0
#include "report/density.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/random.h"

namespace drp::report {
namespace {

double area(const Density& density, double from, double to) {
  double sum = 0;
  for (std::size_t i = 1; i < density.x.size(); ++i) {
    if (density.x[i - 1] < from || density.x[i] > to) continue;
    sum += (density.x[i] - density.x[i - 1]) * (density.y[i] + density.y[i - 1]) / 2;
  }
  return sum;
}

TEST(Density, WholeMassLiesOnTheAxis) {
  Random random(2);
  std::vector<double> values;
  for (int i = 0; i < 2000; ++i) values.push_back(-2 * random.uniform() * random.uniform());
  std::sort(values.begin(), values.end());
  const Density density = kernel_density(values, -2, 0, 0.001);
  EXPECT_NEAR(area(density, -2, 0), 1, 0.005);
  EXPECT_EQ(density.x.front(), -2);
  EXPECT_EQ(density.x.back(), 0);
}

TEST(Density, FollowsANormalSample) {
  Random random(3);
  std::vector<double> values;
  for (int i = 0; i < 20000; ++i) values.push_back(random.normal());
  std::sort(values.begin(), values.end());
  const Density density = kernel_density(values, -6, 6, 0.001);
  // The normal distribution: 68.27 % within one deviation, 0.3989 at the mean.
  EXPECT_NEAR(area(density, -1, 1), 0.6827, 0.02);
  EXPECT_NEAR(*std::max_element(density.y.begin(), density.y.end()), 0.3989, 0.02);
}

TEST(Density, AlikeOrTooFewValues) {
  EXPECT_TRUE(kernel_density({}, 0, 1, 0.1).x.empty());
  EXPECT_TRUE(kernel_density({0.5}, 0, 1, 0.1).x.empty());
  EXPECT_TRUE(kernel_density({0.5, 0.5}, 1, 1, 0.1).x.empty());
  EXPECT_NEAR(area(kernel_density({5, 5, 5}, 0, 10, 0.5), 0, 10), 1, 0.01);
}

TEST(Density, QuantilesInterpolate) {
  EXPECT_EQ(quantile({}, 0.5), 0);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 1), 4);
}

}  // namespace
}  // namespace drp::report
