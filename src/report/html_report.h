// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "report/sections.h"

namespace drp {
class AtomicFile;
}

namespace drp::report {

// Writes index.html into `file`, which the caller publishes. Verdict and tables are plain HTML that
// needs no script; charts and browsers come from the data in the page. `report_json` is
// report.json, `plotly` the text of plotly.min.js or empty. What makes the page larger than
// page_bytes_max is published beside it, the larger browser's texts first; returns the names of
// those files, relative to `folder`.
std::set<std::string> write_html_report(const ReportInputs& inputs, Summary& summary,
                                        const std::vector<Section>& sections,
                                        std::string_view report_json, std::string_view plotly,
                                        const std::filesystem::path& folder, AtomicFile& file);

}  // namespace drp::report
