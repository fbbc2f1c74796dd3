// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/likelihood.h"
#include "report/density.h"

namespace drp::report {

// How the mean log P a token is spread over the judged paths.
struct LikelihoodSeries {
  std::string text;  // "trace" or "path"
  double median = 0;
  Density density;  // on the figures' axis
};

struct LikelihoodFigures {
  double low = 0;  // the axis, in nats; its other end is 0
  std::vector<LikelihoodSeries> series;
};

// Keeps 16 bytes a judged path.
class LikelihoodCollector {
 public:
  void add(const PathLikelihood& path);
  // Without series for fewer than two paths.
  LikelihoodFigures figures() const;

 private:
  std::vector<double> trace_;
  std::vector<double> path_;
};

}  // namespace drp::report
