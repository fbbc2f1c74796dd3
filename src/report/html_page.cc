// SPDX-License-Identifier: Apache-2.0
#include "report/html_page.h"

#include <utility>
#include <variant>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "report/escape.h"
#include "report/page_texts.h"

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

std::function<void(AtomicFile&)> text(std::string_view content) {
  return [content](AtomicFile& out) { out.write(content); };
}

}  // namespace

std::int64_t html_page_bytes(const HtmlPage& page) {
  std::size_t bytes = kPageHtml.size() + kPageCss.size() + page.title.size() + page.head.size() +
                      sections_html(page.sections).size() + escape_script_json(page.data).size() +
                      page.plotly.size();
  for (const std::string_view script : page.scripts) bytes += script.size();
  return static_cast<std::int64_t>(bytes);
}

void write_html_page(const HtmlPage& page, AtomicFile& file,
                     const std::function<void(AtomicFile&)>& elements, bool loads_parts) {
  const std::string title = escape_html(page.title);
  const std::string contents = contents_html(page.sections);
  const std::string sections = sections_html(page.sections);
  const std::string data = escape_script_json(page.data);
  const Fills fills = {
      // From beside it, opened from disk or served.
      {"script_sources", text(loads_parts ? " 'self' file:" : "")},
      {"title", text(title)},
      {"style", text(kPageCss)},
      {"contents", text(contents)},
      {"head", text(page.head)},
      {"sections", text(sections)},
      {"data", text(data)},
      {"elements",
       [&](AtomicFile& out) {
         if (elements) elements(out);
       }},
      {"script",
       [&](AtomicFile& out) {
         for (const std::string_view script : page.scripts) out.write(script);
       }},
      {"plotly",
       [&](AtomicFile& out) {
         if (page.plotly.empty()) return;
         // Text until a chart is about to be seen: running it takes longer than the rest of the
         // page.
         out.write("<script type=\"text/plain\" id=\"plotly-source\">");
         out.write(page.plotly);
         out.write("</script>");
       }},
  };
  write_filled(kPageHtml, fills, file);
}

std::string read_plotly(const std::optional<std::filesystem::path>& file) {
  if (!file) return {};
  std::string plotly = read_file(*file);
  const std::string lower = to_lower(plotly);
  for (const std::string_view end : {"</script", "<!--"}) {
    if (!contains(lower, end)) continue;
    throw Error(
        ErrorKind::kData,
        "'" + file->string() + "' holds '" + std::string(end) + "' and cannot stand in a page",
        "use plotly.min.js as the plotly package brings it");
  }
  return plotly;
}

std::string keep_together(std::string text) {
  text = replace_all(text, " %", "\u00A0%");
  text = replace_all(text, "p < ", "p\u00A0<\u00A0");
  return replace_all(text, "p = ", "p\u00A0=\u00A0");
}

}  // namespace drp::report
