// SPDX-License-Identifier: Apache-2.0
#include "path/code_lines.h"

#include <algorithm>
#include <array>

namespace drp::path {
namespace {

constexpr std::array<std::string_view, 13> kBlockWords = {
    "def ", "class ", "for ",  "while ", "if ",      "elif ", "else:",
    "try:", "except", "with ", "async ", "finally:", "match "};
constexpr std::array<std::string_view, 9> kContinuing = {
    "elif ", "else:", "except", "finally:", "return ", "def ", "@", "import ", "print("};

// Signs of a condition or a call.
constexpr std::array<std::string_view, 11> kCodeSigns = {"(",        "==", "!=", "<", ">",   " in ",
                                                         " is None", "[",  "%",  ".", " as "};

struct Line {
  Span span;               // without the line break
  std::size_t indent = 0;  // blanks before the first sign; a tab counts as four
  std::string_view body;   // without the white space around it
};

Line line_at(std::string_view text, std::size_t begin) {
  Line line;
  line.span = {begin, std::min(text.find('\n', begin), text.size())};
  const std::string_view whole = slice(text, line.span);
  for (const char c : whole) {
    if (c != ' ' && c != '\t') break;
    line.indent += c == '\t' ? 4 : 1;
  }
  line.body = trim(whole);
  return line;
}

std::size_t after(const Line& line) { return line.span.end + 1; }

// The next line that is not blank, at or after `begin`; an empty body where there is none.
Line next_line(std::string_view text, std::size_t begin) {
  Line line = line_at(text, std::min(begin, text.size()));
  while (line.body.empty() && after(line) < text.size()) line = line_at(text, after(line));
  return line;
}

template <std::size_t N>
bool starts_with_any(std::string_view body, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return body.starts_with(word); });
}

// "for x in items:", not "for example:".
bool is_block_header(std::string_view body) {
  if (!body.ends_with(":") || !starts_with_any(body, kBlockWords)) return false;
  if (body.size() <= 8 && body.find(' ') == std::string_view::npos) return true;  // else: try:
  if (body.starts_with("class ")) return body.find(' ', 6) == std::string_view::npos;
  return starts_with_any(body, kBlockWords) &&
         std::any_of(kCodeSigns.begin(), kCodeSigns.end(),
                     [&](std::string_view sign) { return contains(body, sign); });
}

bool is_list_item(std::string_view body) {
  const std::size_t digits = std::min(body.find_first_not_of("0123456789"), body.size());
  return body.starts_with("- ") || body.starts_with("* ") || body.starts_with("\u2022") ||
         (digits > 0 && body.substr(digits).starts_with(". "));
}

// A line that opens a block by its colon, over a deeper line.
bool opens_indented(std::string_view text, const Line& line) {
  if (!is_block_header(trim(line.body.substr(0, line.body.find("  #"))))) return false;
  const Line next = line_at(text, std::min(after(line), text.size()));
  return !next.body.empty() && next.indent >= line.indent + 2 && !is_list_item(next.body);
}

// A line that opens a block by its brace.
bool opens_braces(const Line& line) {
  if (!line.body.ends_with("{") || contains(line.body, "\\") || contains(line.body, "$")) {
    return false;
  }
  return contains(line.body, "(") || line.body.starts_with("struct ") ||
         line.body.starts_with("class ") || line.body.starts_with("public ");
}

std::size_t end_of_indented(std::string_view text, const Line& first) {
  std::size_t end = first.span.end;
  for (Line line = next_line(text, after(first)); !line.body.empty();
       line = next_line(text, after(line))) {
    const bool deeper = line.indent > first.indent;
    const bool continues = line.indent == first.indent &&
                           (starts_with_any(line.body, kContinuing) || opens_indented(text, line));
    if (!deeper && !continues) break;
    end = line.span.end;
    if (end >= text.size()) break;
  }
  return end;
}

std::size_t end_of_braces(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == '{') ++depth;
    if (text[at] == '}' && depth > 0 && --depth == 0) {
      return std::min(text.find('\n', at), text.size());
    }
  }
  return begin;  // never closes: no code
}

}  // namespace

std::vector<Span> find_code_lines(std::string_view text) {
  std::vector<Span> found;
  bool braces_close = true;  // until a block was met that never closes
  for (std::size_t at = 0; at < text.size();) {
    const Line line = line_at(text, at);
    std::size_t end = at;
    if (opens_indented(text, line)) {
      end = end_of_indented(text, line);
    } else if (braces_close && opens_braces(line)) {
      end = end_of_braces(text, at);
      braces_close = end > at;
    }
    if (end > at) {
      const std::size_t begin = text.find_first_not_of(" \t", at);
      found.push_back({begin, end});
      at = end + 1;
    } else {
      at = after(line);
    }
  }
  return found;
}

bool opens_with_code(std::string_view text) {
  const std::string_view body = trim(text);
  if (body.starts_with("```") || body.starts_with("~~~")) return true;
  const Line first = line_at(body, 0);
  return opens_indented(body, first) || opens_braces(first);
}

}  // namespace drp::path
