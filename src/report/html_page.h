// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/sections.h"

namespace drp {
class AtomicFile;
}

namespace drp::report {

// What a page of its own is made of: plain HTML that needs no script, and data with the scripts
// that draw it. Borrowed; all must outlive the calls below.
struct HtmlPage {
  std::string_view title;  // text
  std::string_view head;   // HTML under the title
  const std::vector<Section>& sections;
  std::string_view data;                  // JSON
  std::vector<std::string_view> scripts;  // of src/report/page, in the order in which they run
  std::string_view plotly;                // text of plotly.min.js, or empty
};

// Bytes of the page without what `elements` of write_html_page() writes, near enough.
std::int64_t html_page_bytes(const HtmlPage& page);

// Writes the page into `file`, which the caller publishes. `elements` writes further elements for
// the scripts; `loads_parts` lets the page run scripts that lie beside it.
void write_html_page(const HtmlPage& page, AtomicFile& file,
                     const std::function<void(AtomicFile&)>& elements = {},
                     bool loads_parts = false);

// The text of plotly.min.js; empty without a file. Throws Error{kIo}, and Error{kData} where the
// text cannot stand in a page.
std::string read_plotly(const std::optional<std::filesystem::path>& file);

// Keeps "95 %", "p = 0.4" and "p < 0.001" on one line.
std::string keep_together(std::string text);

}  // namespace drp::report
