// SPDX-License-Identifier: Apache-2.0
#include "report/markdown_report.h"

#include "report/escape.h"

namespace drp::report {
namespace {

// The tables once more, folded away where Markdown is shown; nothing where there are none.
std::string latex_tables(const std::vector<Section>& sections) {
  std::string tables;
  for (const Section& section : sections) {
    if (is_browser(section)) continue;
    for (const auto& piece : section.pieces) {
      const auto* table = std::get_if<Table>(&piece);
      if (table == nullptr) continue;
      if (!tables.empty()) tables += "\n";
      tables += "% " + section.title + "\n" + to_latex(*table);
    }
  }
  if (tables.empty()) return "";
  return "\n<details><summary>The tables in LaTeX (needs booktabs)</summary>\n\n```latex\n" +
         tables + "```\n\n</details>\n";
}

}  // namespace

std::string to_markdown_report(const ReportInputs& inputs, const Summary& summary,
                               const std::vector<Section>& sections) {
  std::string out = "# " + escape_markdown(inputs.title) + "\n";
  if (summary.verdict) {
    out += "\n**" + escape_markdown(summary.verdict->sentence) + "** " +
           escape_markdown(summary.verdict->conclusion) + "\n";
  }
  if (!summary.verdict && summary.pruning) {
    out += "\n**" + escape_markdown(pruning_sentence(*summary.pruning)) + "**\n";
  }
  if (!summary.warnings.empty()) {
    out += "\nRead this first:\n\n";
    for (const std::string& warning : summary.warnings)
      out += "- " + escape_markdown(warning) + "\n";
  }
  for (const Section& section : sections) {
    std::string body;
    for (const auto& piece : section.pieces) {
      if (const auto* paragraph = std::get_if<Paragraph>(&piece)) {
        if (paragraph->about == About::kCharts) continue;
        body += "\n" + escape_markdown(paragraph->text) + "\n";
      } else if (const auto* table = std::get_if<Table>(&piece)) {
        body += "\n" + to_markdown(*table);
      }
    }
    if (!body.empty() && !is_browser(section))
      out += "\n## " + escape_markdown(section.title) + "\n" + body;
  }
  return out + latex_tables(sections);
}

}  // namespace drp::report
