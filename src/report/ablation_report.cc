// SPDX-License-Identifier: Apache-2.0
#include "report/ablation_report.h"

#include <vector>

#include "base/file.h"
#include "base/text_layout.h"
#include "records/json_line.h"
#include "report/ablation_sections.h"
#include "report/escape.h"
#include "report/html_page.h"
#include "report/page_texts.h"
#include "report/plain_text.h"

namespace drp::report {
namespace {

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

}  // namespace

std::string ablation_text(const Ablation& ablation) {
  return filled(ablation.title + "\n\n" + lead(ablation)) + plain_text(ablation_sections(ablation));
}

void write_ablation(const Ablation& ablation, const std::filesystem::path& folder,
                    const std::optional<std::filesystem::path>& plotly_js) {
  const std::string plotly = read_plotly(plotly_js);
  const std::vector<Section> sections = ablation_sections(ablation);
  const std::string json = to_json_line(ablation);
  const std::string head =
      "<p class=\"conclusion\">" + escape_html(keep_together(lead(ablation))) + "</p>";
  AtomicFile page(folder / "index.html");
  write_html_page(
      {ablation.title,
       head,
       sections,
       json,
       {kChartsJs, kPlotlyChartsJs, kSvgChartsJs, kAblationChartsJs, kFrameJs, kAblationPageJs},
       plotly},
      page);
  page.publish();
  write_file_atomic(folder / "ablation.md", markdown(ablation, sections) + latex(sections));
  write_file_atomic(folder / "ablation.json", json + "\n");
}

}  // namespace drp::report
