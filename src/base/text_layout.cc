// SPDX-License-Identifier: Apache-2.0
#include "base/text_layout.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"

namespace drp {
namespace {

constexpr std::size_t kGap = 2;            // blanks between columns
constexpr std::size_t kKeyColumns = 30;    // a longer key is broken at its blanks
constexpr std::size_t kTitleColumns = 10;  // a longer title is, where its cells are narrower

// Words with what is in `...` as one, and a number with its percent sign.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool code = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '`') code = !code;
    const bool percent =
        text.substr(at).starts_with(" %") && !word.empty() && is_digit(word.back());
    if ((c == ' ' && !code && !percent) || c == '\n') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string& word : words_of(text)) longest = std::max(longest, columns_of(word));
  return longest;
}

// One row of a block: cells of several lines side by side, titles at the bottom.
std::string row_text(const std::vector<std::vector<std::string>>& cells,
                     const std::vector<std::size_t>& widths, const std::vector<bool>& left,
                     bool bottom) {
  std::size_t height = 0;
  for (const auto& cell : cells) height = std::max(height, cell.size());
  std::string text;
  for (std::size_t at = 0; at < height; ++at) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::size_t skipped = bottom ? height - cells[i].size() : 0;
      const bool inside = at >= skipped && at - skipped < cells[i].size();
      const std::string part = inside ? cells[i][at - skipped] : std::string();
      const std::size_t columns = columns_of(part);
      const std::string pad(columns < widths[i] ? widths[i] - columns : 0, ' ');
      if (i > 0) line.append(kGap, ' ');
      line += left[i] ? part + pad : pad + part;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size(); at += decode_utf8(text, at).size) ++columns;
  return columns;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::vector<std::string> lines = {""};
  std::size_t column = 0;
  for (const std::string& word : words_of(text)) {
    const std::size_t size = columns_of(word);
    if (column > 0 && column + 1 + size > width) {
      lines.emplace_back();
      column = 0;
    } else if (column > 0) {
      lines.back() += ' ';
      ++column;
    }
    lines.back() += word;
    column += size;
  }
  return lines;
}

std::string filled(std::string_view text, std::size_t width) {
  std::string out;
  std::string paragraph;
  const auto close = [&] {
    if (!paragraph.empty()) out += join(wrapped(paragraph, width), "\n") + "\n";
    paragraph.clear();
  };
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty() && line.front() != ' ') {
      paragraph += std::string(line) + "\n";
      continue;
    }
    close();
    out += std::string(line) + "\n";
  }
  close();
  return out;
}

std::string filled_entry(std::string_view text, std::size_t indent) {
  std::string out;
  for (const std::string& line : wrapped(text, kTextColumns - indent - 2)) {
    out += std::string(out.empty() ? indent : indent + 2, ' ') + line + "\n";
  }
  return out;
}

TextTable::TextTable(std::vector<TextColumn> columns, std::size_t keys,
                     std::vector<std::size_t> parts)
    : columns_(std::move(columns)), keys_(keys), parts_(std::move(parts)) {
  DRP_CHECK(keys_ <= columns_.size(), "keys are among the columns");
  for (std::size_t i = 0; i < keys_; ++i) columns_[i].left = true;
}

void TextTable::add(std::vector<std::string> row) {
  DRP_CHECK(row.size() == columns_.size(), "a row has one cell a column");
  rows_.push_back(std::move(row));
}

// Of each column: as its cells need, but that keys and what is wider than the space beside them are
// broken.
std::vector<std::size_t> TextTable::widths(std::size_t width) const {
  std::vector<std::size_t> widths;
  std::size_t beside = width;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t most = 0;
    std::size_t least = longest_word(columns_[i].title);
    for (const auto& row : rows_) {
      most = std::max(most, columns_of(row[i]));
      least = std::max(least, longest_word(row[i]));
    }
    const std::size_t allowed = i < keys_ ? std::min(kKeyColumns, width) : beside;
    const std::size_t title = std::min(columns_of(columns_[i].title), kTitleColumns);
    widths.push_back(std::max(std::min(std::max(most, title), allowed), least));
    if (i < keys_) beside -= std::min(beside, widths.back() + kGap);
  }
  return widths;
}

std::vector<std::vector<std::size_t>> TextTable::blocks(const std::vector<std::size_t>& widths,
                                                        std::size_t width) const {
  std::size_t keys_width = 0;
  for (std::size_t i = 0; i < keys_; ++i) keys_width += widths[i] + kGap;
  std::vector<std::vector<std::size_t>> blocks(1);
  std::size_t used = keys_width;
  const auto fits = [&](std::size_t from, std::size_t to) {
    std::size_t more = used;
    for (std::size_t i = from; i < to; ++i) more += widths[i] + kGap;
    return more <= width + kGap;
  };
  const auto open = [&] {
    if (blocks.back().empty()) return;
    blocks.emplace_back();
    used = keys_width;
  };
  std::vector<std::size_t> ends = parts_;
  ends.push_back(columns_.size());
  std::size_t from = keys_;
  for (const std::size_t end : ends) {
    if (!fits(from, end)) open();
    while (from < end) {
      std::size_t together = from + 1;
      while (together < end && columns_[together].joined) ++together;
      if (!fits(from, together)) open();
      for (; from < together; ++from) {
        if (!fits(from, from + 1)) open();
        blocks.back().push_back(from);
        used += widths[from] + kGap;
      }
    }
  }
  return blocks;
}

std::string TextTable::text(std::size_t width) const {
  const std::vector<std::size_t> all_widths = widths(width);
  const bool untitled = std::all_of(columns_.begin(), columns_.end(),
                                    [](const TextColumn& column) { return column.title.empty(); });
  std::string text;
  for (const std::vector<std::size_t>& block : blocks(all_widths, width)) {
    std::vector<std::size_t> shown;
    for (std::size_t i = 0; i < keys_; ++i) shown.push_back(i);
    shown.insert(shown.end(), block.begin(), block.end());
    std::vector<std::size_t> widths;
    std::vector<bool> left;
    std::vector<std::vector<std::string>> titles;
    for (const std::size_t i : shown) {
      widths.push_back(all_widths[i]);
      left.push_back(columns_[i].left);
      titles.push_back(wrapped(columns_[i].title, all_widths[i]));
    }
    if (!text.empty()) text += "\n";
    if (!untitled) text += row_text(titles, widths, left, true);
    for (const auto& row : rows_) {
      std::vector<std::vector<std::string>> cells;
      for (const std::size_t i : shown) {
        const bool whole = columns_of(row[i]) <= all_widths[i];
        cells.push_back(whole ? std::vector{row[i]} : wrapped(row[i], all_widths[i]));
      }
      text += row_text(cells, widths, left, false);
    }
  }
  return text;
}

}  // namespace drp
