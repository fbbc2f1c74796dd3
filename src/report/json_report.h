// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "report/report.h"
#include "report/summary.h"

namespace drp::report {

// report.json: everything the report says, and the series behind its charts. `verdict` is null
// where there is no comparison. Ends in LF. See docs/report.md.
std::string to_report_json(const ReportInputs& inputs, const Summary& summary);

}  // namespace drp::report
