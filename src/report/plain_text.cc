// SPDX-License-Identifier: Apache-2.0
#include "report/plain_text.h"

#include <algorithm>

#include "base/text_layout.h"

namespace drp::report {
namespace {

constexpr std::size_t kKeysWidth = 40;  // what leads a row and is wider is no key

// The columns before the numbers, as far as they are short; the first in any case.
std::size_t keys_of(const Table& table, const std::vector<std::size_t>& shown) {
  std::size_t keys = 0;
  std::size_t width = 0;
  for (const std::size_t i : shown) {
    std::size_t most = columns_of(table.columns[i].title);
    for (const auto& row : table.rows) most = std::max(most, columns_of(row[i].text));
    width += most;
    const bool leads = table.columns[i].align == Align::kLeft && width <= kKeysWidth;
    if (keys > 0 && !leads) break;
    ++keys;
  }
  // Where nothing but keys would be left, as in name and value, the last one is what is told.
  return keys == shown.size() && keys > 1 ? keys - 1 : keys;
}

}  // namespace

std::string plain_text(const Table& table) {
  const std::vector<std::size_t> shown = columns_with_text(table);
  std::vector<TextColumn> columns;
  for (const std::size_t i : shown) {
    const Column& column = table.columns[i];
    columns.push_back({column.title, column.align == Align::kLeft, column.joined});
  }
  TextTable text(std::move(columns), keys_of(table, shown));
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const std::size_t i : shown) cells.push_back(row[i].text);
    text.add(std::move(cells));
  }
  return (table.caption.empty() ? "" : filled(table.caption) + "\n") + text.text();
}

std::string plain_text(const std::vector<Section>& sections) {
  std::string out;
  for (const Section& section : sections) {
    if (is_browser(section)) continue;
    std::string body;
    for (const auto& piece : section.pieces) {
      if (const auto* paragraph = std::get_if<Paragraph>(&piece)) {
        if (paragraph->about != About::kCharts) body += "\n" + filled(paragraph->text);
      } else if (const auto* table = std::get_if<Table>(&piece)) {
        body += "\n" + plain_text(*table);
      }
    }
    if (body.empty()) continue;
    out += "\n" + section.title + "\n" + std::string(columns_of(section.title), '-') + "\n" + body;
  }
  return out;
}

std::string plain_text(const ReportInputs& inputs, const Summary& summary,
                       const std::vector<Section>& sections) {
  std::string out = filled(inputs.title);
  if (summary.verdict) {
    out += "\n" + filled(summary.verdict->sentence + " " + summary.verdict->conclusion);
  } else if (summary.pruning) {
    out += "\n" + filled(pruning_sentence(*summary.pruning));
  }
  if (!summary.warnings.empty()) out += "\nRead this first:\n";
  for (const std::string& warning : summary.warnings) out += filled_entry("- " + warning, 0);
  return out + plain_text(sections);
}

}  // namespace drp::report
