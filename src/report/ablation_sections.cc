// SPDX-License-Identifier: Apache-2.0
#include "report/ablation_sections.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "base/text.h"
#include "report/ablation_claims.h"
#include "report/paper_tables.h"
#include "report/wording.h"

namespace drp::report {
namespace {

const ArmSummary* find_arm(const Evaluation& evaluation, const std::string& name) {
  for (const ArmSummary& arm : evaluation.arms) {
    if (arm.arm == name) return &arm;
  }
  return nullptr;
}

const PairedComparison* find_pair(const Evaluation& evaluation, const std::string& after) {
  for (const PairedComparison& pair : evaluation.comparisons) {
    if (pair.after == after && pair.group == "all") return &pair;
  }
  return nullptr;
}

std::string as_change(double cut) {
  const std::string text = percent(-cut);
  return cut < 0 ? "+" + text : text;
}

std::string change_interval(const Estimate& cut) {
  return as_change(cut.high) + " to " + as_change(cut.low);
}

std::string plain_percent(double share) { return format_fixed(100 * share, 1); }

Table cells_table(const StudentAblation& ablation) {
  Table table;
  table.caption = "Accuracy and length of " + ablation.student + ", trained on each cell";
  table.columns = {{"cell", Align::kLeft},
                   {"rows"},
                   {"target tokens"},
                   {"steps"},
                   {"log P a token"},
                   {"accuracy %"},
                   joined_column("95 %"),
                   {"to base, points"},
                   joined_column("95 %"),
                   {"p (Holm)"},
                   {"tokens"},
                   {"to base"},
                   joined_column("95 %")};
  const bool judged = std::any_of(ablation.cells.begin(), ablation.cells.end(),
                                  [](const AblationCell& cell) { return cell.target_log_prob; });
  if (!judged) table.columns.erase(table.columns.begin() + 4);
  for (const AblationCell& cell : ablation.cells) {
    const ArmSummary* arm = find_arm(ablation.against_base, cell.name);
    if (arm == nullptr) continue;
    const PairedComparison* pair = find_pair(ablation.against_base, cell.name);
    const bool base = cell.sort == "base";
    std::vector<Cell> row = {cell.name, base ? "-" : format_count(cell.rows),
                             base ? "-" : mean_count(cell.target_tokens),
                             cell.steps ? format_fixed(*cell.steps, 1) : "-"};
    if (judged)
      row.emplace_back(cell.target_log_prob ? format_fixed(*cell.target_log_prob, 2) : "-");
    row.emplace_back(plain_percent(arm->accuracy.value));
    row.emplace_back(plain_percent(arm->accuracy.low) + " to " + plain_percent(arm->accuracy.high));
    row.emplace_back(pair ? points(pair->accuracy_difference.value) : "-");
    row.emplace_back(pair ? points_interval(pair->accuracy_difference) : "-");
    row.emplace_back(pair ? p_value(pair->accuracy_p_holm) : "-");
    row.emplace_back(mean_count(arm->tokens_mean));
    row.emplace_back(pair ? as_change(pair->tokens_cut.value) : "-");
    row.emplace_back(pair ? change_interval(pair->tokens_cut) : "-");
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table skill_table(const StudentAblation& ablation) {
  Table table;
  table.caption = "Each cell paired with skill, problem by problem";
  table.columns = {{"cell", Align::kLeft}, {"problems"}, {"to skill, points"},
                   joined_column("95 %"),  {"p (Holm)"}, {"tokens to skill"},
                   joined_column("95 %")};
  for (const PairedComparison& pair : ablation.against_skill.comparisons) {
    table.rows.push_back({pair.after, format_count(pair.pairs),
                          points(pair.accuracy_difference.value),
                          points_interval(pair.accuracy_difference), p_value(pair.accuracy_p_holm),
                          as_change(pair.tokens_cut.value), change_interval(pair.tokens_cut)});
  }
  return table;
}

Table seeds_table(const StudentAblation& ablation) {
  Table table;
  table.caption = "Each seed alone: accuracy % / mean tokens (rows)";
  table.columns = {{"cell", Align::kLeft}};
  for (const AblationSeed& seed : ablation.cells.front().seeds)
    table.columns.push_back({"seed " + std::to_string(seed.seed)});
  for (const AblationCell& cell : ablation.cells) {
    std::vector<Cell> row = {cell.name};
    for (const AblationSeed& seed : cell.seeds) {
      std::string text = plain_percent(seed.accuracy) + " / " + mean_count(seed.tokens);
      if (cell.sort != "base") text += " (" + format_count(seed.rows) + ")";
      row.emplace_back(text);
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string our_score(const StudentAblation& ablation, std::string_view cell) {
  const ArmSummary* arm = find_arm(ablation.against_base, std::string(cell));
  if (arm == nullptr) return "-";
  return plain_percent(arm->accuracy.value) + " (" + plain_percent(arm->accuracy.low) + " to " +
         plain_percent(arm->accuracy.high) + ") / " + mean_count(arm->tokens_mean);
}

std::vector<Cell> paper_line(const PaperRow& row, const std::string& ours) {
  std::vector<Cell> line = {std::string(row.name)};
  for (const std::string_view score : row.scores)
    line.emplace_back(score.empty() ? "-" : std::string(score));
  line.emplace_back(ours);
  return line;
}

Table paper_table(const StudentAblation& ablation, int number) {
  Table table;
  table.caption = std::string(paper_table_title(number)) +
                  "; the paper's figures (R1-Distill-Qwen-7B, accuracy % or solved / total, then "
                  "tokens) and ours (accuracy % with its 95 % interval, then tokens)";
  table.columns = {{"row", Align::kLeft}};
  for (const std::string_view set : kPaperSets) table.columns.push_back({std::string(set)});
  table.columns.push_back({"here"});
  for (const PaperRow& row : paper_rows()) {
    if (row.table != number) continue;
    std::string ours = row.cell.empty() || number == 3 ? "-" : our_score(ablation, row.cell);
    table.rows.push_back(paper_line(row, ours));
  }
  for (const AblationCell& cell : ablation.cells) {
    if (number != 3 || cell.sort != "skill") continue;
    table.rows.push_back(
        paper_line({3, "here: " + cell.teacher, "", {}}, our_score(ablation, cell.name)));
  }
  return table;
}

// The name of one of several students is in the title, and its place in the id.
struct Place {
  std::size_t student = 0;
  bool several = false;
};

Section section_of(const std::string& id, const std::string& title, const StudentAblation& ablation,
                   const Place& place) {
  Section section{id, title, {}};
  if (!place.several) return section;
  section.id = id + "-" + std::to_string(place.student + 1);
  section.title = title + ": " + ablation.student;
  section.short_title = section.title;
  return section;
}

// Of the best cell's accuracy: a cell that loses more leaves no room on the axis to tell the others
// apart, so those have a figure of their own (closeShare in page/ablation_charts.js).
constexpr double kCloseShare = 0.2;

bool needs_close_up(const StudentAblation& ablation) {
  double best = 0;
  for (const ArmSummary& arm : ablation.against_base.arms)
    best = std::max(best, arm.accuracy.value);
  const auto far = [best](const ArmSummary& arm) {
    return best - arm.accuracy.value > kCloseShare;
  };
  const auto& arms = ablation.against_base.arms;
  const auto count = std::count_if(arms.begin(), arms.end(), far);
  return count > 0 && std::ptrdiff_t(arms.size()) - count > 2;
}

void add_charts(const StudentAblation& ablation, Section& section) {
  const bool seeds = ablation.cells.front().seeds.size() > 1;
  const std::string points =
      std::string(
          "Up and to the left is better. 95 % intervals; of the tokens, that of the change "
          "from base.") +
      (seeds ? " Faint: each seed alone." : "");
  section.pieces.emplace_back(
      Chart{"ablation", "Accuracy against tokens", points, ablation.student});
  if (needs_close_up(ablation)) {
    section.pieces.emplace_back(
        Chart{"ablation_close", "The same, closer",
              "The cells within " + format_fixed(100 * kCloseShare, 0) + " points of the best one.",
              ablation.student});
  }
  section.pieces.emplace_back(Chart{"ablation_tokens", "Tokens a cell",
                                    "What the held-out responses are made of, and how long the "
                                    "responses were that the cell was trained on.",
                                    ablation.student});
}

Section student_section(const StudentAblation& ablation, const Place& place) {
  Section section = section_of("cells", "Cells", ablation, place);
  if (!ablation.cells.empty()) add_charts(ablation, section);
  section.pieces.emplace_back(cells_table(ablation));
  const std::string lengths = target_lengths(ablation);
  if (!lengths.empty()) section.pieces.emplace_back(Paragraph{lengths});
  if (!ablation.against_skill.comparisons.empty())
    section.pieces.emplace_back(skill_table(ablation));
  if (ablation.cells.front().seeds.size() > 1) section.pieces.emplace_back(seeds_table(ablation));
  for (const std::string& note : ablation.notes) section.pieces.emplace_back(Paragraph{note});
  return section;
}

Section paper_section(const StudentAblation& ablation, const Place& place) {
  Section section = section_of("paper", "Beside the paper", ablation, place);
  for (int table = 1; table <= 4; ++table)
    section.pieces.emplace_back(paper_table(ablation, table));
  for (const std::string& sentence : claim_sentences(ablation))
    section.pieces.emplace_back(Paragraph{sentence});
  return section;
}

}  // namespace

std::vector<Section> ablation_sections(const Ablation& ablation) {
  std::vector<Section> sections;
  for (std::size_t i = 0; i < ablation.students.size(); ++i) {
    const Place place{i, ablation.students.size() > 1};
    sections.push_back(student_section(ablation.students[i], place));
    sections.push_back(paper_section(ablation.students[i], place));
  }
  return sections;
}

}  // namespace drp::report
