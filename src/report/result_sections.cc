// SPDX-License-Identifier: Apache-2.0
// Sections about the evaluation: students compared on all problems, and by group.
#include <algorithm>
#include <limits>

#include "base/text.h"
#include "report/drawing.h"
#include "report/sections.h"
#include "report/student_tables.h"
#include "report/wording.h"

namespace drp::report {
namespace {

using Pairs = std::vector<PairedComparison>;

constexpr std::int64_t kFewPairs = 100;

std::string students(const PairedComparison& pair) { return pair.before + " → " + pair.after; }

// With the adjusted p-values where several comparisons are one family.
Table pairs_table(std::string caption, const std::string& first_column, const Pairs& pairs,
                  const std::vector<std::string>& labels, bool with_holm) {
  Table table{std::move(caption),
              {{first_column, Align::kLeft},
               {"problems"},
               {"tokens before"},
               joined_column("after"),
               {"change"},
               joined_column("95 % interval"),
               {"accuracy before"},
               joined_column("after"),
               {"points"},
               joined_column("95 % interval")},
              {}};
  if (with_holm) table.columns.push_back({"p (Holm)"});
  table.columns.push_back({"", Align::kLeft});
  IntervalAxis axis;
  for (const PairedComparison& pair : pairs) axis.include(pair.accuracy_difference);
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const PairedComparison& pair = pairs[i];
    std::vector<Cell> row = {labels[i],
                             format_count(pair.pairs),
                             mean_count(pair.tokens_before),
                             mean_count(pair.tokens_after),
                             cut_as_change(pair.tokens_cut.value),
                             cut_as_change_interval(pair.tokens_cut),
                             percent(pair.accuracy_before),
                             percent(pair.accuracy_after),
                             points(pair.accuracy_difference.value),
                             points_interval(pair.accuracy_difference)};
    if (with_holm) row.emplace_back(p_value(pair.accuracy_p_holm));
    row.emplace_back("", draw_interval(pair.accuracy_difference, axis));
    table.rows.push_back(std::move(row));
  }
  return table;
}

bool same_test(const Pairs& pairs) {
  return std::all_of(pairs.begin(), pairs.end(), [&](const PairedComparison& pair) {
    return pair.accuracy_test == pairs.front().accuracy_test;
  });
}

bool holm_differs(const Pairs& pairs) {
  return std::any_of(pairs.begin(), pairs.end(), [](const PairedComparison& pair) {
    return p_value(pair.accuracy_p) != p_value(pair.accuracy_p_holm);
  });
}

Table outcomes_table(const Pairs& pairs) {
  const bool same = same_test(pairs);
  const bool with_holm = holm_differs(pairs);
  Table table{"The same problems before and after",
              {{"students", Align::kLeft},
               {"both right"},
               {"only before"},
               {"only after"},
               {"both wrong"},
               {same ? "p, " + pairs.front().accuracy_test : "p"}},
              {}};
  if (with_holm) table.columns.push_back({"p (Holm)"});
  table.columns.insert(table.columns.end(), {{"tokens where both are right"},
                                             {"token ratio"},
                                             joined_column("95 % interval"),
                                             {"efficiency score"}});
  for (const PairedComparison& pair : pairs) {
    std::vector<Cell> row = {students(pair),
                             format_count(pair.both_right),
                             format_count(pair.only_before),
                             format_count(pair.only_after),
                             format_count(pair.both_wrong),
                             p_value(pair.accuracy_p) + (same ? "" : ", " + pair.accuracy_test)};
    if (with_holm) row.emplace_back(p_value(pair.accuracy_p_holm));
    row.emplace_back(mean_count(pair.tokens_before_both_right) + " → " +
                     mean_count(pair.tokens_after_both_right));
    row.emplace_back(format_fixed(pair.token_ratio.value, 3));
    row.emplace_back(format_fixed(pair.token_ratio.low, 3) + " to " +
                     format_fixed(pair.token_ratio.high, 3));
    row.emplace_back(signed_number(pair.efficiency_score, 2));
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string outcomes_legend(bool several) {
  std::string text =
      "Token ratio: what a typical problem is left with, the geometric mean over problems of after "
      "/ before. Efficiency score: the relative cut in tokens, plus 3 times the relative gain in "
      "accuracy or minus 5 times its loss; a rank, without an interval.";
  if (several) {
    text +=
        " Of a problem with several samples the share right counts: right only before means right "
        "more often before; of equal shares, half or more is right.";
  }
  return text;
}

void add_notes(const Pairs& pairs, Section& section) {
  for (const PairedComparison& pair : pairs) {
    if (pair.note.empty()) continue;
    section.pieces.emplace_back(
        Paragraph{(pairs.size() > 1 ? students(pair) + ": " : "") + pair.note, About::kTable});
  }
}

std::string tag_of(const PairedComparison& pair) {
  return pair.group.substr(0, pair.group.find('='));
}

// "none of the 4 groups", "2 of the 4 groups (aime24, amc23)"; all of them are not named.
std::string groups_where(const std::vector<std::string>& found, std::size_t groups) {
  const std::string all = format_count(std::int64_t(groups)) + " groups";
  if (found.empty()) return "none of the " + all;
  if (found.size() == groups) return groups == 2 ? "both groups" : "all " + all;
  return format_count(std::int64_t(found.size())) + " of the " + all + " (" + join(found, ", ") +
         ")";
}

// What can and what cannot be concluded from the groups of one tag; the method is told once.
std::string groups_note(const Pairs& pairs, const std::vector<std::string>& labels,
                        bool with_method) {
  std::vector<std::string> shorter;
  std::vector<std::string> longer;
  std::vector<std::string> gains;
  std::vector<std::string> losses;
  std::int64_t fewest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const PairedComparison& pair = pairs[i];
    const int fewer = shown_direction(pair.tokens_cut, pair.tokens_p);
    if (fewer != 0) (fewer > 0 ? shorter : longer).push_back(labels[i]);
    const int gain = shown_direction(pair.accuracy_difference, pair.accuracy_p_holm);
    if (gain != 0) (gain < 0 ? losses : gains).push_back(labels[i]);
    fewest = std::min(fewest, pair.pairs);
  }
  const std::size_t all = pairs.size();
  std::string text = "Shorter responses are shown in " + groups_where(shorter, all);
  if (!longer.empty()) text += ", longer ones in " + groups_where(longer, all);
  text += losses.empty() && gains.empty() ? "; a change of accuracy in none."
                                          : "; a loss of accuracy in " + groups_where(losses, all) +
                                                ", a gain in " + groups_where(gains, all) + ".";
  if (fewest < kFewPairs) {
    text += " The smallest group has " +
            counted(fewest, "problem, which tells", "problems, which tell") +
            " large differences only.";
  }
  if (!with_method) return text;
  return text +
         " Not shown does not mean equal. The p-values are adjusted by Holm's method over all "
         "groups "
         "and students compared, since of many groups one looks significant by chance.";
}

}  // namespace

Section result_section(const ReportInputs& inputs, const Summary& summary) {
  Section section{"result", "Result", {}};
  if (!inputs.evaluation) return section;
  Pairs pairs;
  std::vector<std::string> labels;
  for (const PairedComparison& pair : inputs.evaluation->comparisons) {
    if (pair.group != "all") continue;
    pairs.push_back(pair);
    labels.push_back(students(pair));
  }
  if (!pairs.empty()) {
    section.pieces.emplace_back(pairs_table("Paired on the same held-out problems; 95 % intervals",
                                            "students", pairs, labels, false));
    add_notes(pairs, section);
  }
  if (summary.control) {
    section.pieces.emplace_back(Paragraph{"The control was " + inputs.control_note +
                                          ". It separates what pruning does from what more "
                                          "training does."});
  }
  if (!pairs.empty()) {
    section.pieces.emplace_back(outcomes_table(pairs));
    section.pieces.emplace_back(
        Paragraph{outcomes_legend(has_several_samples(*inputs.evaluation)), About::kTable});
  }
  add_student_tables(*inputs.evaluation, section);
  return section;
}

Section groups_section(const ReportInputs& inputs) {
  Section section{"groups", "By group", {}};
  if (!inputs.evaluation) return section;
  std::vector<std::string> tags;
  const auto wanted = [&](const PairedComparison& pair) {
    return pair.before == inputs.before && pair.after == inputs.after && pair.group != "all";
  };
  for (const PairedComparison& pair : inputs.evaluation->comparisons) {
    if (wanted(pair) && std::find(tags.begin(), tags.end(), tag_of(pair)) == tags.end())
      tags.push_back(tag_of(pair));
  }
  for (const std::string& tag : tags) {
    Pairs pairs;
    std::vector<std::string> labels;
    for (const PairedComparison& pair : inputs.evaluation->comparisons) {
      if (!wanted(pair) || tag_of(pair) != tag) continue;
      pairs.push_back(pair);
      labels.push_back(pair.group.size() > tag.size() ? pair.group.substr(tag.size() + 1)
                                                      : pair.group);
    }
    section.pieces.emplace_back(
        pairs_table("By " + replace_all(tag, "_", " "), tag, pairs, labels, pairs.size() > 1));
    if (pairs.size() < 2) continue;
    section.pieces.emplace_back(
        Paragraph{groups_note(pairs, labels, tag == tags.front()), About::kTable});
  }
  return section;
}

}  // namespace drp::report
