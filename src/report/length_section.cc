// SPDX-License-Identifier: Apache-2.0
// Section about the length of responses: densities, capture curves, accuracy against tokens.
#include <cmath>

#include "base/text.h"
#include "report/sections.h"

namespace drp::report {
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
  Table table{"Tokens a response",
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
  const Chart pareto{"pareto", "Accuracy against tokens",
                     "Up and to the left is better; 95 % intervals."};
  const bool pareto_shown = inputs.evaluation && inputs.evaluation->arms.size() > 1;
  if (summary.set_figures.empty()) {
    section.pieces.emplace_back(Chart{"lengths", "Tokens a response",
                                      bin_sentence(summary.figures) +
                                          axis_sentence(summary.figures) +
                                          cut_sentence(summary.figures),
                                      ""});
    section.pieces.emplace_back(capture);
    if (pareto_shown) section.pieces.emplace_back(pareto);
  } else {
    section.pieces.emplace_back(Paragraph{
        "Tokens a response on each set." + axis_sentence(summary.figures), About::kCharts});
    for (const LengthFigures& figures : summary.set_figures) {
      section.pieces.emplace_back(Chart{
          "lengths", figures.set, bin_sentence(figures) + cut_sentence(figures), figures.set});
    }
    section.pieces.emplace_back(Paragraph{capture.title + ": " +
                                              "the accuracy that a cap on "
                                              "tokens would leave.",
                                          About::kCharts});
    for (const LengthFigures& figures : summary.set_figures)
      section.pieces.emplace_back(Chart{"capture", figures.set, "", figures.set});
    if (pareto_shown) {
      section.pieces.emplace_back(Paragraph{
          pareto.title + ": a line a set, from " + inputs.before + " (hollow) to " + inputs.after +
              " (filled); up and to the left is better. Tokens on a logarithmic axis.",
          About::kCharts});
      section.pieces.emplace_back(Chart{pareto.name, "", "", ""});
    }
  }
  section.pieces.emplace_back(lengths_table(summary));
  return section;
}

}  // namespace drp::report
