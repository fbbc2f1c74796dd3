// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace drp::report {

// The files of src/report/page, compiled in by cmake/EmbedText.cmake.
extern const std::string_view kPageHtml;
extern const std::string_view kPageCss;
extern const std::string_view kChartsJs;
extern const std::string_view kPlotlyChartsJs;
extern const std::string_view kSvgChartsJs;
extern const std::string_view kReportChartsJs;
extern const std::string_view kAblationChartsJs;
extern const std::string_view kStoreJs;
extern const std::string_view kBrowserJs;
extern const std::string_view kExamplesJs;
extern const std::string_view kFrameJs;
extern const std::string_view kPageJs;
extern const std::string_view kAblationPageJs;

}  // namespace drp::report
