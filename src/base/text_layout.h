// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace drp {

// How wide text for people is at most, wherever that can be had.
inline constexpr std::size_t kTextColumns = 80;

// Columns that a line of UTF-8 takes: its code points.
std::size_t columns_of(std::string_view text);

// The words of `text` in lines of at most `width` columns; what is in `...` is not broken, nor is
// "95 %", and a word that is longer has a line for itself. No text: one empty line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// Paragraphs filled up to `width` columns. Lines that begin with a blank, and blank lines, stay as
// they are. Ends in LF.
std::string filled(std::string_view text, std::size_t width = kTextColumns);

// One entry of a list: `indent` blanks before the first line, two more before the others. Ends in
// LF.
std::string filled_entry(std::string_view text, std::size_t indent);

struct TextColumn {
  std::string title;
  bool left = false;    // else its cells stand to the right, as numbers do
  bool joined = false;  // stays beside the column before it, as an interval beside its estimate
};

// A table of aligned columns for a terminal. What does not fit beside each other goes into blocks
// below each other, each with the key columns; long titles and cells are broken at blanks.
class TextTable {
 public:
  // The first `keys` columns say what a row is about, to the left. A block begins at one of `parts`
  // (places in `columns`) rather than elsewhere.
  TextTable(std::vector<TextColumn> columns, std::size_t keys, std::vector<std::size_t> parts = {});
  // As many cells as columns.
  void add(std::vector<std::string> row);
  // Ends in LF. Wider than `width` only where a word is.
  std::string text(std::size_t width = kTextColumns) const;

 private:
  std::vector<std::size_t> widths(std::size_t width) const;
  std::vector<std::vector<std::size_t>> blocks(const std::vector<std::size_t>& widths,
                                               std::size_t width) const;

  std::vector<TextColumn> columns_;
  std::size_t keys_;
  std::vector<std::size_t> parts_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace drp
