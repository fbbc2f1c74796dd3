// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation_table.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace drp::evaluate {
namespace {

// Rows of cells, the first column to the left, the others to the right.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> heads) : rows_({std::move(heads)}) {}
  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string text() const {
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows_) {
      std::string line;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const std::string pad(widths[i] - row[i].size(), ' ');
        line += i == 0 ? row[i] + pad : "  " + pad + row[i];
      }
      text += std::string(line, 0, line.find_last_not_of(' ') + 1) + "\n";
    }
    return text;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string percent(double share) { return format_fixed(100 * share, 1); }

std::string interval(const Estimate& estimate) {
  return percent(estimate.low) + " to " + percent(estimate.high);
}

std::string p_value(double p) { return p < 0.001 ? "<0.001" : format_fixed(p, 3); }

std::string arms_table(const std::vector<ArmSummary>& arms, std::string_view unit) {
  TextTable table({"student", "problems", "responses", "accuracy %", "95 %", "strict %",
                   "mean " + std::string(unit), "reasoning", "answer", "median", "p90", "cut %",
                   "loop %", "no answer %"});
  for (const ArmSummary& arm : arms) {
    table.add({arm.arm, format_count(arm.problems), format_count(arm.responses),
               percent(arm.accuracy.value), interval(arm.accuracy),
               percent(arm.accuracy_strict.value), format_fixed(arm.tokens_mean, 1),
               format_fixed(arm.reasoning_tokens_mean, 1), format_fixed(arm.answer_tokens_mean, 1),
               format_fixed(arm.tokens_median, 0), format_fixed(arm.tokens_p90, 0),
               percent(arm.share_cut), percent(arm.share_loop), percent(arm.share_no_answer)});
  }
  std::string text = table.text();
  for (const ArmSummary& arm : arms) {
    text += arm.arm + ": " + arm.note + "\n";
    if (arm.gold_errors > 0) {
      text += arm.arm + ": " + format_count(arm.gold_errors) +
              " problems have no readable reference and are left out of accuracy.\n";
    }
  }
  return text;
}

std::string extractor_table(const std::vector<ArmSummary>& arms) {
  TextTable table(
      {"student", "strict %", "flexible %", "box %", "#### %", "phrase %", "last number %"});
  bool any = false;
  for (const ArmSummary& arm : arms) {
    if (arm.extractors.empty()) continue;
    any = true;
    std::vector<std::string> row = {arm.arm, percent(arm.accuracy_strict.value),
                                    percent(arm.accuracy.value)};
    for (const ExtractorScore& score : arm.extractors) row.push_back(percent(score.accuracy));
    table.add(row);
  }
  if (!any) return "";
  return "\nThe same responses, by how the answer is looked for\n" + table.text() +
         "A gain under one of them only is a gain in phrasing.\n";
}

std::string at_k_table(const std::vector<ArmSummary>& arms) {
  TextTable table({"student", "k", "pass@k %", "95 %", "maj@k %", "95 %"});
  bool any = false;
  for (const ArmSummary& arm : arms) {
    for (const AtK& at : arm.at_k) {
      any = true;
      table.add({arm.arm, std::to_string(at.k), percent(at.pass.value), interval(at.pass),
                 percent(at.majority.value), interval(at.majority)});
    }
  }
  return any ? "\nSeveral samples a problem\n" + table.text() : "";
}

std::string comparisons_table(const std::vector<PairedComparison>& pairs, std::string_view unit) {
  TextTable table({"comparison", "group", "pairs", "accuracy %", "difference", "95 %", "p (Holm)",
                   std::string(unit), "cut %", "95 %", "both right", "ratio", "score"});
  std::string notes;
  for (const PairedComparison& pair : pairs) {
    table.add({pair.before + " -> " + pair.after, pair.group, format_count(pair.pairs),
               percent(pair.accuracy_before) + " -> " + percent(pair.accuracy_after),
               percent(pair.accuracy_difference.value), interval(pair.accuracy_difference),
               p_value(pair.accuracy_p_holm),
               format_fixed(pair.tokens_before, 1) + " -> " + format_fixed(pair.tokens_after, 1),
               percent(pair.tokens_cut.value), interval(pair.tokens_cut),
               format_fixed(pair.tokens_before_both_right, 1) + " -> " +
                   format_fixed(pair.tokens_after_both_right, 1),
               format_fixed(pair.token_ratio.value, 3), format_fixed(pair.efficiency_score, 2)});
    notes += (pair.group == "all" ? pair.before + " -> " + pair.after : pair.group) + ": " +
             pair.note + "\n";
  }
  return "\nPaired, on the problems that both answered\n" + table.text() + notes;
}

}  // namespace

std::string evaluation_table(const Evaluation& evaluation, std::string_view unit) {
  std::string text = arms_table(evaluation.arms, unit) + extractor_table(evaluation.arms) +
                     at_k_table(evaluation.arms);
  if (!evaluation.comparisons.empty()) text += comparisons_table(evaluation.comparisons, unit);
  return text;
}

}  // namespace drp::evaluate
