// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/evaluation.h"
#include "records/field.h"

namespace drp {

// How likely a student finds one pruned path beside its own whole trace, by one prefill each.
// Natural logarithms. Units that only announce the answer, or come to it again, are left
// out of both.
struct PathLikelihood {
  std::string trace_id;
  double reasoning_log_prob_trace = 0;
  double reasoning_log_prob_path = 0;
  std::optional<double> seam_log_prob_trace;
  std::optional<double> seam_log_prob_path;
  double answer_log_prob_trace = 0;
  double answer_log_prob_path = 0;
  std::int64_t answer_tokens = 0;
  std::int64_t tokens_before = 0;
  std::int64_t tokens_after = 0;
  std::optional<std::string> not_judged;

  // By how much the path lowers the answer's log probability, a token.
  double answer_drop() const {
    if (answer_tokens == 0) return 0;
    return (answer_log_prob_trace - answer_log_prob_path) / static_cast<double>(answer_tokens);
  }

  bool operator==(const PathLikelihood&) const = default;

  template <class V>
  static void describe(V&& field) {
    using P = PathLikelihood;
    field("trace_id", &P::trace_id, Need::kRequired, "id of the trace");
    field("reasoning_log_prob_trace", &P::reasoning_log_prob_trace, Need::kRequired,
          "mean log P a token of the whole reasoning, in nats");
    field("reasoning_log_prob_path", &P::reasoning_log_prob_path, Need::kRequired,
          "the same of the pruned reasoning");
    field("seam_log_prob_trace", &P::seam_log_prob_trace, Need::kOptional,
          "mean log P a token of the words that follow a deletion, where they stand in the trace");
    field("seam_log_prob_path", &P::seam_log_prob_path, Need::kOptional,
          "of the same words in the path");
    field("answer_log_prob_trace", &P::answer_log_prob_trace, Need::kRequired,
          "log P of the whole answer after the trace's reasoning");
    field("answer_log_prob_path", &P::answer_log_prob_path, Need::kRequired,
          "log P of the same answer after the path");
    field("answer_tokens", &P::answer_tokens, Need::kRequired, "tokens of that answer");
    field("tokens_before", &P::tokens_before, Need::kRequired, "tokens of the trace's response");
    field("tokens_after", &P::tokens_after, Need::kRequired, "tokens of the path's response");
    field("not_judged", &P::not_judged, Need::kOptional, "why there are no figures");
  }
};

// What asking for more of the answer's probability costs.
struct ThresholdEffect {
  double keep_answer_prob = 0;
  double kept = 0;
  double tokens = 0;

  bool operator==(const ThresholdEffect&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("keep_answer_prob", &ThresholdEffect::keep_answer_prob, Need::kRequired,
          "a path must leave the answer at least this share of its probability; 0: any path");
    field("kept", &ThresholdEffect::kept, Need::kRequired, "share of the paths that do");
    field("tokens", &ThresholdEffect::tokens, Need::kRequired,
          "mean tokens a response, rejected ones at full length");
  }
};

// Whether a student finds its pruned paths likely, over the paths that were judged.
struct Learnability {
  std::int64_t judged = 0;
  std::int64_t not_judged = 0;
  double reasoning_log_prob_trace = 0;
  double reasoning_log_prob_path = 0;
  Estimate reasoning_drop;
  std::int64_t with_seams = 0;
  double seam_log_prob_trace = 0;
  double seam_log_prob_path = 0;
  Estimate seam_drop;
  double answer_log_prob_trace = 0;
  double answer_log_prob_path = 0;
  Estimate answer_drop;
  double drop_limit = 0;
  Estimate within_limit;
  std::vector<double> drop_percentiles;
  double tokens_before = 0;
  std::vector<ThresholdEffect> thresholds;
  std::vector<ThresholdEffect> curve;

  bool operator==(const Learnability&) const = default;

  template <class V>
  static void describe(V&& field) {
    using L = Learnability;
    constexpr auto kMust = Need::kRequired;
    field("judged", &L::judged, kMust, "paths");
    field("not_judged", &L::not_judged, Need::kOptional, "paths that could not be judged");
    field("reasoning_log_prob_trace", &L::reasoning_log_prob_trace, kMust,
          "mean over the paths, nats a token");
    field("reasoning_log_prob_path", &L::reasoning_log_prob_path, kMust, "likewise");
    field("reasoning_drop", &L::reasoning_drop, kMust, "mean of trace - path, paired interval");
    field("with_seams", &L::with_seams, kMust, "paths with words after a deletion");
    field("seam_log_prob_trace", &L::seam_log_prob_trace, kMust, "mean over those paths");
    field("seam_log_prob_path", &L::seam_log_prob_path, kMust, "likewise");
    field("seam_drop", &L::seam_drop, kMust, "mean of trace - path, paired interval");
    field("answer_log_prob_trace", &L::answer_log_prob_trace, kMust,
          "mean over the paths, nats a token of the answer");
    field("answer_log_prob_path", &L::answer_log_prob_path, kMust, "likewise");
    field("answer_drop", &L::answer_drop, kMust, "mean of trace - path, paired interval");
    field("drop_limit", &L::drop_limit, kMust, "nats a token of the answer");
    field("within_limit", &L::within_limit, kMust,
          "share of paths whose drop is at most that, Wilson interval");
    field("drop_percentiles", &L::drop_percentiles, kMust,
          "of the answer's drop a token, 0 to 100");
    field("tokens_before", &L::tokens_before, kMust, "mean tokens a response of the traces");
    field("thresholds", &L::thresholds, kMust, "the threshold's effect at some shares");
    field("curve", &L::curve, kMust, "and at every hundredth");
  }
};

}  // namespace drp
