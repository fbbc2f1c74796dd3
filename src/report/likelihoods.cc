// SPDX-License-Identifier: Apache-2.0
#include "report/likelihoods.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace drp::report {
namespace {

constexpr double kStep = 0.25;           // the axis ends at a multiple of it
constexpr double kBandwidthMin = 0.005;  // nats

}  // namespace

void LikelihoodCollector::add(const PathLikelihood& path) {
  if (path.not_judged) return;
  trace_.push_back(path.reasoning_log_prob_trace);
  path_.push_back(path.reasoning_log_prob_path);
}

LikelihoodFigures LikelihoodCollector::figures() const {
  LikelihoodFigures figures;
  if (trace_.size() < 2) return figures;
  // A few hopeless paths must not squeeze the rest: the axis holds 99.5 % of each.
  constexpr double kLowest = 0.005;
  for (const auto& [name, values] : {std::pair("trace", &trace_), std::pair("path", &path_)}) {
    std::vector<double> sorted = *values;
    std::sort(sorted.begin(), sorted.end());
    figures.low = std::min(figures.low, std::floor(quantile(sorted, kLowest) / kStep) * kStep);
  }
  for (const auto& [name, values] : {std::pair("trace", &trace_), std::pair("path", &path_)}) {
    std::vector<double> sorted = *values;
    for (double& value : sorted) value = std::clamp(value, figures.low, 0.0);
    std::sort(sorted.begin(), sorted.end());
    figures.series.push_back(
        {name, quantile(sorted, 0.5), kernel_density(sorted, figures.low, 0, kBandwidthMin)});
  }
  return figures;
}

}  // namespace drp::report
