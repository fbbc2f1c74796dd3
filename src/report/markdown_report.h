// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/sections.h"

namespace drp::report {

// report.md: the verdict and every table, for a pull request; the tables once more in LaTeX, for a
// paper.
std::string to_markdown_report(const ReportInputs& inputs, const Summary& summary,
                               const std::vector<Section>& sections);

}  // namespace drp::report
