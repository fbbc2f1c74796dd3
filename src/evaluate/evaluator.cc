// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluator.h"

#include <algorithm>
#include <tuple>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"

namespace drp::evaluate {
namespace {

// A tag with more values than this is an id, not a group: its values are not kept.
constexpr std::size_t kTagValuesKept = 4096;

// With many problems the bootstrap's figures settle with fewer resamples.
constexpr std::int64_t kDrawsMax = 20'000'000;
constexpr std::int64_t kResamplesMin = 400;

int resamples_for(int asked, std::int64_t pairs) {
  const std::int64_t affordable = kDrawsMax / std::max<std::int64_t>(1, pairs);
  return static_cast<int>(
      std::min<std::int64_t>(asked, std::max<std::int64_t>(kResamplesMin, affordable)));
}

// Numbers by size, before words.
bool value_less(const std::string& a, const std::string& b) {
  const auto left = parse_double(a);
  const auto right = parse_double(b);
  if (left && right && *left != *right) return *left < *right;
  if (left.has_value() != right.has_value()) return left.has_value();
  return a < b;
}

}  // namespace

void Evaluator::add(const Scored& scored) {
  Row row;
  row.problem = problems_.number(scored.problem_id);
  row.arm = arms_.number(scored.arm);
  row.sample = scored.sample;
  row.tokens = scored.response_tokens;
  row.right = scored.correct;
  row.right_strict = scored.correct_strict;
  row.gold_error = scored.verdict == "gold_error";
  row.undecided = scored.verdict == "undecided";
  row.finish = scored.finish;
  rows_.push_back(row);
  gold_error_.resize(problems_.size());
  if (row.gold_error) gold_error_[row.problem] = true;
  add_tags(scored, row.problem);
}

void Evaluator::add_tags(const Scored& scored, std::uint32_t problem) {
  for (const auto& [tag, value] : scored.tags) {
    TagColumn& column = tags_[tag];
    if (column.too_many) continue;
    if (column.of_problem.size() <= problem) column.of_problem.resize(problem + 1);
    column.of_problem[problem] = 1 + column.values.number(value);
    if (column.values.size() > kTagValuesKept) {
      column = TagColumn();
      column.too_many = true;
    }
  }
}

std::vector<Evaluator::Row> Evaluator::sorted_rows() const {
  std::vector<Row> rows = rows_;
  const auto key = [](const Row& row) { return std::tuple(row.arm, row.problem, row.sample); };
  std::sort(rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) < key(b); });
  const auto twice = std::adjacent_find(
      rows.begin(), rows.end(), [&](const Row& a, const Row& b) { return key(a) == key(b); });
  if (twice != rows.end()) {
    throw Error(ErrorKind::kData,
                "sample " + std::to_string(twice->sample) + " of problem '" +
                    problems_.name(twice->problem) + "' was scored twice for '" +
                    arms_.name(twice->arm) + "'",
                "give each sample of a problem its own number, and each student its own name");
  }
  return rows;
}

std::vector<Evaluator::Scores> Evaluator::scores_of(const std::vector<Row>& rows) const {
  std::vector<Scores> scores(arms_.size(), Scores(problems_.size()));
  for (const Row& row : rows) {
    ProblemScore& score = scores[row.arm][row.problem];
    ++score.samples;
    score.right += row.right ? 1 : 0;
    score.right_strict += row.right_strict ? 1 : 0;
    score.tokens += row.tokens;
    score.tokens_right += row.right ? row.tokens : 0;
  }
  return scores;
}

