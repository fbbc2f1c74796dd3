// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "records/evaluation.h"

namespace drp::report {

enum class Align { kLeft, kRight };

struct Column {
  std::string title;
  Align align = Align::kRight;
  bool joined = false;  // text keeps it beside the column before it, of which it speaks
};

// Numbers that say more of the column before: an interval of an estimate, an after to a before.
Column joined_column(std::string title);

// Plain text, and where a page can show more than text (a bar, an interval drawn) safe HTML.
struct Cell {
  std::string text;
  std::string html;

  Cell(std::string plain) : text(std::move(plain)) {}  // NOLINT: a cell is mostly its text
  Cell(const char* plain) : text(plain) {}             // NOLINT
  Cell(std::string plain, std::string safe_html)
      : text(std::move(plain)), html(std::move(safe_html)) {}
};

struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // as many cells a row as columns
};

// Columns that are more than a drawing: what Markdown, LaTeX and plain text show.
std::vector<std::size_t> columns_with_text(const Table& table);

// A cell whose text is empty and whose HTML is not is left out of Markdown with its whole column.
std::string to_markdown(const Table& table);
std::string to_html(const Table& table);
// A floating table in booktabs style, columns as in Markdown; ends in LF.
std::string to_latex(const Table& table);

// "+0.81", "−0.20"; what rounds to zero has no sign.
std::string signed_number(double value, int decimals);
// "63.9 %"; a share of 0.639.
std::string percent(double share, int decimals = 1);
// "61.7 to 67.9 %".
std::string percent_interval(const Estimate& estimate);
// A cut of tokens, 1 - after / before, as a signed change: "−66.0 %"; "−67.3 to −64.7 %".
std::string cut_as_change(double cut);
std::string cut_as_change_interval(const Estimate& cut);
// "+0.4" or "−2.1" (a true minus): percentage points of a difference of shares.
std::string points(double difference);
// "−2.1 to +3.0" in points.
std::string points_interval(const Estimate& estimate);
// "148", "31.4": a mean of tokens; decimals only below 100.
std::string mean_count(double value);
// "tokens" -> "Tokens"; ASCII.
std::string capital(std::string word);
// "12 s", "3 min 20 s", "1 h 05 min".
std::string duration(double seconds);
// "0.81", "0.004", "< 0.001".
std::string p_value(double p);
// "−79 %": the change from before to after; "-" where before is 0.
std::string change(double before, double after);

}  // namespace drp::report
