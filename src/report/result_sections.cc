// SPDX-License-Identifier: Apache-2.0
// Sections about the evaluation: result, groups, response lengths.
#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/drawing.h"
#include "report/sections.h"

namespace drp::report {
namespace {

std::string percent_interval(const Estimate& estimate) {
  return format_fixed(estimate.low * 100, 1) + " to " + percent(estimate.high);
}

Table arms_table(const Evaluation& evaluation) {
  Table table{"Each student alone, with 95 % Wilson intervals",
              {{"student", Align::kLeft},
               {"responses"},
               {"accuracy"},
               {"95 % interval"},
               {"strict"},
               {"tokens"},
               {"median"},
               {"p90"},
               {"cut off"},
               {"loops"}},
              {}};
  for (const ArmSummary& arm : evaluation.arms) {
    table.rows.push_back({arm.arm, format_count(arm.responses), percent(arm.accuracy.value),
                          percent_interval(arm.accuracy), percent(arm.accuracy_strict.value),
                          mean_count(arm.tokens_mean), mean_count(arm.tokens_median),
                          mean_count(arm.tokens_p90), percent(arm.share_cut),
                          percent(arm.share_loop)});
  }
  return table;
}

Table pairs_table(std::string caption, const std::string& first_column,
                  const std::vector<PairedComparison>& pairs,
                  const std::vector<std::string>& labels) {
  Table table{std::move(caption),
              {{first_column, Align::kLeft},
               {"n"},
               {"tokens before"},
               {"after"},
               {"fewer"},
               {"95 % interval"},
               {"accuracy before"},
               {"after"},
               {"points"},
               {"95 % interval"},
               {"", Align::kLeft}},
              {}};
  IntervalAxis axis;
  for (const PairedComparison& pair : pairs) axis.include(pair.accuracy_difference);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const PairedComparison& pair = pairs[i];
    table.rows.push_back({labels[i],
                          format_count(pair.pairs),
                          mean_count(pair.tokens_before),
                          mean_count(pair.tokens_after),
                          percent(pair.tokens_cut.value),
                          percent_interval(pair.tokens_cut),
                          percent(pair.accuracy_before),
                          percent(pair.accuracy_after),
                          points(pair.accuracy_difference.value),
                          points_interval(pair.accuracy_difference),
                          {"", draw_interval(pair.accuracy_difference, axis)}});
  }
  return table;
}

Table outcomes_table(const std::vector<PairedComparison>& pairs) {
  Table table{"The same problems before and after",
              {{"students", Align::kLeft},
               {"both right"},
               {"only before"},
               {"only after"},
               {"both wrong"},
               {"McNemar p"},
               {"tokens where both are right"}},
              {}};
  for (const PairedComparison& pair : pairs) {
    table.rows.push_back({pair.before + " → " + pair.after, format_count(pair.both_right),
                          format_count(pair.only_before), format_count(pair.only_after),
                          format_count(pair.both_wrong), p_value(pair.mcnemar_p),
                          mean_count(pair.tokens_before_both_right) + " → " +
                              mean_count(pair.tokens_after_both_right)});
  }
  return table;
}

}  // namespace

Section result_section(const ReportInputs& inputs, const Summary& summary) {
  Section section{"result", "Result", {}};
  if (!inputs.evaluation) return section;
  std::vector<PairedComparison> pairs;
  std::vector<std::string> labels;
  for (const PairedComparison& pair : inputs.evaluation->comparisons) {
    if (pair.group != "all") continue;
    pairs.push_back(pair);
    labels.push_back(pair.before + " → " + pair.after);
  }
  if (!pairs.empty()) {
    section.pieces.emplace_back(pairs_table("Paired on the same held-out problems; 95 % intervals",
                                            "students", pairs, labels));
  }
  if (summary.control) {
    section.pieces.emplace_back(Paragraph{"The control was " + inputs.control_note +
                                          ". It separates what pruning does from what more "
                                          "training does."});
  }
  if (!pairs.empty()) section.pieces.emplace_back(outcomes_table(pairs));
  if (!inputs.evaluation->arms.empty()) section.pieces.emplace_back(arms_table(*inputs.evaluation));
  return section;
}

Section groups_section(const ReportInputs& inputs) {
  Section section{"groups", "By group", {}};
  if (!inputs.evaluation) return section;
  std::vector<std::string> tags;
  const auto tag_of = [](const PairedComparison& pair) {
    return pair.group.substr(0, pair.group.find('='));
  };
  const auto wanted = [&](const PairedComparison& pair) {
    return pair.before == inputs.before && pair.after == inputs.after && pair.group != "all";
  };
  for (const PairedComparison& pair : inputs.evaluation->comparisons) {
    if (wanted(pair) && std::find(tags.begin(), tags.end(), tag_of(pair)) == tags.end())
      tags.push_back(tag_of(pair));
  }
  for (const std::string& tag : tags) {
    std::vector<PairedComparison> pairs;
    std::vector<std::string> labels;
    for (const PairedComparison& pair : inputs.evaluation->comparisons) {
      if (!wanted(pair) || tag_of(pair) != tag) continue;
      pairs.push_back(pair);
      labels.push_back(pair.group.size() > tag.size() ? pair.group.substr(tag.size() + 1)
                                                      : pair.group);
    }
    section.pieces.emplace_back(pairs_table("By " + tag, tag, pairs, labels));
  }
  return section;
}

