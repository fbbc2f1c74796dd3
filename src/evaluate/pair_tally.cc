// SPDX-License-Identifier: Apache-2.0
#include "evaluate/pair_tally.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "evaluate/permutation.h"
#include "evaluate/sample_scores.h"

namespace drp::evaluate {
namespace {

// With many problems the figures settle with fewer resamples.
constexpr std::int64_t kDrawsMax = 20'000'000;
constexpr std::int64_t kResamplesMin = 400;
constexpr int kPermutations = 10'000;

int affordable(int asked, std::int64_t pairs) {
  const std::int64_t most = kDrawsMax / std::max<std::int64_t>(1, pairs);
  return static_cast<int>(std::min<std::int64_t>(asked, std::max(kResamplesMin, most)));
}

}  // namespace

std::vector<ExtractorScore> extractor_scores(const std::array<double, kExtractors.size()>& sums,
                                             std::int64_t problems) {
  if (std::all_of(sums.begin(), sums.end(), [](double sum) { return sum == 0; })) return {};
  std::vector<ExtractorScore> scores;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    scores.push_back({kExtractors[i], sums[i] / static_cast<double>(problems)});
  }
  return scores;
}

void AccuracyTally::add(double share, std::int32_t samples) {
  ++problems_;
  responses_ += samples;
  sum_ += share;
  sum_squares_ += share * share;
}

Estimate AccuracyTally::estimate() const {
  if (problems_ == 0) return wilson_interval(0, 0);
  const double problems = static_cast<double>(problems_);
  const double share = std::clamp(sum_ / problems, 0.0, 1.0);
  const double clustered = sum_squares_ / problems - share * share;
  return wilson_interval(share, effective_size(share * (1 - share), clustered, problems,
                                               static_cast<double>(responses_)));
}

void PairTally::add(const ProblemScore& before, const ProblemScore& after) {
  DRP_CHECK(before.samples > 0 && after.samples > 0, "a pair has a response on both sides");
  // Equal shares, exactly: cross-multiplied counts.
  const std::int64_t left = std::int64_t{before.right} * after.samples;
  const std::int64_t right = std::int64_t{after.right} * before.samples;
  ++counts_.pairs;
  if (left > right) {
    ++counts_.only_before;
  } else if (left < right) {
    ++counts_.only_after;
  } else if (2 * before.right >= before.samples) {
    ++counts_.both_right;
  } else {
    ++counts_.both_wrong;
  }
  const double share_before = before.share();
  const double share_after = after.share();
  share_before_ += share_before;
  share_after_ += share_after;
  difference_squares_ += (share_after - share_before) * (share_after - share_before);
  discordance_.only_before += share_before * (1 - share_after);
  discordance_.only_after += share_after * (1 - share_before);
  sample_pairs_ += std::min(before.samples, after.samples);
  single_ = single_ && before.samples == 1 && after.samples == 1;
  differences_.push_back(share_after - share_before);
  for (std::size_t i = 0; i < kExtractors.size(); ++i) {
    by_before_[i] += static_cast<double>(before.right_by[i]) / before.samples;
    by_after_[i] += static_cast<double>(after.right_by[i]) / after.samples;
  }

  tokens_.push_back({before.mean_tokens(), after.mean_tokens()});
  if (before.right > 0 && after.right > 0) {
    ++both_right_once_;
    tokens_both_right_.before += before.mean_tokens_right();
    tokens_both_right_.after += after.mean_tokens_right();
  }
}

Estimate PairTally::accuracy_difference() const {
  const double pairs = static_cast<double>(counts_.pairs);
  const Discordance shares = {discordance_.only_before / pairs, discordance_.only_after / pairs};
  const double difference = shares.only_after - shares.only_before;
  const double single = shares.only_before + shares.only_after - difference * difference;
  const double clustered = difference_squares_ / pairs - difference * difference;
  return paired_difference(
      shares, effective_size(single, clustered, pairs, static_cast<double>(sample_pairs_)));
}

void PairTally::fill_tests(const BootstrapOptions& options, PairedComparison& result) const {
  const PermutationOptions draws = {affordable(kPermutations, result.pairs), options.seed + 1};
  result.mcnemar_p = mcnemar_exact(result.only_before, result.only_after);
  result.permutation_p = paired_permutation(differences_, draws);
  std::vector<double> logs;
  logs.reserve(tokens_.size());
  for (const TokenPair& tokens : tokens_) {
    logs.push_back(std::log(std::max(1.0, tokens.after) / std::max(1.0, tokens.before)));
  }
  result.tokens_p = paired_permutation(logs, draws);
  result.accuracy_test = single_ ? "exact McNemar test" : "paired permutation test";
  result.accuracy_p = single_ ? result.mcnemar_p : result.permutation_p;
  result.accuracy_p_holm = result.accuracy_p;
}

PairedComparison PairTally::result(const BootstrapOptions& options) const {
  PairedComparison result = counts_;
  if (result.pairs == 0) {
    result.accuracy_difference = paired_difference({}, 0);
    return result;
  }
  const double pairs = static_cast<double>(result.pairs);
  result.accuracy_before = share_before_ / pairs;
  result.accuracy_after = share_after_ / pairs;
  result.accuracy_difference = accuracy_difference();
  for (const TokenPair& tokens : tokens_) {
    result.tokens_before += tokens.before;
    result.tokens_after += tokens.after;
  }
  result.tokens_before /= pairs;
  result.tokens_after /= pairs;
  const BootstrapOptions bootstrap = {affordable(options.resamples, result.pairs), options.seed};
  result.tokens_cut = tokens_cut(tokens_, bootstrap);
  result.token_ratio = token_ratio(tokens_, bootstrap);
  if (both_right_once_ > 0) {
    const double right = static_cast<double>(both_right_once_);
    result.tokens_before_both_right = tokens_both_right_.before / right;
    result.tokens_after_both_right = tokens_both_right_.after / right;
  }
  result.efficiency_score = accuracy_efficiency_score(
      {result.accuracy_before, result.tokens_before}, {result.accuracy_after, result.tokens_after});
  result.extractors_before = extractor_scores(by_before_, result.pairs);
  result.extractors_after = extractor_scores(by_after_, result.pairs);
  fill_tests(options, result);
  return result;
}

}  // namespace drp::evaluate
