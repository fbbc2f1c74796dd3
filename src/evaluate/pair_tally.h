// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "evaluate/bootstrap.h"
#include "evaluate/statistics.h"
#include "records/evaluation.h"

namespace drp::evaluate {

// Extractors that Scored::right_by may name.
inline constexpr std::array<const char*, 4> kExtractors = {"box", "hash", "phrase", "number"};

// Each with its mean of `sums` over the problems; none where no answer was right by any of them.
std::vector<ExtractorScore> extractor_scores(const std::array<double, kExtractors.size()>& sums,
                                             std::int64_t problems);

// What one arm did on one problem, over its samples.
struct ProblemScore {
  std::int32_t samples = 0;
  std::int32_t right = 0;
  std::int32_t right_strict = 0;
  std::int64_t tokens = 0;        // of all samples together
  std::int64_t tokens_right = 0;  // of the right ones
  std::array<std::int32_t, kExtractors.size()> right_by = {};
  bool gold_error = false;  // a sample had no readable reference: the counts say nothing

  // All three need samples, the last a right one.
  double share() const { return static_cast<double>(right) / samples; }
  double share_strict() const { return static_cast<double>(right_strict) / samples; }
  double mean_tokens() const { return static_cast<double>(tokens) / samples; }
  double mean_tokens_right() const { return static_cast<double>(tokens_right) / right; }
};

// Mean over problems of the share right, with the Wilson interval at its effective size.
class AccuracyTally {
 public:
  void add(double share, std::int32_t samples);
  Estimate estimate() const;

 private:
  std::int64_t problems_ = 0;
  std::int64_t responses_ = 0;
  double sum_ = 0;
  double sum_squares_ = 0;
};

// Two arms on the same problems.
class PairTally {
 public:
  // Both with at least one sample.
  void add(const ProblemScore& before, const ProblemScore& after);
  std::int64_t pairs() const { return counts_.pairs; }
  // The figures; `before`, `after`, `group` and `note` are left empty, accuracy_p_holm is that of a
  // single comparison.
  PairedComparison result(const BootstrapOptions& options) const;

 private:
  Estimate accuracy_difference() const;
  void fill_tests(const BootstrapOptions& options, PairedComparison& result) const;

  PairedComparison counts_;  // the four cells and `pairs`
  double share_before_ = 0;
  double share_after_ = 0;
  double difference_squares_ = 0;
  Discordance discordance_;  // summed over problems, for one sample of each arm drawn at random
  std::int64_t sample_pairs_ = 0;
  bool single_ = true;  // one sample a problem on both sides
  std::vector<double> differences_;
  std::array<double, kExtractors.size()> by_before_ = {};  // sums of shares right
  std::array<double, kExtractors.size()> by_after_ = {};
  std::vector<TokenPair> tokens_;
  TokenPair tokens_both_right_;
  std::int64_t both_right_once_ = 0;
};

}  // namespace drp::evaluate
