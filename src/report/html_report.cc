// SPDX-License-Identifier: Apache-2.0
#include "report/html_report.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/file.h"
#include "base/text.h"
#include "report/escape.h"
#include "report/page_texts.h"
#include "report/wording.h"

namespace drp::report {
namespace {

using Fill = std::function<void(AtomicFile&)>;
using Fills = std::vector<std::pair<std::string_view, Fill>>;

// Writes the page with each {{name}} replaced by what its fill writes.
void write_filled(std::string_view page, const Fills& fills, AtomicFile& file) {
  while (true) {
    const std::size_t open = page.find("{{");
    file.write(page.substr(0, open));
    if (open == std::string_view::npos) return;
    const std::size_t close = page.find("}}", open);
    DRP_CHECK(close != std::string_view::npos, "page.html has an open placeholder");
    const std::string_view name = page.substr(open + 2, close - open - 2);
    bool found = false;
    for (const auto& [key, fill] : fills) {
      if (key != name) continue;
      fill(file);
      found = true;
    }
    DRP_CHECK(found, "page.html names a placeholder that nothing fills");
    page.remove_prefix(close + 2);
  }
}

// Keeps "95 %", "p = 0.4" and "p < 0.001" on one line.
std::string keep_together(std::string text) {
  text = replace_all(text, " %", "\u00A0%");
  text = replace_all(text, "p < ", "p\u00A0<\u00A0");
  return replace_all(text, "p = ", "p\u00A0=\u00A0");
}

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

std::string piece_html(const Paragraph& paragraph) {
  return std::string(paragraph.about == About::kTable ? "<p class=\"table-note\">" : "<p>") +
         escape_html(keep_together(paragraph.text)) + "</p>\n";
}

std::string piece_html(const Table& table) { return to_html(table); }

std::string piece_html(const Chart& chart) {
  std::string caption;
  if (!chart.title.empty() || !chart.note.empty()) {
    caption = "<figcaption><b>" + escape_html(chart.title) + "</b> <span>" +
              escape_html(keep_together(chart.note)) + "</span></figcaption>";
  }
  return "<figure class=\"chart\" data-chart=\"" + escape_html(chart.name) + "\" data-set=\"" +
         escape_html(chart.set) + "\">" + caption + "<div class=\"plot\"></div></figure>\n";
}

std::string piece_html(const BrowserPlace& browser) {
  return "<div class=\"browser\" data-browser=\"" + escape_html(browser.name) + "\"></div>\n";
}

// Charts that follow each other share a row where there is room; a first of three has its own.
std::string pieces_html(const Section& section) {
  std::string out;
  bool in_charts = false;
  for (const auto& piece : section.pieces) {
    const bool chart = std::holds_alternative<Chart>(piece);
    if (chart && !in_charts) out += "<div class=\"charts\">";
    if (!chart && in_charts) out += "</div>\n";
    in_charts = chart;
    out += std::visit([](const auto& part) { return piece_html(part); }, piece);
  }
  return in_charts ? out + "</div>\n" : out;
}

std::string sections_html(const std::vector<Section>& sections) {
  std::string out;
  for (const Section& section : sections) {
    const std::string id = escape_html(section.id);
    out += "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\"><h2 id=\"" + id +
           "-title\">" + escape_html(section.title) + "</h2>\n" + pieces_html(section) +
           "</section>\n";
  }
  return out;
}

std::string contents_html(const std::vector<Section>& sections) {
  std::string out;
  for (const Section& section : sections) {
    out +=
        "<a href=\"#" + escape_html(section.id) + "\">" + escape_html(section.short_title) + "</a>";
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
  const std::string title = escape_html(inputs.title);
  const std::string verdict = verdict_html(summary);
  const std::string all_sections = sections_html(sections);
  const std::string report = escape_script_json(report_json);
  std::int64_t bytes = 0;
  for (const std::string_view part :
       {kPageHtml, kPageCss, kChartsJs, kPlotlyChartsJs, kSvgChartsJs, kStoreJs, kBrowserJs,
        kExamplesJs, kPageJs, plotly, std::string_view(verdict), std::string_view(all_sections),
        std::string_view(report)}) {
    bytes += static_cast<std::int64_t>(part.size());
  }
  const std::set<std::string> parts =
      move_beside(summary, bytes, inputs.options.page_bytes_max, folder);

  const auto text = [](std::string_view content) {
    return [content](AtomicFile& out) { out.write(content); };
  };
  const std::string contents = contents_html(sections);
  const Fills fills = {
      // Only a page with parts may load scripts: from beside it, opened from disk or served.
      {"script_sources", text(parts.empty() ? "" : " 'self' file:")},
      {"title", text(title)},
      {"style", text(kPageCss)},
      {"contents", text(contents)},
      {"verdict", text(verdict)},
      {"sections", text(all_sections)},
      {"report", text(report)},
      {"traces", [&](AtomicFile& out) { write_elements(summary.traces, out); }},
      {"held_out", [&](AtomicFile& out) { write_elements(summary.held_out, out); }},
      {"script",
       [](AtomicFile& out) {
         for (const std::string_view part : {kChartsJs, kPlotlyChartsJs, kSvgChartsJs, kStoreJs,
                                             kBrowserJs, kExamplesJs, kPageJs}) {
           out.write(part);
         }
       }},
      {"plotly",
       [&](AtomicFile& out) {
         if (plotly.empty()) return;
         // Text until a chart is about to be seen: running it takes longer than the rest of the
         // page.
         out.write("<script type=\"text/plain\" id=\"plotly-source\">");
         out.write(plotly);
         out.write("</script>");
       }},
  };
  write_filled(kPageHtml, fills, file);
  return parts;
}

}  // namespace drp::report
