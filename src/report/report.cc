// SPDX-License-Identifier: Apache-2.0
#include "report/report.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>

#include "base/file.h"
#include "report/html_page.h"
#include "report/html_report.h"
#include "report/json_report.h"
#include "report/markdown_report.h"
#include "report/plain_text.h"
#include "report/sections.h"
#include "report/summary.h"

namespace drp::report {
namespace {

// Parts that an earlier page of this folder had.
void remove_other_parts(const std::filesystem::path& folder, const std::set<std::string>& parts) {
  std::error_code ignored;  // what stays does no harm
  for (const auto& entry : std::filesystem::directory_iterator(folder / "parts", ignored)) {
    const std::string name = "parts/" + entry.path().filename().string();
    const bool ours = name.ends_with(".js") &&
                      (name.starts_with("parts/traces-") || name.starts_with("parts/held_out-"));
    if (ours && !parts.contains(name)) std::filesystem::remove(entry.path(), ignored);
  }
  if (parts.empty()) std::filesystem::remove(folder / "parts", ignored);  // only where empty
}

}  // namespace

std::string write_report(const ReportInputs& inputs, const std::filesystem::path& folder) {
  const std::string plotly = read_plotly(inputs.options.plotly_js);
  make_folder(folder);
  Summary summary = summarise(inputs, folder);
  const std::vector<Section> sections = make_sections(inputs, summary);
  const std::string json = to_report_json(inputs, summary);

  AtomicFile page(folder / "index.html");
  const std::set<std::string> parts =
      write_html_report(inputs, summary, sections, json, plotly, folder, page);
  AtomicFile markdown(folder / "report.md");
  markdown.write(to_markdown_report(inputs, summary, sections));
  AtomicFile report(folder / "report.json");
  report.write(json);

  // Last the one that programs wait for.
  page.publish();
  remove_other_parts(folder, parts);
  markdown.publish();
  report.publish();
  return plain_text(inputs, summary, sections);
}

}  // namespace drp::report
