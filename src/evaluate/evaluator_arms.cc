// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>

#include "evaluate/evaluator.h"

namespace drp::evaluate {

void Evaluator::fill_tokens(std::span<const Row> rows, ArmSummary& summary) {
  std::vector<double> tokens;
  tokens.reserve(rows.size());
  double sum = 0;
  double reasoning = 0;
  double cut = 0;
  double loop = 0;
  double silent = 0;
  for (const Row& row : rows) {
    tokens.push_back(static_cast<double>(row.tokens));
    sum += tokens.back();
    reasoning += static_cast<double>(row.reasoning_tokens);
    cut += row.finish == FinishReason::kLength ? 1 : 0;
    loop += row.finish == FinishReason::kLoop ? 1 : 0;
    silent += row.answer_class == AnswerClasses::kSilent ? 1 : 0;
    summary.undecided += row.undecided ? 1 : 0;
  }
  std::sort(tokens.begin(), tokens.end());
  const double responses = static_cast<double>(tokens.size());
  summary.responses = static_cast<std::int64_t>(tokens.size());
  summary.tokens_mean = sum / responses;
  summary.tokens_median = quantile(tokens, 0.5);
  summary.tokens_p90 = quantile(tokens, 0.9);
  summary.reasoning_tokens_mean = reasoning / responses;
  summary.answer_tokens_mean = (sum - reasoning) / responses;
  summary.share_cut = cut / responses;
  summary.share_loop = loop / responses;
  summary.share_no_answer = silent / responses;
}

void Evaluator::fill_accuracy(const Scores& scores, ArmSummary& summary) const {
  AccuracyTally accuracy;
  AccuracyTally strict;
  std::array<double, kExtractors.size()> by = {};
  for (const auto& [id, problem] : problems_.sorted()) {
    const ProblemScore& score = scores[problem];
    if (score.samples == 0) continue;
    if (score.gold_error) {
      ++summary.gold_errors;
      continue;
    }
    ++summary.problems;
    accuracy.add(score.share(), score.samples);
    strict.add(score.share_strict(), score.samples);
    for (std::size_t i = 0; i < by.size(); ++i) {
      by[i] += static_cast<double>(score.right_by[i]) / score.samples;
    }
  }
  summary.accuracy = accuracy.estimate();
  summary.accuracy_strict = strict.estimate();
  summary.extractors = extractor_scores(by, summary.problems);
}

AnswerVotes Evaluator::votes_of(std::span<const Row> samples) {
  AnswerVotes votes;
  std::map<std::uint32_t, std::int64_t> counts;
  for (const Row& row : samples) ++counts[row.answer_class];
  for (const auto& [number, count] : counts) {
    if (number == AnswerClasses::kSilent) {
      votes.silent = count;
    } else {
      votes.classes.push_back({count, number == AnswerClasses::kRight});
    }
  }
  return votes;
}

std::vector<AtK> Evaluator::scores_at_k(std::span<const Row> rows, const Scores& scores) const {
  std::int64_t samples = std::numeric_limits<std::int64_t>::max();
  for (std::size_t problem = 0; problem < scores.size(); ++problem) {
    if (scores[problem].samples == 0 || scores[problem].gold_error) continue;
    samples = std::min<std::int64_t>(samples, scores[problem].samples);
  }
  std::vector<AtK> all;
  if (samples == std::numeric_limits<std::int64_t>::max()) return all;
  for (const std::int64_t k : sample_counts(samples)) {
    AccuracyTally pass;
    AccuracyTally majority;
    for (std::size_t at = 0; at < rows.size();) {
      const std::uint32_t problem = rows[at].problem;
      const ProblemScore& score = scores[problem];
      const auto count = static_cast<std::size_t>(score.samples);
      if (!score.gold_error) {
        pass.add(pass_at_k(score.samples, score.right, k), score.samples);
        majority.add(majority_at_k(votes_of(rows.subspan(at, count)), k), score.samples);
      }
      at += count;
    }
    all.push_back({k, pass.estimate(), majority.estimate()});
  }
  return all;
}

ArmSummary Evaluator::arm_summary(std::uint32_t arm, const std::vector<Row>& rows,
                                  const Scores& scores) const {
  const auto of_arm = [](const Row& row, std::uint32_t number) { return row.arm < number; };
  const auto begin = std::lower_bound(rows.begin(), rows.end(), arm, of_arm);
  const auto end = std::lower_bound(begin, rows.end(), arm + 1, of_arm);
  const std::span<const Row> own(begin, end);
  ArmSummary summary;
  summary.arm = arms_.name(arm);
  fill_tokens(own, summary);
  fill_accuracy(scores, summary);
  summary.at_k = scores_at_k(own, scores);
  summary.note = arm_note(summary);
  return summary;
}

}  // namespace drp::evaluate
