// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "report/html_report.h"
#include "report/json_report.h"
#include "report/markdown_report.h"
#include "report/sections.h"
#include "report/summary.h"

namespace drp::report {
namespace {

std::string read_plotly(const ReportOptions& options) {
  if (!options.plotly_js) return {};
  std::string plotly = read_file(*options.plotly_js);
  const std::string lower = to_lower(plotly);
  for (const std::string_view end : {"</script", "<!--"}) {
    if (!contains(lower, end)) continue;
    throw Error(ErrorKind::kData,
                "'" + options.plotly_js->string() + "' holds '" + std::string(end) +
                    "' and cannot stand in a page",
                "use plotly.min.js as the plotly package brings it");
  }
  return plotly;
}

}  // namespace

void write_report(const ReportInputs& inputs, const std::filesystem::path& folder) {
  const std::string plotly = read_plotly(inputs.options);
  const Summary summary = summarise(inputs);
  const std::vector<Section> sections = make_sections(inputs, summary);
  const std::string json = to_report_json(inputs, summary);

  make_folder(folder);
  AtomicFile page(folder / "index.html");
  write_html_report(inputs, summary, sections, json, plotly, page);
  AtomicFile markdown(folder / "report.md");
  markdown.write(to_markdown_report(inputs, summary, sections));
  AtomicFile report(folder / "report.json");
  report.write(json);

  // Last the one that programs wait for.
  page.publish();
  markdown.publish();
  report.publish();
}

}  // namespace drp::report
