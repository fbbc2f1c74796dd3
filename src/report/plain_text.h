// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "report/sections.h"

namespace drp::report {

// Text for a terminal, kTextColumns wide (base/text_layout.h): the sections without their charts
// and browsers, each with its title above. Begins with an empty line unless it is empty.
std::string plain_text(const std::vector<Section>& sections);
std::string plain_text(const Table& table);
// What report.md says, without LaTeX.
std::string plain_text(const ReportInputs& inputs, const Summary& summary,
                       const std::vector<Section>& sections);

}  // namespace drp::report
