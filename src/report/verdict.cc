// SPDX-License-Identifier: Apache-2.0
#include "report/verdict.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/text.h"
#include "report/table.h"
#include "report/wording.h"

namespace drp::report {
namespace {

constexpr std::int64_t kFewPairs = 200;
constexpr double kManyCut = 0.02;
constexpr double kManyLoops = 0.02;
constexpr double kFormatGap = 0.02;

const ArmSummary* find_arm(const Evaluation& evaluation, const std::string& name) {
  const auto found = std::find_if(evaluation.arms.begin(), evaluation.arms.end(),
                                  [&](const ArmSummary& arm) { return arm.arm == name; });
  return found == evaluation.arms.end() ? nullptr : &*found;
}

std::string tokens_clause(const PairedComparison& pair) {
  const std::string before = mean_count(pair.tokens_before);
  const std::string after = mean_count(pair.tokens_after);
  const std::string change = token_change(pair.tokens_cut);
  return (before == after ? "responses stay at " + before
                          : "responses go from " + before + " to " + after) +
         " tokens, " + change + (change == "as many" ? " as before" : "") + " (95 % interval " +
         token_change_interval(pair.tokens_cut) + ")";
}

std::string accuracy_clause(const PairedComparison& pair) {
  const std::string before = percent(pair.accuracy_before);
  const std::string after = percent(pair.accuracy_after);
  const Estimate& difference = pair.accuracy_difference;
  return (before == after ? "accuracy stays at " + before
                          : "accuracy goes from " + before + " to " + after) +
         ", " + points(difference.value) + " points (95 % interval " + points_interval(difference) +
         ")";
}

std::string tokens_conclusion(const PairedComparison& pair) {
  const int fewer = shown_direction(pair.tokens_cut, pair.tokens_p);
  if (fewer > 0) return "The responses are shorter.";
  if (fewer < 0) return "The responses are longer.";
  return "The responses are neither shorter nor longer by more than chance (paired permutation "
         "test, " +
         p_text(pair.tokens_p) + ").";
}

// "a loss of more than 2.1 points is ruled out at 95 %"; a bound that rounds to nothing goes up.
std::string loss_bound(const Estimate& difference) {
  if (difference.low >= 0) return "a loss is ruled out at 95 %";
  std::string bound = format_fixed(-difference.low * 100, 1);
  if (bound == "0.0") bound = "0.1";
  return "a loss of more than " + bound + " points is ruled out at 95 %";
}

std::string accuracy_conclusion(const PairedComparison& pair) {
  const Estimate& difference = pair.accuracy_difference;
  const std::string test = " (" + accuracy_test(pair) + ")";
  const std::string what = difference.value < 0 ? "loss" : "gain";
  const bool apart = difference.low > 0 || difference.high < 0;
  const bool significant = pair.accuracy_p < kSignificance;
  if (apart && significant) return "The " + what + " in accuracy is more than chance" + test + ".";
  if (apart || significant) {
    return "The interval and the test of accuracy disagree, so no " + what + " is shown" + test +
           "; " + loss_bound(difference) + ".";
  }
  return "No change in accuracy can be told from chance" + test + "; " + loss_bound(difference) +
         ".";
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
                 "On " + counted(pair->pairs, "held-out problem ", "held-out problems ") +
                     tokens_clause(*pair) + ", and " + accuracy_clause(*pair) + ".",
                 tokens_conclusion(*pair) + " " + accuracy_conclusion(*pair)};
}

std::vector<std::string> evaluation_warnings(const ReportInputs& inputs) {
  std::vector<std::string> warnings;
  if (!inputs.evaluation) return warnings;
  const auto pair = find_comparison(*inputs.evaluation, inputs.before, inputs.after);
  if (pair && pair->pairs < kFewPairs) {
    warnings.push_back("Only " +
                       counted(pair->pairs, "problem was answered", "problems were answered") +
                       " by both: a difference of a few points cannot be seen with so few.");
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
