// SPDX-License-Identifier: Apache-2.0
#include "report/html_report.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "report/escape.h"
#include "report/html_page.h"
#include "report/page_texts.h"
#include "report/wording.h"

namespace drp::report {
namespace {

std::string figure(const std::string& label, const std::string& before, const std::string& after,
                   const std::string& note) {
  std::string out = "<div class=\"figure\"><dt>" + escape_html(label) + "</dt><dd>";
  if (!before.empty()) {
    out += "<span class=\"before\">" + escape_html(before) +
           "</span><span class=\"arrow\" aria-label=\"to\">→</span>";
  }
  out += "<span class=\"after\">" + escape_html(after) + "</span></dd><dd class=\"note\">" +
         escape_html(keep_together(note)) + "</dd></div>";
  return out;
}

std::string figures_html(const Summary& summary) {
  std::string out;
  if (summary.verdict) {
    const PairedComparison& pair = summary.verdict->comparison;
    out +=
        figure("Tokens a response", mean_count(pair.tokens_before), mean_count(pair.tokens_after),
               token_change(pair.tokens_cut) + " (" + token_change_interval(pair.tokens_cut) + ")");
    out += figure("Accuracy", percent(pair.accuracy_before), percent(pair.accuracy_after),
                  points(pair.accuracy_difference.value) + " points (" +
                      points_interval(pair.accuracy_difference) + ")");
  }
  if (summary.control) {
    const PairedComparison& pair = *summary.control;
    out += figure("Accuracy of the control", "", percent(pair.accuracy_after),
                  mean_count(pair.tokens_after) + " tokens, " +
                      points(pair.accuracy_difference.value) + " points");
  }
  if (summary.pruning && summary.pruning->accepted.traces > 0) {
    const PruningSummary& pruning = *summary.pruning;
    const TokenTotals& tokens = pruning.accepted;
    out += figure(capital(pruning.length_unit) + " of accepted paths",
                  mean_count(tokens.mean_before()), mean_count(tokens.mean_after()),
                  format_count(tokens.traces) + " of " +
                      counted(pruning.right.traces, "right trace", "right traces"));
  }
  return out.empty() ? out : "<dl class=\"figures\">" + out + "</dl>";
}

std::string verdict_html(const Summary& summary) {
  std::string out;
  if (summary.verdict) {
    out += "<p class=\"verdict\" id=\"verdict\">" +
           escape_html(keep_together(summary.verdict->sentence)) + "</p><p class=\"conclusion\">" +
           escape_html(keep_together(summary.verdict->conclusion)) + "</p>";
  }
  if (!summary.verdict && summary.pruning) {
    out += "<p class=\"verdict\" id=\"verdict\">" +
           escape_html(keep_together(pruning_sentence(*summary.pruning))) + "</p>";
  }
  out += figures_html(summary);
  if (!summary.warnings.empty()) {
    out += "<aside class=\"warnings\" id=\"warnings\"><h2>Read this first</h2><ul>";
    for (const std::string& warning : summary.warnings)
      out += "<li>" + escape_html(keep_together(warning)) + "</li>";
    out += "</ul></aside>";
  }
  return out;
}

// Moves the larger browser's texts beside the page, then the other's, until the page is small
// enough or all are gone.
std::set<std::string> move_beside(Summary& summary, std::int64_t other_bytes,
                                  std::int64_t page_bytes_max,
                                  const std::filesystem::path& folder) {
  std::vector<PackedExamples*> browsers;
  std::int64_t bytes = other_bytes;
  for (const BrowserExamples* examples : {&summary.traces, &summary.held_out}) {
    if (!examples->packed) continue;
    browsers.push_back(examples->packed.get());
    bytes += examples->packed->data_bytes() + examples->packed->blocks_bytes();
  }
  std::sort(browsers.begin(), browsers.end(), [](const PackedExamples* a, const PackedExamples* b) {
    return a->blocks_bytes() > b->blocks_bytes();
  });
  std::set<std::string> files;
  for (PackedExamples* browser : browsers) {
    if (bytes <= page_bytes_max) break;
    bytes -= browser->blocks_bytes();
    for (std::string& file : browser->write_parts(folder)) files.insert(std::move(file));
  }
  return files;
}

void write_elements(const BrowserExamples& examples, AtomicFile& file) {
  if (examples.shown() > 0) examples.packed->write_elements(file);
}

}  // namespace

std::set<std::string> write_html_report(const ReportInputs& inputs, Summary& summary,
                                        const std::vector<Section>& sections,
                                        std::string_view report_json, std::string_view plotly,
                                        const std::filesystem::path& folder, AtomicFile& file) {
  const std::string verdict = verdict_html(summary);
  const HtmlPage page{inputs.title,
                      verdict,
                      sections,
                      report_json,
                      {kChartsJs, kPlotlyChartsJs, kSvgChartsJs, kReportChartsJs, kStoreJs,
                       kBrowserJs, kExamplesJs, kFrameJs, kPageJs},
                      plotly};
  std::set<std::string> parts =
      move_beside(summary, html_page_bytes(page), inputs.options.page_bytes_max, folder);
  write_html_page(
      page, file,
      [&](AtomicFile& out) {
        write_elements(summary.traces, out);
        write_elements(summary.held_out, out);
      },
      !parts.empty());
  return parts;
}

}  // namespace drp::report
