// SPDX-License-Identifier: Apache-2.0
#include "report/verdict.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/text.h"
#include "report/table.h"

namespace drp::report {
namespace {

constexpr std::int64_t kFewPairs = 200;
constexpr double kSignificance = 0.05;
constexpr double kManyCut = 0.02;
constexpr double kManyLoops = 0.02;
constexpr double kFormatGap = 0.02;

const ArmSummary* find_arm(const Evaluation& evaluation, const std::string& name) {
  const auto found = std::find_if(evaluation.arms.begin(), evaluation.arms.end(),
                                  [&](const ArmSummary& arm) { return arm.arm == name; });
  return found == evaluation.arms.end() ? nullptr : &*found;
}

std::string tokens_clause(const PairedComparison& pair) {
  const bool fewer = pair.tokens_cut.value >= 0;
  const double low = fewer ? pair.tokens_cut.low : -pair.tokens_cut.high;
  const double high = fewer ? pair.tokens_cut.high : -pair.tokens_cut.low;
  return "responses go from " + mean_count(pair.tokens_before) + " to " +
         mean_count(pair.tokens_after) + " tokens, " + percent(std::fabs(pair.tokens_cut.value)) +
         (fewer ? " fewer" : " more") + " (95 % interval " + format_fixed(low * 100, 1) + " to " +
         percent(high) + ")";
}

std::string accuracy_clause(const PairedComparison& pair) {
  return "accuracy from " + percent(pair.accuracy_before) + " to " + percent(pair.accuracy_after) +
         ", " + points(pair.accuracy_difference.value) + " points (95 % interval " +
         points_interval(pair.accuracy_difference) + ")";
}

std::string conclusion(const PairedComparison& pair) {
  const Estimate& cut = pair.tokens_cut;
  std::string text;
  if (cut.low > 0) {
    text = "The responses are shorter.";
  } else if (cut.high < 0) {
    text = "The responses are longer.";
  } else {
    text = "The responses are neither shorter nor longer by more than chance.";
  }
  const Estimate& difference = pair.accuracy_difference;
  const std::string p = "(exact McNemar p " + (pair.mcnemar_p < 0.001 ? "" : std::string("= ")) +
                        p_value(pair.mcnemar_p) + ")";
  const bool clear = pair.mcnemar_p < kSignificance;
  if (difference.low > 0 && clear)
    return text + " The gain in accuracy is more than chance " + p + ".";
  if (difference.high < 0 && clear)
    return text + " The loss in accuracy is more than chance " + p + ".";
  return text + " No change in accuracy can be told from chance " + p + "; a loss of more than " +
         format_fixed(std::max(0.0, -difference.low) * 100, 1) + " points is ruled out at 95 %.";
}

// One warning over the arms that have something to show: "base 4.7 %, tuned 3.4 %".
void warn_over_arms(const std::vector<ArmSummary>& arms,
                    const std::function<std::string(const ArmSummary&)>& shown,
                    const std::string& before, const std::string& after,
                    std::vector<std::string>& warnings) {
  std::string list;
  for (const ArmSummary& arm : arms) {
    const std::string figure = shown(arm);
    if (!figure.empty()) list += (list.empty() ? "" : ", ") + arm.arm + " " + figure;
  }
  if (!list.empty()) warnings.push_back(before + list + after);
}

void warn_about_arms(const std::vector<ArmSummary>& arms, std::vector<std::string>& warnings) {
  const auto share = [](double value, double least) {
    return value >= least ? percent(value) : std::string();
  };
  const auto count = [](std::int64_t value) {
    return value > 0 ? format_count(value) : std::string();
  };
  warn_over_arms(
      arms, [&](const ArmSummary& arm) { return share(arm.share_cut, kManyCut); },
      "Cut off at the token limit: ", " of the responses. Their true length is unknown.", warnings);
  warn_over_arms(
      arms, [&](const ArmSummary& arm) { return share(arm.share_loop, kManyLoops); },
      "Stopped in a loop: ", " of the responses.", warnings);
  warn_over_arms(
      arms, [&](const ArmSummary& arm) { return count(arm.gold_errors); },
      "Reference answers that could not be read; their problems are left out of accuracy: ", ".",
      warnings);
  warn_over_arms(
      arms, [&](const ArmSummary& arm) { return count(arm.undecided); },
      "Responses that the grader could not decide and that count as wrong: ", ".", warnings);
}

}  // namespace

std::optional<PairedComparison> find_comparison(const Evaluation& evaluation,
                                                const std::string& before,
                                                const std::string& after) {
  for (const PairedComparison& pair : evaluation.comparisons) {
    if (pair.before == before && pair.after == after && pair.group == "all" && pair.pairs > 0)
      return pair;
  }
  return std::nullopt;
}

std::optional<Verdict> make_verdict(const ReportInputs& inputs) {
  if (!inputs.evaluation) return std::nullopt;
  const auto pair = find_comparison(*inputs.evaluation, inputs.before, inputs.after);
  if (!pair) return std::nullopt;
  return Verdict{*pair,
                 "On " + format_count(pair->pairs) + " held-out " +
                     (pair->pairs == 1 ? "problem " : "problems ") + tokens_clause(*pair) +
                     ", and " + accuracy_clause(*pair) + ".",
                 conclusion(*pair)};
}

std::vector<std::string> evaluation_warnings(const ReportInputs& inputs) {
  std::vector<std::string> warnings;
  if (!inputs.evaluation) return warnings;
  const auto pair = find_comparison(*inputs.evaluation, inputs.before, inputs.after);
  if (pair && pair->pairs < kFewPairs) {
    warnings.push_back("Only " + format_count(pair->pairs) +
                       " problems were answered by both: a difference of a few points cannot be "
                       "seen with so few.");
  }
  warn_about_arms(inputs.evaluation->arms, warnings);

  const ArmSummary* before = find_arm(*inputs.evaluation, inputs.before);
  const ArmSummary* after = find_arm(*inputs.evaluation, inputs.after);
  if (before != nullptr && after != nullptr) {
    const double flexible = after->accuracy.value - before->accuracy.value;
    const double strict = after->accuracy_strict.value - before->accuracy_strict.value;
    if (std::fabs(strict - flexible) > kFormatGap) {
      warnings.push_back("Accuracy changes by " + points(strict) +
                         " points when the answer must stand in a box or after ####, and by " +
                         points(flexible) +
                         " when any readable answer counts: part of the change is format.");
    }
  }
  return warnings;
}

}  // namespace drp::report
