// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "report/report.h"
#include "report/summary.h"
#include "report/table.h"

namespace drp::report {

// What a paragraph speaks of: the section, the table above it, or the charts below, which Markdown
// leaves out.
enum class About { kSection, kTable, kCharts };

struct Paragraph {
  std::string text;
  About about = About::kSection;
};

// A figure that page/charts.js draws from the page's data; Markdown leaves it out.
struct Chart {
  // Of page/report_charts.js: "lengths", "capture", "pareto", "actions", "skills", "rejections",
  // "likelihood", "answer_drop", "threshold", "loss". Of page/ablation_charts.js: "ablation",
  // "ablation_close", "ablation_tokens".
  std::string name;
  std::string title;
  std::string note;
  std::string set;  // "lengths", "capture": of this set alone; of an ablation: of this student
};

// One of the page's two browsers; Markdown leaves it out.
struct BrowserPlace {
  std::string name;  // "traces", "held_out"
};

struct Section {
  std::string id;
  std::string title;
  std::vector<std::variant<Paragraph, Table, Chart, BrowserPlace>> pieces;
  std::string short_title = title;  // for the page's row of links
};

// Whether a section is one of the browsers, which the page alone has.
bool is_browser(const Section& section);

// The report's sections in order, shared by Markdown and HTML; one without data is left out.
std::vector<Section> make_sections(const ReportInputs& inputs, const Summary& summary);

// What pruning did, in a sentence. Leads a report without a verdict.
std::string pruning_sentence(const PruningSummary& pruning);

// All calls of an account as one; its cost is absent where that of a part is.
ModelSpending total_spending(const Spending& spending);

// Parts of the above.
Section result_section(const ReportInputs& inputs, const Summary& summary);
Section groups_section(const ReportInputs& inputs);
Section lengths_section(const ReportInputs& inputs, const Summary& summary);
Section pruning_section(const Summary& summary);
Section rejections_section(const Summary& summary);
Section likelihood_section(const ReportInputs& inputs, const Summary& summary);
Section spending_section(const ReportInputs& inputs);
Section training_section(const ReportInputs& inputs);
Section provenance_section(const ReportInputs& inputs);

}  // namespace drp::report
