// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/conclusion.h"

namespace drp::evaluate {
namespace {

constexpr std::int64_t kFewPairs = 100;

// One decimal with its sign; what rounds to zero has none.
std::string with_sign(double value) {
  const std::string digits = format_fixed(std::fabs(value), 1);
  if (digits == "0.0") return digits;
  return (value < 0 ? "-" : "+") + digits;
}

std::string points(double share) { return format_fixed(std::fabs(share) * 100, 1); }

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : "p = " + format_fixed(p, 3); }

std::string tokens_clause(const PairedComparison& pair, const std::string& unit) {
  const std::string before = format_fixed(pair.tokens_before, 1);
  const std::string after = format_fixed(pair.tokens_after, 1);
  const Estimate& cut = pair.tokens_cut;
  const std::string figures = " (" + with_sign(-cut.value * 100) + " %, 95 % interval " +
                              with_sign(-cut.high * 100) + " to " + with_sign(-cut.low * 100) + ")";
  const std::string what = unit + " a response ";
  const int fewer = shown_direction(cut, pair.tokens_p);
  if (fewer > 0) return what + "fell from " + before + " to " + after + figures;
  if (fewer < 0) return what + "rose from " + before + " to " + after + figures;
  if (before == after) return what + "stayed at " + before + figures;
  return what + "went from " + before + " to " + after + figures +
         ", a change that is not shown (paired permutation test, " + p_text(pair.tokens_p) + ")";
}

std::string accuracy_clause(const PairedComparison& pair) {
  const std::string before = points(pair.accuracy_before) + " %";
  const std::string after = points(pair.accuracy_after) + " %";
  const Estimate& difference = pair.accuracy_difference;
  return (before == after ? "accuracy stayed at " + before
                          : "accuracy went from " + before + " to " + after) +
         " (difference " + with_sign(difference.value * 100) + " points, 95 % interval " +
         with_sign(difference.low * 100) + " to " + with_sign(difference.high * 100) +
         ", n = " + format_count(pair.pairs) + ")";
}

std::string conclusion(const PairedComparison& pair) {
  const Estimate& difference = pair.accuracy_difference;
  const std::string test = " (" + pair.accuracy_test + ", " + p_text(pair.accuracy_p) + ")";
  if (const int gain = shown_direction(difference, pair.accuracy_p); gain != 0) {
    const std::string least = points(gain < 0 ? difference.high : difference.low);
    return std::string("a clear ") + (gain < 0 ? "loss" : "gain") +
           (least == "0.0" ? "" : ", of " + least + " points or more") + test;
  }
  const std::string none = "no change of accuracy is shown" + test;
  const std::string worst = points(std::min(0.0, difference.low));
  if (worst == "0.0") return none + "; a loss is unlikely";
  return none + "; a loss of more than " + worst +
         " points is unlikely, a smaller one cannot be excluded";
}

}  // namespace

std::string verdict_sentence(const PairedComparison& comparison, std::string_view unit) {
  const std::string where = comparison.group == "all" ? "" : " on " + comparison.group;
  const std::string who = "from " + comparison.before + " to " + comparison.after + where;
  if (comparison.pairs == 0) {
    return "Nothing can be said " + who + ": no problem was answered by both.";
  }
  std::string sentence = "F" + who.substr(1) + ", " + tokens_clause(comparison, std::string(unit)) +
                         "; " + accuracy_clause(comparison) + ": " + conclusion(comparison);
  if (comparison.pairs < kFewPairs) {
    sentence += "; " + format_count(comparison.pairs) +
                (comparison.pairs == 1 ? " problem tells" : " problems tell") +
                " large differences only";
  }
  return sentence + ".";
}

}  // namespace drp::evaluate
