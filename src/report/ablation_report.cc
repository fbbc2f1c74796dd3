// SPDX-License-Identifier: Apache-2.0
#include "report/ablation_report.h"

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "records/json_line.h"
#include "report/ablation_claims.h"
#include "report/escape.h"
#include "report/page_texts.h"
#include "report/paper_tables.h"
#include "report/sections.h"

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
                   {"95 %"},
                   {"to base, points"},
                   {"95 %"},
                   {"p (Holm)"},
                   {"tokens"},
                   {"to base"},
                   {"95 %"}};
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
  table.columns = {
      {"cell", Align::kLeft}, {"problems"}, {"to skill, points"}, {"95 %"}, {"p (Holm)"},
      {"tokens to skill"},    {"95 %"}};
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

Section section_of(const std::string& id, const std::string& title, const StudentAblation& ablation,
                   bool several) {
  Section section;
  section.id = several ? id + "-" + ablation.student : id;
  section.title = several ? title + ": " + ablation.student : title;
  return section;
}

Section student_section(const StudentAblation& ablation, bool several) {
  Section section = section_of("cells", "Cells", ablation, several);
  section.pieces.emplace_back(cells_table(ablation));
  const std::string lengths = target_lengths(ablation);
  if (!lengths.empty()) section.pieces.emplace_back(Paragraph{lengths});
  if (!ablation.against_skill.comparisons.empty())
    section.pieces.emplace_back(skill_table(ablation));
  if (ablation.cells.front().seeds.size() > 1) section.pieces.emplace_back(seeds_table(ablation));
  for (const std::string& note : ablation.notes) section.pieces.emplace_back(Paragraph{note});
  return section;
}

Section paper_section(const StudentAblation& ablation, bool several) {
  Section section = section_of("paper", "Beside the paper", ablation, several);
  for (int table = 1; table <= 4; ++table)
    section.pieces.emplace_back(paper_table(ablation, table));
  for (const std::string& sentence : claim_sentences(ablation))
    section.pieces.emplace_back(Paragraph{sentence});
  return section;
}

std::vector<Section> sections_of(const Ablation& ablation) {
  std::vector<Section> sections;
  const bool several = ablation.students.size() > 1;
  for (const StudentAblation& student : ablation.students) {
    sections.push_back(student_section(student, several));
    sections.push_back(paper_section(student, several));
  }
  return sections;
}

std::string lead(const Ablation& ablation) {
  return "Every cell of a student and seed trains on the same problems, one row each, and answers "
         "the same held-out problems (" +
         ablation.problems +
         "). Intervals are at 95 % over problems, paired where two cells are compared; they hold "
         "for these training runs, and the seeds alone show how much those vary.";
}

std::string markdown(const Ablation& ablation, const std::vector<Section>& sections) {
  std::string out =
      "# " + escape_markdown(ablation.title) + "\n\n" + escape_markdown(lead(ablation)) + "\n";
  for (const Section& section : sections) {
    out += "\n## " + escape_markdown(section.title) + "\n";
    bool list = false;
    for (const auto& piece : section.pieces) {
      if (const auto* paragraph = std::get_if<Paragraph>(&piece)) {
        out += (list ? "- " : "\n- ") + escape_markdown(paragraph->text) + "\n";
        list = true;
      } else if (const auto* table = std::get_if<Table>(&piece)) {
        out += "\n" + to_markdown(*table);
        list = false;
      }
    }
  }
  return out;
}

std::string latex(const std::vector<Section>& sections) {
  std::string out =
      "\n<details><summary>The tables in LaTeX (needs booktabs)</summary>\n\n```latex\n";
  for (const Section& section : sections) {
    for (const auto& piece : section.pieces) {
      if (const auto* table = std::get_if<Table>(&piece)) out += to_latex(*table) + "\n";
    }
  }
  out.pop_back();
  return out + "```\n\n</details>\n";
}

std::string page(const Ablation& ablation, const std::vector<Section>& sections) {
  const std::string title = escape_html(ablation.title);
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
      title + "</title>\n<style>\n" + std::string(kPageCss) +
      "\n</style>\n</head>\n<body>\n<main id=\"main\">\n<header><h1>" + title +
      "</h1><p class=\"conclusion\">" + escape_html(lead(ablation)) + "</p></header>\n";
  for (const Section& section : sections) {
    const std::string id = escape_html(section.id);
    out += "<section id=\"" + id + "\"><h2>" + escape_html(section.title) + "</h2>\n";
    for (const auto& piece : section.pieces) {
      if (const auto* paragraph = std::get_if<Paragraph>(&piece)) {
        out += "<p>" + escape_html(paragraph->text) + "</p>\n";
      } else if (const auto* table = std::get_if<Table>(&piece)) {
        out += to_html(*table);
      }
    }
    out += "</section>\n";
  }
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace

std::string ablation_text(const Ablation& ablation) {
  return markdown(ablation, sections_of(ablation));
}

void write_ablation(const Ablation& ablation, const std::filesystem::path& folder) {
  const std::vector<Section> sections = sections_of(ablation);
  write_file_atomic(folder / "index.html", page(ablation, sections));
  write_file_atomic(folder / "ablation.md", markdown(ablation, sections) + latex(sections));
  write_file_atomic(folder / "ablation.json", to_json_line(ablation) + "\n");
}

}  // namespace drp::report
