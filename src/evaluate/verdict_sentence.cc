// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "evaluate/conclusion.h"

namespace drp::evaluate {
namespace {

constexpr std::int64_t kFewPairs = 100;
constexpr double kLevel = 0.05;

// One decimal with its sign; what rounds to zero has none.
std::string with_sign(double value) {
  const std::string digits = format_fixed(std::fabs(value), 1);
  if (digits == "0.0") return digits;
  return (value < 0 ? "-" : "+") + digits;
}

std::string points(double share) { return format_fixed(std::fabs(share) * 100, 1); }

std::string tokens_clause(const PairedComparison& pair) {
  const std::string before = format_fixed(pair.tokens_before, 1);
  const std::string after = format_fixed(pair.tokens_after, 1);
  const Estimate& cut = pair.tokens_cut;
  const std::string figures = " (" + with_sign(-cut.value * 100) + " %, 95 % interval " +
                              with_sign(-cut.high * 100) + " to " + with_sign(-cut.low * 100) + ")";
  if (cut.low > 0) return "tokens a response fell from " + before + " to " + after + figures;
  if (cut.high < 0) return "tokens a response rose from " + before + " to " + after + figures;
  if (before == after) return "tokens a response stayed at " + before + figures;
  return "tokens a response went from " + before + " to " + after + figures +
         ", no more than chance";
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
  const bool loss = difference.high < 0;
  if (loss || difference.low > 0) {
    const std::string what = loss ? "loss" : "gain";
    const double value = pair.accuracy_p;
    const std::string p =
        pair.accuracy_test + ", " + (value < 0.001 ? "p < 0.001" : "p = " + format_fixed(value, 3));
    if (value >= kLevel) {
      return "a " + what + " is likely but not certain (" + p + ")";
    }
    const std::string least = points(loss ? difference.high : difference.low);
    return "a clear " + what + (least == "0.0" ? "" : ", of " + least + " points or more") + " (" +
           p + ")";
  }
  const std::string worst = points(std::min(0.0, difference.low));
  if (worst == "0.0") return "a loss is unlikely";
  return "a loss of more than " + worst + " points is unlikely, a smaller one cannot be excluded";
}

}  // namespace

std::string verdict_sentence(const PairedComparison& comparison) {
  const std::string where = comparison.group == "all" ? "" : " on " + comparison.group;
  const std::string who = "from " + comparison.before + " to " + comparison.after + where;
  if (comparison.pairs == 0) {
    return "Nothing can be said " + who + ": no problem was answered by both.";
  }
  std::string sentence = "F" + who.substr(1) + ", " + tokens_clause(comparison) + "; " +
                         accuracy_clause(comparison) + ": " + conclusion(comparison);
  if (comparison.pairs < kFewPairs) {
    sentence += "; " + format_count(comparison.pairs) +
                (comparison.pairs == 1 ? " problem tells" : " problems tell") +
                " large differences only";
  }
  return sentence + ".";
}

}  // namespace drp::evaluate
