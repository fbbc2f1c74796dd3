// SPDX-License-Identifier: Apache-2.0
#include "evaluate/capture.h"

#include <gmock/gmock.h>

namespace drp::evaluate {
namespace {

using testing::ElementsAre;

CaptureCurve sample_curve() {
  CaptureCurve curve;
  curve.add(300, true);
  curve.add(10, false);
  curve.add(100, true);
  curve.add(500, false);
  curve.add(100, true);
  curve.add(200, true);
  return curve;
}

TEST(CaptureCurve, CountsRightResponsesThatFit) {
  const CaptureCurve curve = sample_curve();
  struct Row {
    std::int64_t limit;
    double right;
  };
  for (const Row& row :
       std::vector<Row>{{0, 0}, {99, 0}, {100, 2}, {199, 2}, {200, 3}, {300, 4}, {9999, 4}}) {
    EXPECT_DOUBLE_EQ(curve.captured(row.limit), row.right / 4) << row.limit;
    EXPECT_DOUBLE_EQ(curve.accuracy(row.limit), row.right / 6) << row.limit;
  }
  EXPECT_THAT(curve.steps(),
              ElementsAre(CapturePoint{100, 2}, CapturePoint{200, 3}, CapturePoint{300, 4}));
}

TEST(CaptureCurve, FindsTheLimitForAShare) {
  const CaptureCurve curve = sample_curve();
  const std::vector<std::pair<double, std::int64_t>> rows = {
      {0, 0}, {0.1, 100}, {0.5, 100}, {0.51, 200}, {0.75, 200}, {0.76, 300}, {1, 300}};
  for (const auto& [share, limit] : rows) EXPECT_EQ(curve.limit_for(share), limit) << share;

  CaptureCurve ten;
  for (int i = 1; i <= 10; ++i) ten.add(i, true);
  EXPECT_EQ(ten.limit_for(0.7), 7);
}

TEST(CaptureCurve, IsFlatAtZeroWithoutRightResponses) {
  CaptureCurve curve;
  EXPECT_EQ(curve.accuracy(10), 0);
  curve.add(5, false);
  EXPECT_EQ(curve.captured(10), 0);
  EXPECT_EQ(curve.accuracy(10), 0);
  EXPECT_EQ(curve.limit_for(1), 0);
  EXPECT_TRUE(curve.steps().empty());
}

TEST(CaptureCurve, GoesOnAfterItWasRead) {
  CaptureCurve curve;
  curve.add(50, true);
  EXPECT_DOUBLE_EQ(curve.captured(50), 1);
  curve.add(20, true);
  EXPECT_DOUBLE_EQ(curve.captured(20), 0.5);
}

}  // namespace
}  // namespace drp::evaluate
