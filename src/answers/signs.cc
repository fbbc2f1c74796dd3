// SPDX-License-Identifier: Apache-2.0
#include "answers/signs.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace drp::answers {
namespace {

struct Fraction {
  char32_t sign;
  std::string_view text;
};

constexpr std::array kFractions = {
    Fraction{U'\u00bc', "1/4"}, Fraction{U'\u00bd', "1/2"}, Fraction{U'\u00be', "3/4"},
    Fraction{U'\u2150', "1/7"}, Fraction{U'\u2151', "1/9"}, Fraction{U'\u2152', "1/10"},
    Fraction{U'\u2153', "1/3"}, Fraction{U'\u2154', "2/3"}, Fraction{U'\u2155', "1/5"},
    Fraction{U'\u2156', "2/5"}, Fraction{U'\u2157', "3/5"}, Fraction{U'\u2158', "4/5"},
    Fraction{U'\u2159', "1/6"}, Fraction{U'\u215a', "5/6"}, Fraction{U'\u215b', "1/8"},
    Fraction{U'\u215c', "3/8"}, Fraction{U'\u215d', "5/8"}, Fraction{U'\u215e', "7/8"},
};

// The ASCII sign that a raised or lowered one stands for, else 0.
char raised_sign(char32_t value) {
  if (value == U'\u00b9') return '1';
  if (value == U'\u00b2') return '2';
  if (value == U'\u00b3') return '3';
  if (value == U'\u2070') return '0';
  if (value >= U'\u2074' && value <= U'\u2079') return static_cast<char>('4' + (value - U'\u2074'));
  if (value == U'\u207a') return '+';
  if (value == U'\u207b') return '-';
  if (value == U'\u207f') return 'n';
  return 0;
}

char lowered_sign(char32_t value) {
  if (value >= U'\u2080' && value <= U'\u2089') return static_cast<char>('0' + (value - U'\u2080'));
  return 0;
}

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// Writes the signs from `at` on that `plain` knows as "^{...}" or "_{...}"; gives the byte behind.
std::size_t write_run(std::string_view text, std::size_t at, std::string_view mark,
                      char (*plain)(char32_t), std::string& out) {
  out += mark;
  while (at < text.size()) {
    const CodePoint point = decode_utf8(text, at);
    const char sign = plain(point.value);
    if (sign == 0) break;
    out += sign;
    at += point.size;
  }
  out += '}';
  return at;
}

}  // namespace

std::string_view with_plain_signs(std::string_view text, std::string& storage) {
  if (is_ascii(text)) return text;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    const auto fraction =
        std::find_if(kFractions.begin(), kFractions.end(),
                     [&](const Fraction& row) { return row.sign == point.value; });
    if (fraction != kFractions.end()) {
      storage += ' ';
      storage += fraction->text;
      at += point.size;
    } else if (raised_sign(point.value) != 0) {
      at = write_run(text, at, "^{", raised_sign, storage);
    } else if (lowered_sign(point.value) != 0) {
      at = write_run(text, at, "_{", lowered_sign, storage);
    } else if (point.value >= 0xff01 && point.value <= 0xff5e) {
      append_utf8(storage, point.value - 0xfee0);
      at += point.size;
    } else {
      storage += text.substr(at, point.size);
      at += point.size;
    }
  }
  return storage;
}

bool is_ordinal(std::string_view letters) {
  const std::string lower = to_lower(letters);
  return lower == "st" || lower == "nd" || lower == "rd" || lower == "th";
}

std::size_t ordinal_mark(std::string_view text) {
  if (!text.starts_with("^")) return 0;
  std::size_t at = 1;
  int braces = 0;
  for (int part = 0; part < 4; ++part) {
    if (text.substr(at).starts_with("{")) {
      ++braces;
      ++at;
    }
    for (std::string_view command : {"\\text", "\\mathrm", "\\textrm", "\\mbox", "\\rm "}) {
      if (text.substr(at).starts_with(command)) at += command.size();
    }
  }
  if (at + 2 > text.size() || !is_ordinal(text.substr(at, 2))) return 0;
  at += 2;
  for (; braces > 0; --braces, ++at) {
    if (!text.substr(at).starts_with("}")) return 0;
  }
  return at < text.size() && is_letter(text[at]) ? 0 : at;
}

}  // namespace drp::answers
