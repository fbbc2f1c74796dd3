// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// Texts of models and data sets are hostile until they went through one of these.
namespace drp::report {

// For HTML text and quoted attributes. Invalid UTF-8 and control characters (but tab and LF) become
// U+FFFD.
std::string escape_html(std::string_view text);

// For a cell of a Markdown table or a line of Markdown: shown as written, on one line.
std::string escape_markdown(std::string_view text);

// For text in LaTeX (T1 and UTF-8, no packages): shown as written, on one line. Arrows and the true
// minus, which fonts lack, become maths.
std::string escape_latex(std::string_view text);

// JSON as the content of a <script type="application/json"> element: no `<`, `>` or `&` is left, so
// nothing can end the element or open a comment, and U+2028, U+2029 and U+0085 are escapes.
std::string escape_script_json(std::string_view json);

}  // namespace drp::report
