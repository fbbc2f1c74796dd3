// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "report/sections.h"

namespace drp {
class AtomicFile;
}

namespace drp::report {

// Writes index.html into `file`, which the caller publishes. Verdict and tables are plain HTML that
// needs no script; charts and browsers come from the data in the page. `report_json` is
// report.json, `plotly` the text of plotly.min.js or empty.
void write_html_report(const ReportInputs& inputs, const Summary& summary,
                       const std::vector<Section>& sections, std::string_view report_json,
                       std::string_view plotly, AtomicFile& file);

}  // namespace drp::report
