// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluator.h"

#include <algorithm>
#include <tuple>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "evaluate/multiple_tests.h"

namespace drp::evaluate {
namespace {

// A tag with more values than this is an id, not a group: its values are not kept.
constexpr std::size_t kTagValuesKept = 4096;

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
  row.reasoning_tokens = scored.reasoning_tokens;
  row.answer_class =
      classes_.of((std::uint64_t{row.arm} << 32U) | std::uint64_t{row.problem}, scored);
  for (std::size_t i = 0; i < kExtractors.size(); ++i) {
    const auto found = std::find(scored.right_by.begin(), scored.right_by.end(), kExtractors[i]);
    if (found != scored.right_by.end()) row.right_by |= static_cast<std::uint8_t>(1U << i);
  }
  row.right = scored.correct;
  row.right_strict = scored.correct_strict;
  row.gold_error = scored.verdict == "gold_error";
  row.undecided = scored.verdict == "undecided";
  row.finish = scored.finish;
  rows_.push_back(row);
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

void Evaluator::sort_rows() const {
  const auto key = [](const Row& row) { return std::tuple(row.arm, row.problem, row.sample); };
  std::sort(rows_.begin(), rows_.end(),
            [&](const Row& a, const Row& b) { return key(a) < key(b); });
  const auto twice = std::adjacent_find(
      rows_.begin(), rows_.end(), [&](const Row& a, const Row& b) { return key(a) == key(b); });
  if (twice != rows_.end()) {
    throw Error(ErrorKind::kData,
                "sample " + std::to_string(twice->sample) + " of problem '" +
                    problems_.name(twice->problem) + "' was scored twice for '" +
                    arms_.name(twice->arm) + "'",
                "give each sample of a problem its own number, and each student its own name");
  }
}

std::vector<Evaluator::Scores> Evaluator::scores_of(const std::vector<Row>& rows) const {
  std::vector<Scores> scores(arms_.size(), Scores(problems_.size()));
  for (const Row& row : rows) {
    ProblemScore& score = scores[row.arm][row.problem];
    ++score.samples;
    score.gold_error = score.gold_error || row.gold_error;
    score.right += row.right ? 1 : 0;
    score.right_strict += row.right_strict ? 1 : 0;
    score.tokens += row.tokens;
    score.tokens_right += row.right ? row.tokens : 0;
    for (std::size_t i = 0; i < kExtractors.size(); ++i) {
      score.right_by[i] += (row.right_by >> i) & 1;
    }
  }
  return scores;
}

void Evaluator::compare_all(std::uint32_t before, std::uint32_t after,
                            const std::vector<Scores>& scores, const EvaluateOptions& options,
                            Evaluation& evaluation) const {
  PairTally all;
  // Pairs go in by id, so that the bootstrap does not depend on the order of arrival.
  const auto tally = [&](PairTally& pairs, std::uint32_t problem) {
    const ProblemScore& left = scores[before][problem];
    const ProblemScore& right = scores[after][problem];
    if (left.samples == 0 || right.samples == 0) return;
    if (left.gold_error || right.gold_error) return;
    pairs.add(left, right);
  };
  const auto finish = [&](const PairTally& pairs, const std::string& group) {
    const std::uint64_t seed = derive_seed(options.seed, arms_.name(after) + "/" + group);
    PairedComparison comparison = pairs.result({.resamples = options.resamples, .seed = seed});
    // A group that is empty, or everything, tells nothing new.
    if (group != "all" && (comparison.pairs == 0 || comparison.pairs == all.pairs())) return;
    comparison.before = arms_.name(before);
    comparison.after = arms_.name(after);
    comparison.group = group;
    evaluation.comparisons.push_back(std::move(comparison));
  };

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

// One family of tests is all values of a tag, for all students compared.
void Evaluator::adjust_tests(std::vector<PairedComparison>& comparisons, const std::string& unit) {
  std::map<std::string, std::vector<PairedComparison*>> families;
  for (PairedComparison& pair : comparisons) {
    families[pair.group.substr(0, pair.group.find('='))].push_back(&pair);
  }
  for (const auto& [tag, family] : families) {
    std::vector<double> values;
    for (const PairedComparison* pair : family) values.push_back(pair->accuracy_p);
    const std::vector<double> adjusted = holm_adjusted(values);
    for (std::size_t i = 0; i < family.size(); ++i) family[i]->accuracy_p_holm = adjusted[i];
  }
  for (PairedComparison& pair : comparisons) pair.note = comparison_note(pair, unit);
}

Evaluation Evaluator::summarise(const EvaluateOptions& options) const {
  sort_rows();
  const std::vector<Scores> scores = scores_of(rows_);
  Evaluation evaluation;
  for (std::uint32_t arm = 0; arm < arms_.size(); ++arm) {
    evaluation.arms.push_back(arm_summary(arm, rows_, scores[arm]));
  }
  const auto before = arms_.sorted().find(options.before);
  if (before == arms_.sorted().end()) return evaluation;
  for (std::uint32_t arm = 0; arm < arms_.size(); ++arm) {
    if (arm != before->second) compare_all(before->second, arm, scores, options, evaluation);
  }
  adjust_tests(evaluation.comparisons, options.unit);
  return evaluation;
}

}  // namespace drp::evaluate
