// SPDX-License-Identifier: Apache-2.0
#include "report/escape.h"

#include "base/text.h"

namespace drp::report {
namespace {

constexpr char32_t kDelete = 0x7F;
constexpr char32_t kFirstPrintable = 0x20;
constexpr char32_t kC1End = 0x9F;

bool is_control(char32_t value) {
  return (value < kFirstPrintable && value != '\t' && value != '\n') ||
         (value >= kDelete && value <= kC1End);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    at += point.size;
    switch (point.value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        append_utf8(out, is_control(point.value) ? U'\uFFFD' : point.value);
    }
  }
  return out;
}

std::string escape_markdown(std::string_view text) {
  static constexpr std::string_view kSpecial = "\\`*_{}[]<>#|~$&";
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    at += point.size;
    if (point.value == '\n' || point.value == '\t' || point.value == '\r') {
      out += ' ';
    } else if (is_control(point.value)) {
      append_utf8(out, U'\uFFFD');
    } else {
      if (point.value < kDelete &&
          contains(kSpecial, std::string(1, static_cast<char>(point.value))))
        out += '\\';
      append_utf8(out, point.value);
    }
  }
  return out;
}

std::string escape_latex(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    at += point.size;
    switch (point.value) {
      case '&':
      case '%':
      case '$':
      case '#':
      case '_':
      case '{':
      case '}':
        out += '\\';
        out += static_cast<char>(point.value);
        break;
      case '\\':
        out += "\\textbackslash{}";
        break;
      case '~':
        out += "\\textasciitilde{}";
        break;
      case '^':
        out += "\\textasciicircum{}";
        break;
      case '`':
        out += "\\textasciigrave{}";
        break;
      case '<':
        out += "$<$";
        break;
      case '>':
        out += "$>$";
        break;
      case '|':
        out += "$|$";
        break;
      case U'\u2192':
        out += "$\\to$";
        break;
      case U'\u2212':
        out += "$-$";
        break;
      case U'\u00A0':
        out += '~';
        break;
      case '\n':
      case '\t':
      case '\r':
        out += ' ';
        break;
      default:
        append_utf8(out, is_control(point.value) ? U'\uFFFD' : point.value);
    }
  }
  return out;
}

std::string escape_script_json(std::string_view json) {
  std::string out;
  out.reserve(json.size() + json.size() / 16);
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    const std::string_view rest = json.substr(at, 3);
    if (c == '<') {
      out += "\\u003c";
    } else if (c == '>') {
      out += "\\u003e";
    } else if (c == '&') {
      out += "\\u0026";
    } else if (rest == "\xE2\x80\xA8" || rest == "\xE2\x80\xA9") {
      out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
      at += 2;
    } else if (rest.substr(0, 2) == "\xC2\x85") {
      out += "\\u0085";
      at += 1;
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace drp::report