namespace {

// "Cut off: base 4.1 %, tuned 0.6 %." or nothing.
std::string cut_sentence(const LengthFigures& figures) {
  std::string list;
  for (const LengthSeries& series : figures.lengths) {
    if (series.share_cut > 0)
      list += (list.empty() ? " Cut off: " : ", ") + series.arm + " " + percent(series.share_cut);
  }
  return list.empty() ? list : list + ".";
}

std::string bin_sentence(const LengthFigures& figures) {
  return "Share of responses for each " + format_count(std::llround(figures.bin_tokens)) +
         (figures.bin_tokens > 1 ? " tokens." : " token.");
}

// How the axis is to be read; `figures` of any set, since the limit is the same.
std::string axis_sentence(const LengthFigures& figures) {
  std::string text = " The axis is not cut.";
  if (figures.limit) {
    text += " Responses cut off at the limit of " + format_count(*figures.limit) +
            " tokens stand apart at its end.";
  }
  return text;
}

void add_length_rows(const LengthFigures& figures, bool with_set, Table& table) {
  for (std::size_t i = 0; i < figures.lengths.size(); ++i) {
    const LengthSeries& length = figures.lengths[i];
    const CaptureSeries& capture = figures.capture[i];
    const auto captured = [&](std::int64_t tokens) {
      return capture.right == 0 ? std::string("-") : format_count(tokens);
    };
    std::vector<Cell> row = {length.arm,
                             format_count(length.responses),
                             mean_count(length.mean),
                             mean_count(length.median),
                             mean_count(length.p90),
                             format_count(length.max),
                             percent(length.share_cut),
                             percent(length.share_loop),
                             captured(capture.tokens_50),
                             captured(capture.tokens_90),
                             captured(capture.tokens_99)};
    if (with_set) row.insert(row.begin(), Cell(figures.set.empty() ? "all" : figures.set));
    table.rows.push_back(std::move(row));
  }
}

Table lengths_table(const Summary& summary) {
  const bool with_set = !summary.set_figures.empty();
  Table table{"",
              {{"student", Align::kLeft},
               {"responses"},
               {"mean"},
               {"median"},
               {"p90"},
               {"longest"},
               {"cut off"},
               {"loops"},
               {"half of right answers by"},
               {"90 % by"},
               {"99 % by"}},
              {}};
  if (with_set) table.columns.insert(table.columns.begin(), {"set", Align::kLeft});
  for (const LengthFigures& figures : summary.set_figures)
    add_length_rows(figures, with_set, table);
  add_length_rows(summary.figures, with_set, table);
  return table;
}

}  // namespace

Section lengths_section(const ReportInputs& inputs, const Summary& summary) {
  Section section{"lengths", "Response length", {}};
  if (summary.figures.lengths.empty()) return section;
  const Chart capture{"capture", "Right answers within a token limit",
                      "The accuracy that a cap on tokens would leave."};
  Chart pareto{"pareto", "Accuracy against tokens",
               "Up and to the left is better; 95 % intervals."};
  const bool pareto_shown = inputs.evaluation && inputs.evaluation->arms.size() > 1;
  if (summary.set_figures.empty()) {
    section.pieces.emplace_back(Chart{"lengths", "Tokens a response",
                                      bin_sentence(summary.figures) +
                                          axis_sentence(summary.figures) +
                                          cut_sentence(summary.figures),
                                      ""});
    section.pieces.emplace_back(capture);
    if (pareto_shown) section.pieces.emplace_back(std::move(pareto));
  } else {
    section.pieces.emplace_back(
        Paragraph{"Tokens a response on each set." + axis_sentence(summary.figures)});
    for (const LengthFigures& figures : summary.set_figures) {
      section.pieces.emplace_back(Chart{
          "lengths", figures.set, bin_sentence(figures) + cut_sentence(figures), figures.set});
    }
    section.pieces.emplace_back(Paragraph{capture.title + ": " +
                                          "the accuracy that a cap on "
                                          "tokens would leave."});
    for (const LengthFigures& figures : summary.set_figures)
      section.pieces.emplace_back(Chart{"capture", figures.set, "", figures.set});
    if (pareto_shown) {
      pareto.note = "A line a set, from " + inputs.before + " (hollow) to " + inputs.after +
                    " (filled); up and to the left is better. Tokens on a logarithmic axis.";
      section.pieces.emplace_back(Paragraph{pareto.title + "."});
      section.pieces.emplace_back(std::move(pareto));
    }
  }
  section.pieces.emplace_back(lengths_table(summary));
  return section;
}

}  // namespace drp::report
