// SPDX-License-Identifier: Apache-2.0
#include "evaluate/evaluation_table.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/text_layout.h"

namespace drp::evaluate {
namespace {

std::string percent(double share) { return format_fixed(100 * share, 1); }

std::string interval(const Estimate& estimate) {
  return percent(estimate.low) + " to " + percent(estimate.high);
}

std::string p_value(double p) { return p < 0.001 ? "<0.001" : format_fixed(p, 3); }

std::string arms_table(const std::vector<ArmSummary>& arms, std::string_view unit) {
  TextTable table({{"student"},
                   {"problems"},
                   {"responses"},
                   {"accuracy %"},
                   {"95 %", false, true},
                   {"strict %"},
                   {"mean " + std::string(unit)},
                   {"reasoning"},
                   {"answer"},
                   {"median"},
                   {"p90"},
                   {"cut %"},
                   {"loop %"},
                   {"no answer %"}},
                  1, {6, 11});
  std::string notes;
  for (const ArmSummary& arm : arms) {
    table.add({arm.arm, format_count(arm.problems), format_count(arm.responses),
               percent(arm.accuracy.value), interval(arm.accuracy),
               percent(arm.accuracy_strict.value), format_fixed(arm.tokens_mean, 1),
               format_fixed(arm.reasoning_tokens_mean, 1), format_fixed(arm.answer_tokens_mean, 1),
               format_fixed(arm.tokens_median, 0), format_fixed(arm.tokens_p90, 0),
               percent(arm.share_cut), percent(arm.share_loop), percent(arm.share_no_answer)});
    notes += filled_entry(arm.arm + ": " + arm.note, 0);
    if (arm.gold_errors > 0) {
      notes +=
          filled_entry(arm.arm + ": " + format_count(arm.gold_errors) +
                           " problems have no readable reference and are left out of accuracy.",
                       0);
    }
  }
  return table.text() + notes;
}

std::string extractor_table(const std::vector<ArmSummary>& arms) {
  TextTable table({{"student"},
                   {"strict %"},
                   {"flexible %"},
                   {"box %"},
                   {"#### %"},
                   {"phrase %"},
                   {"last number %"}},
                  1);
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
  TextTable table(
      {{"student"}, {"k"}, {"pass@k %"}, {"95 %", false, true}, {"maj@k %"}, {"95 %", false, true}},
      1);
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

std::string arrow(double before, double after) {
  return format_fixed(before, 1) + " -> " + format_fixed(after, 1);
}

std::vector<std::string> comparison_cells(const PairedComparison& pair) {
  return {format_count(pair.pairs),
          arrow(pair.accuracy_before * 100, pair.accuracy_after * 100),
          percent(pair.accuracy_difference.value),
          interval(pair.accuracy_difference),
          p_value(pair.accuracy_p_holm),
          arrow(pair.tokens_before, pair.tokens_after),
          percent(pair.tokens_cut.value),
          interval(pair.tokens_cut),
          arrow(pair.tokens_before_both_right, pair.tokens_after_both_right),
          format_fixed(pair.token_ratio.value, 3),
          format_fixed(pair.efficiency_score, 2)};
}

// Of students that were all compared with the same one, which the title names.
std::string comparisons_table(const std::vector<PairedComparison>& pairs, std::string_view unit) {
  const std::string& before = pairs.front().before;
  const std::string& after = pairs.front().after;
  const bool one = std::all_of(pairs.begin(), pairs.end(),
                               [&](const auto& pair) { return pair.after == after; });
  std::vector<TextColumn> columns = {{"group"}};
  if (!one) columns.insert(columns.begin(), {"student"});
  const std::size_t keys = columns.size();
  columns.insert(columns.end(), {{"pairs"},
                                 {"accuracy %"},
                                 {"points"},
                                 {"95 %", false, true},
                                 {"p (Holm)"},
                                 {std::string(unit)},
                                 {"cut %"},
                                 {"95 %", false, true},
                                 {"both right"},
                                 {"ratio"},
                                 {"score"}});
  TextTable table(columns, keys, {keys + 5, keys + 8});
  std::string notes;
  for (const PairedComparison& pair : pairs) {
    const std::string students = before + " -> " + pair.after;
    std::vector<std::string> row = {pair.group};
    if (!one) row.insert(row.begin(), pair.after);
    for (std::string& cell : comparison_cells(pair)) row.push_back(std::move(cell));
    table.add(std::move(row));
    const std::string about = pair.group == "all" ? students
                              : one               ? pair.group
                                                  : students + ", " + pair.group;
    notes += filled_entry(about + ": " + pair.note, 0);
  }
  return "\n" +
         filled((one ? before + " -> " + after : "Each paired with " + before) +
                ", on the problems that both answered") +
         table.text() + notes;
}

// One table for each student that others were compared with.
std::string comparisons_tables(const std::vector<PairedComparison>& pairs, std::string_view unit) {
  std::string text;
  for (auto first = pairs.begin(); first != pairs.end();) {
    const auto last = std::find_if(first, pairs.end(), [&](const PairedComparison& pair) {
      return pair.before != first->before;
    });
    text += comparisons_table({first, last}, unit);
    first = last;
  }
  return text;
}

}  // namespace

std::string evaluation_table(const Evaluation& evaluation, std::string_view unit) {
  return arms_table(evaluation.arms, unit) + extractor_table(evaluation.arms) +
         at_k_table(evaluation.arms) + comparisons_tables(evaluation.comparisons, unit);
}

}  // namespace drp::evaluate
