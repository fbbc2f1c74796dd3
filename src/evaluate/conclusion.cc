// SPDX-License-Identifier: Apache-2.0
#include "evaluate/conclusion.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/multiple_tests.h"

namespace drp::evaluate {
namespace {

constexpr double kLevel = 0.05;

std::string points(double share) { return format_fixed(100 * share, 1) + " points"; }

std::string problems(std::int64_t count) {
  return format_count(count) + (count == 1 ? " problem" : " problems");
}

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : "p = " + format_fixed(p, 3); }

// What 80 % of such comparisons would show at 5 %.
double detectable(const PairedComparison& pair) {
  const double pairs = static_cast<double>(pair.pairs);
  if (pair.accuracy_test == "exact McNemar test") {
    const double discordant = static_cast<double>(pair.only_before + pair.only_after) / pairs;
    return detectable_difference(static_cast<std::size_t>(pair.pairs), discordant);
  }
  // With several samples the interval says how much a problem's difference varies.
  constexpr double kNormal = 1.959963984540054;
  constexpr double kPower = 0.8416212335729143;
  const Estimate& difference = pair.accuracy_difference;
  return std::min(1.0, (kNormal + kPower) * (difference.high - difference.low) / (2 * kNormal));
}

// "5.0 % fewer", "1.0 % more", "0.0 %".
std::string change_text(double cut) {
  const std::string size = format_fixed(std::fabs(100 * cut), 1);
  if (size == "0.0") return "0.0 %";
  return size + (cut > 0 ? " % fewer" : " % more");
}

std::string tokens_clause(const PairedComparison& pair, const std::string& unit) {
  const std::string test = p_text(pair.tokens_p) + ", paired permutation test)";
  const int fewer = shown_direction(pair.tokens_cut, pair.tokens_p);
  if (fewer == 0) {
    return "a change in " + unit + " is not shown (95 % interval " +
           change_text(pair.tokens_cut.low) + " to " + change_text(pair.tokens_cut.high) + "; " +
           test;
  }
  return (fewer > 0 ? "fewer " : "more ") + unit + " are shown (" + test;
}

std::string accuracy_clause(const PairedComparison& pair) {
  const bool adjusted = pair.accuracy_p_holm > pair.accuracy_p;
  const std::string test = " (" + pair.accuracy_test + ", " + p_text(pair.accuracy_p_holm) +
                           (adjusted ? " after Holm" : "") + ")";
  const Estimate& difference = pair.accuracy_difference;
  const int gain = shown_direction(difference, pair.accuracy_p_holm);
  if (gain != 0)
    return std::string(gain < 0 ? "a loss" : "a gain") + " of accuracy is shown" + test;
  std::string text = "a change of accuracy is not shown" + test;
  const std::string worst = points(-difference.low);
  if (difference.low < 0 && worst != "0.0 points") {
    text += ", which is no proof that there is none: a loss of up to " + worst + " is not excluded";
  }
  return text;
}

}  // namespace

int shown_direction(const Estimate& change, double p) {
  if (!(p < kLevel)) return 0;
  return change.low > 0 ? 1 : change.high < 0 ? -1 : 0;
}

std::string arm_note(const ArmSummary& arm) {
  if (arm.problems == 0) return "No problem has a readable reference: nothing can be said.";
  // The interval itself: of few problems it is far from even about the accuracy.
  std::string text = "From " + problems(arm.problems) + " the accuracy is known to lie between " +
                     format_fixed(100 * arm.accuracy.low, 1) + " and " +
                     format_fixed(100 * arm.accuracy.high, 1) +
                     " % (95 % interval); a difference to another student is read from a "
                     "comparison on the same problems, not from two intervals.";
  if (!arm.at_k.empty()) {
    text += " More samples of a problem narrow the spread between runs, not that between problems.";
  }
  return text;
}

std::string comparison_note(const PairedComparison& pair, std::string_view unit) {
  if (pair.pairs == 0) return "No problem was answered by both: nothing can be said.";
  const double least = detectable(pair);
  std::string text = problems(pair.pairs) + (pair.pairs == 1 ? " shows" : " show");
  if (least >= 1) {
    text += " no change of accuracy of any size";
  } else {
    text += " a change of accuracy of " + points(least) +
            " or more in 4 of 5 cases; of smaller ones little can be said";
  }
  return text + ". Here " + tokens_clause(pair, std::string(unit)) + "; " + accuracy_clause(pair) +
         ".";
}

}  // namespace drp::evaluate
