// SPDX-License-Identifier: Apache-2.0
#include "browser/sample_likelihood.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/random.h"

namespace drp::report {
namespace {

constexpr int kPaths = 60;
constexpr double kBefore = 150;
constexpr double kAfter = 62;
constexpr double kAnswerTokens = 4;

ThresholdEffect effect_at(double keep, const std::vector<double>& drops) {
  const auto kept = std::count_if(drops.begin(), drops.end(), [&](double drop) {
    return keep == 0 || -drop * kAnswerTokens >= std::log(keep);
  });
  const double share = static_cast<double>(kept) / kPaths;
  return {keep, share, share * kAfter + (1 - share) * kBefore};
}

}  // namespace

Learnability sample_learnability(std::uint64_t seed) {
  Random random(derive_seed(seed, "likelihood"));
  std::vector<double> drops;
  for (int i = 0; i < kPaths; ++i) drops.push_back(0.02 + 0.06 * random.normal());
  std::sort(drops.begin(), drops.end());
  Learnability sum;
  sum.judged = kPaths;
  sum.not_judged = 1;
  sum.reasoning_log_prob_trace = -0.38;
  sum.reasoning_log_prob_path = -0.61;
  sum.reasoning_drop = {0.23, 0.2, 0.26};
  sum.with_seams = kPaths - 3;
  sum.seam_log_prob_trace = -0.52;
  sum.seam_log_prob_path = -1.4;
  sum.seam_drop = {0.88, 0.7, 1.06};
  sum.answer_log_prob_trace = -0.05;
  sum.answer_log_prob_path = -0.07;
  sum.answer_drop = {0.02, 0.005, 0.035};
  sum.drop_limit = 0.1;
  const auto within =
      std::count_if(drops.begin(), drops.end(), [](double drop) { return drop <= 0.1; });
  const double share = static_cast<double>(within) / kPaths;
  sum.within_limit = {share, share - 0.09, std::min(1.0, share + 0.05)};
  sum.tokens_before = kBefore;
  for (int i = 0; i <= 100; ++i) {
    sum.drop_percentiles.push_back(drops[static_cast<std::size_t>(i * (kPaths - 1) / 100)]);
    sum.curve.push_back(effect_at(i / 100.0, drops));
  }
  for (const double keep : {0.0, 0.25, 0.5, 0.8, 0.9, 0.95, 1.0}) {
    sum.thresholds.push_back(effect_at(keep, drops));
  }
  return sum;
}

std::vector<PathLikelihood> sample_likelihoods(std::uint64_t seed) {
  Random random(derive_seed(seed, "likelihoods"));
  std::vector<PathLikelihood> paths(kPaths + 1);
  for (std::size_t i = 0; i < paths.size(); ++i) {
    paths[i].trace_id = "train-" + std::to_string(i) + "/0";
    paths[i].reasoning_log_prob_trace = -0.38 * std::exp(0.3 * random.normal());
    paths[i].reasoning_log_prob_path = -0.61 * std::exp(0.35 * random.normal());
  }
  paths.back().not_judged = "the trace states no answer";
  return paths;
}

}  // namespace drp::report
