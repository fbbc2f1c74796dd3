// SPDX-License-Identifier: Apache-2.0
#include "evaluate/learnability.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "evaluate/statistics.h"

namespace drp::evaluate {
namespace {

constexpr std::array kThresholds = {0.0, 0.25, 0.5, 0.8, 0.9, 0.95, 1.0};
constexpr int kHundred = 100;
constexpr double kNormal95 = 1.959963984540054;  // two-sided

using Values = std::vector<double>;

double mean(const Values& values) {
  if (values.empty()) return 0;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

Estimate mean_difference(const Values& from, const Values& subtracted) {
  Values differences(from.size());
  std::transform(from.begin(), from.end(), subtracted.begin(), differences.begin(), std::minus<>());
  const double centre = mean(differences);
  if (differences.size() < 2) return {centre, centre, centre};
  double squares = 0;
  for (const double value : differences) squares += (value - centre) * (value - centre);
  const auto n = static_cast<double>(differences.size());
  const double half = kNormal95 * std::sqrt(squares / (n - 1) / n);
  return {centre, centre - half, centre + half};
}

ThresholdEffect effect_of(double keep, const std::vector<const PathLikelihood*>& paths) {
  ThresholdEffect effect{keep, 0, 0};
  for (const PathLikelihood* path : paths) {
    const bool kept =
        keep == 0 || path->answer_log_prob_path >= path->answer_log_prob_trace + std::log(keep);
    effect.kept += kept ? 1 : 0;
    effect.tokens += static_cast<double>(kept ? path->tokens_after : path->tokens_before);
  }
  const double n = std::max(1.0, static_cast<double>(paths.size()));
  return {keep, effect.kept / n, effect.tokens / n};
}

}  // namespace

Learnability summarise_likelihoods(std::span<const PathLikelihood> all) {
  Learnability sum;
  std::vector<const PathLikelihood*> paths;
  Values reasoning_trace, reasoning_path, seam_trace, seam_path, answer_trace, answer_path, drops;
  for (const PathLikelihood& path : all) {
    if (path.not_judged) {
      ++sum.not_judged;
      continue;
    }
    paths.push_back(&path);
    reasoning_trace.push_back(path.reasoning_log_prob_trace);
    reasoning_path.push_back(path.reasoning_log_prob_path);
    if (path.seam_log_prob_trace && path.seam_log_prob_path) {
      seam_trace.push_back(*path.seam_log_prob_trace);
      seam_path.push_back(*path.seam_log_prob_path);
    }
    const auto tokens = static_cast<double>(std::max<std::int64_t>(1, path.answer_tokens));
    answer_trace.push_back(path.answer_log_prob_trace / tokens);
    answer_path.push_back(path.answer_log_prob_path / tokens);
    drops.push_back(path.answer_drop());
    sum.tokens_before += static_cast<double>(path.tokens_before);
  }
  sum.judged = static_cast<std::int64_t>(paths.size());
  const double n = std::max(1.0, static_cast<double>(paths.size()));
  sum.tokens_before /= n;
  sum.reasoning_log_prob_trace = mean(reasoning_trace);
  sum.reasoning_log_prob_path = mean(reasoning_path);
  sum.reasoning_drop = mean_difference(reasoning_trace, reasoning_path);
  sum.with_seams = static_cast<std::int64_t>(seam_path.size());
  sum.seam_log_prob_trace = mean(seam_trace);
  sum.seam_log_prob_path = mean(seam_path);
  sum.seam_drop = mean_difference(seam_trace, seam_path);
  sum.answer_log_prob_trace = mean(answer_trace);
  sum.answer_log_prob_path = mean(answer_path);
  sum.answer_drop = mean_difference(answer_trace, answer_path);
  sum.drop_limit = kAnswerDropLimit;
  const auto within = std::count_if(drops.begin(), drops.end(),
                                    [](double drop) { return drop <= kAnswerDropLimit; });
  sum.within_limit =
      wilson_interval(static_cast<double>(within) / n, static_cast<double>(paths.size()));
  std::sort(drops.begin(), drops.end());
  for (int i = 0; i <= kHundred && !drops.empty(); ++i) {
    sum.drop_percentiles.push_back(quantile(drops, static_cast<double>(i) / kHundred));
    sum.curve.push_back(effect_of(static_cast<double>(i) / kHundred, paths));
  }
  for (const double keep : kThresholds) sum.thresholds.push_back(effect_of(keep, paths));
  return sum;
}

}  // namespace drp::evaluate