ArmSummary Evaluator::arm_summary(std::uint32_t arm, const std::vector<Row>& rows,
                                  const Scores& scores) const {
  ArmSummary summary;
  summary.arm = arms_.name(arm);
  std::vector<double> tokens;
  double sum = 0;
  double cut = 0;
  double loop = 0;
  for (const Row& row : rows) {
    if (row.arm != arm) continue;
    tokens.push_back(static_cast<double>(row.tokens));
    sum += tokens.back();
    cut += row.finish == FinishReason::kLength ? 1 : 0;
    loop += row.finish == FinishReason::kLoop ? 1 : 0;
    summary.undecided += row.undecided ? 1 : 0;
  }
  AccuracyTally accuracy;
  AccuracyTally strict;
  for (const auto& [id, problem] : problems_.sorted()) {
    const ProblemScore& score = scores[problem];
    if (score.samples == 0) continue;
    if (gold_error_[problem]) {
      ++summary.gold_errors;
      continue;
    }
    accuracy.add(score.share(), score.samples);
    strict.add(score.share_strict(), score.samples);
  }
  std::sort(tokens.begin(), tokens.end());
  const double responses = static_cast<double>(tokens.size());
  summary.responses = static_cast<std::int64_t>(tokens.size());
  summary.accuracy = accuracy.estimate();
  summary.accuracy_strict = strict.estimate();
  summary.tokens_mean = sum / responses;
  summary.tokens_median = quantile(tokens, 0.5);
  summary.tokens_p90 = quantile(tokens, 0.9);
  summary.share_cut = cut / responses;
  summary.share_loop = loop / responses;
  return summary;
}

void Evaluator::compare_all(std::uint32_t before, std::uint32_t after,
                            const std::vector<Scores>& scores, const EvaluateOptions& options,
                            Evaluation& evaluation) const {
  // Pairs go in by id, so that the bootstrap does not depend on the order of arrival.
  const auto tally = [&](PairTally& pairs, std::uint32_t problem) {
    const ProblemScore& left = scores[before][problem];
    const ProblemScore& right = scores[after][problem];
    if (left.samples == 0 || right.samples == 0 || gold_error_[problem]) return;
    pairs.add(left, right);
  };
  const auto finish = [&](const PairTally& pairs, const std::string& group) {
    const std::uint64_t seed = derive_seed(options.seed, arms_.name(after) + "/" + group);
    PairedComparison comparison =
        pairs.result(resamples_for(options.resamples, pairs.pairs()), seed);
    if (comparison.pairs == 0 && group != "all") return;
    comparison.before = arms_.name(before);
    comparison.after = arms_.name(after);
    comparison.group = group;
    evaluation.comparisons.push_back(std::move(comparison));
  };

  PairTally all;
  for (const auto& [id, problem] : problems_.sorted()) tally(all, problem);
  finish(all, "all");
  for (const std::string& tag : options.tags) {
    const auto found = tags_.find(tag);
    if (found == tags_.end()) continue;
    const TagColumn& column = found->second;
    if (column.too_many || column.values.size() > options.values_max) continue;
    std::vector<PairTally> groups(column.values.size());
    for (const auto& [id, problem] : problems_.sorted()) {
      if (problem >= column.of_problem.size() || column.of_problem[problem] == 0) continue;
      tally(groups[column.of_problem[problem] - 1], problem);
    }
    std::vector<std::string> values;
    for (const auto& [value, number] : column.values.sorted()) values.push_back(value);
    std::sort(values.begin(), values.end(), value_less);
    for (const std::string& value : values) {
      finish(groups[column.values.sorted().find(value)->second], tag + "=" + value);
    }
  }
}

Evaluation Evaluator::summarise(const EvaluateOptions& options) const {
  const std::vector<Row> rows = sorted_rows();
  const std::vector<Scores> scores = scores_of(rows);
  Evaluation evaluation;
  for (std::uint32_t arm = 0; arm < arms_.size(); ++arm) {
    evaluation.arms.push_back(arm_summary(arm, rows, scores[arm]));
  }
  const auto before = arms_.sorted().find(options.before);
  if (before == arms_.sorted().end()) return evaluation;
  for (std::uint32_t arm = 0; arm < arms_.size(); ++arm) {
    if (arm != before->second) compare_all(before->second, arm, scores, options, evaluation);
  }
  return evaluation;
}

}  // namespace drp::evaluate
