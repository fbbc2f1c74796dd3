// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drp {

// A half-open byte range [begin, end) of some text.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  std::size_t size() const { return end - begin; }
  bool empty() const { return begin == end; }
  bool operator==(const Span&) const = default;
};

// The bytes of `text` that `span` covers. The span must lie inside the text.
std::string_view slice(std::string_view text, Span span);

// The code point that starts at byte `at` and its length in bytes; an invalid sequence reads as
// U+FFFD of length 1 (Unicode 15, table 3-7).
struct CodePoint {
  char32_t value;
  std::size_t size;
};
CodePoint decode_utf8(std::string_view text, std::size_t at);
void append_utf8(std::string& out, char32_t value);
bool is_valid_utf8(std::string_view text);
// Each invalid byte becomes U+FFFD; valid text comes back unchanged.
std::string repair_utf8(std::string_view text);

// ASCII only, no locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_letter(char c) { return is_lower(c) || is_upper(c); }
constexpr bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);
bool contains(std::string_view text, std::string_view part);
std::string replace_all(std::string_view text, std::string_view from, std::string_view to);
// "a,b," gives {"a", "b", ""}.
std::vector<std::string_view> split(std::string_view text, char separator);
// The parts would outlive a temporary.
template <class Text>
  requires std::same_as<Text, std::string>
std::vector<std::string_view> split(Text&& text, char separator) = delete;
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The whole of `text` as a number, or nothing.
std::optional<std::int64_t> parse_int(std::string_view text);
std::optional<double> parse_double(std::string_view text);
// Fixed decimals without locale: format_fixed(1.5, 2) is "1.50".
std::string format_fixed(double value, int decimals);
// 1234567 is "1,234,567".
std::string format_count(std::int64_t value);

// Edits in bytes (insert, delete, change, swap neighbours; optimal string alignment), and the
// nearest of `candidates` when it is close enough to be a typo of `word` (at most a third of its
// length, at least 1).
std::size_t edit_distance(std::string_view a, std::string_view b);
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

}  // namespace drp
