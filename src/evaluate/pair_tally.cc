// SPDX-License-Identifier: Apache-2.0
#include "evaluate/pair_tally.h"

#include <algorithm>

#include "base/check.h"

namespace drp::evaluate {

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

PairedComparison PairTally::result(int resamples, std::uint64_t seed) const {
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
  result.tokens_cut = tokens_cut(tokens_, resamples, seed);
  if (both_right_once_ > 0) {
    const double right = static_cast<double>(both_right_once_);
    result.tokens_before_both_right = tokens_both_right_.before / right;
    result.tokens_after_both_right = tokens_both_right_.after / right;
  }
  result.mcnemar_p = mcnemar_exact(result.only_before, result.only_after);
  return result;
}

}  // namespace drp::evaluate
