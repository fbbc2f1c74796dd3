// SPDX-License-Identifier: Apache-2.0
#include "report/markdown_report.h"

#include "report/escape.h"

namespace drp::report {

std::string to_markdown_report(const ReportInputs& inputs, const Summary& summary,
                               const std::vector<Section>& sections) {
  std::string out = "# " + escape_markdown(inputs.title) + "\n";
  if (summary.verdict) {
    out += "\n**" + escape_markdown(summary.verdict->sentence) + "** " +
           escape_markdown(summary.verdict->conclusion) + "\n";
  }
  if (!summary.verdict && summary.pruning && summary.pruning->right.traces > 0) {
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
        body += "\n" + escape_markdown(paragraph->text) + "\n";
      } else if (const auto* table = std::get_if<Table>(&piece)) {
        body += "\n" + to_markdown(*table);
      }
    }
    const bool browser = section.id == "traces" || section.id == "held_out";
    if (!body.empty() && !browser) out += "\n## " + escape_markdown(section.title) + "\n" + body;
  }
  return out;
}

}  // namespace drp::report
