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

std::string tokens_clause(const PairedComparison& pair) {
  const bool fewer = pair.tokens_cut.low > 0;
  const bool more = pair.tokens_cut.high < 0;
  if (!fewer && !more) {
    return "a change in tokens is not shown (95 % interval " + change_text(pair.tokens_cut.low) +
           " to " + change_text(pair.tokens_cut.high) + ")";
  }
  return std::string(fewer ? "fewer" : "more") + " tokens are shown (" + p_text(pair.tokens_p) +
         ", paired permutation test)";
}

std::string accuracy_clause(const PairedComparison& pair) {
  const bool adjusted = pair.accuracy_p_holm > pair.accuracy_p;
  const std::string test = " (" + pair.accuracy_test + ", " + p_text(pair.accuracy_p_holm) +
                           (adjusted ? " after Holm" : "") + ")";
  const Estimate& difference = pair.accuracy_difference;
  if (pair.accuracy_p_holm < kLevel) {
    return std::string(difference.value < 0 ? "a loss" : "a gain") + " of accuracy is shown" + test;
  }
  std::string text = "a change of accuracy is not shown" + test;
  const std::string worst = points(-difference.low);
  if (difference.low < 0 && worst != "0.0 points") {
    text += ", which is no proof that there is none: a loss of up to " + worst + " is not excluded";
  }
  return text;
}

}  // namespace

std::string arm_note(const ArmSummary& arm) {
  if (arm.problems == 0) return "No problem has a readable reference: nothing can be said.";
  const double half = (arm.accuracy.high - arm.accuracy.low) / 2;
  std::string text = "From " + problems(arm.problems) + " the accuracy is known to about " +
                     points(half) +
                     " either way; a difference to another student is read from a "
                     "comparison on the same problems, not from two intervals.";
  if (!arm.at_k.empty()) {
    text += " More samples of a problem narrow the spread between runs, not that between problems.";
  }
  return text;
}

std::string comparison_note(const PairedComparison& pair) {
  if (pair.pairs == 0) return "No problem was answered by both: nothing can be said.";
  const double least = detectable(pair);
  std::string text = problems(pair.pairs) + (pair.pairs == 1 ? " shows" : " show");
  if (least >= 1) {
    text += " no change of accuracy of any size";
  } else {
    text += " a change of accuracy of " + points(least) +
            " or more in 4 of 5 cases; of smaller ones little can be said";
  }
  return text + ". Here " + tokens_clause(pair) + "; " + accuracy_clause(pair) + ".";
}

}  // namespace drp::evaluate
