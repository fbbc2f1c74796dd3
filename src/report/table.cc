// SPDX-License-Identifier: Apache-2.0
#include "report/table.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/text.h"
#include "report/escape.h"

namespace drp::report {
namespace {

constexpr std::string_view kMinus = "\u2212";

bool is_drawn_only(const Table& table, std::size_t column) {
  bool drawn = false;
  for (const auto& row : table.rows) {
    if (!row[column].text.empty()) return false;
    drawn = drawn || !row[column].html.empty();
  }
  return drawn;
}

}  // namespace

Column joined_column(std::string title) { return {std::move(title), Align::kRight, true}; }

std::vector<std::size_t> columns_with_text(const Table& table) {
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!is_drawn_only(table, i)) shown.push_back(i);
  }
  return shown;
}

std::string signed_number(double value, int decimals) {
  const std::string size = format_fixed(std::fabs(value), decimals);
  const bool zero = size.find_first_not_of("0.") == std::string::npos;
  if (zero) return size;
  return std::string(value < 0 ? kMinus : "+") + size;
}

std::string to_latex(const Table& table) {
  const std::vector<std::size_t> shown = columns_with_text(table);
  std::string alignment;
  std::vector<std::string> titles;
  for (const std::size_t i : shown) {
    alignment += table.columns[i].align == Align::kRight ? 'r' : 'l';
    titles.push_back(escape_latex(table.columns[i].title));
  }
  std::string out = "\\begin{table}\n\\centering\n";
  if (!table.caption.empty()) out += "\\caption{" + escape_latex(table.caption) + "}\n";
  out += "\\begin{tabular}{" + alignment + "}\n\\toprule\n" + join(titles, " & ") +
         " \\\\\n\\midrule\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const std::size_t i : shown) cells.push_back(escape_latex(row[i].text));
    out += join(cells, " & ") + " \\\\\n";
  }
  return out + "\\bottomrule\n\\end{tabular}\n\\end{table}\n";
}

std::string to_markdown(const Table& table) {
  const std::vector<std::size_t> shown = columns_with_text(table);
  std::string out;
  if (!table.caption.empty()) out += escape_markdown(table.caption) + "\n\n";
  out += "|";
  for (const std::size_t i : shown) out += " " + escape_markdown(table.columns[i].title) + " |";
  out += "\n|";
  for (const std::size_t i : shown)
    out += table.columns[i].align == Align::kRight ? "---:|" : "---|";
  out += "\n";
  for (const auto& row : table.rows) {
    DRP_CHECK(row.size() == table.columns.size(), "a table row has one cell a column");
    out += "|";
    for (const std::size_t i : shown) out += " " + escape_markdown(row[i].text) + " |";
    out += "\n";
  }
  return out;
}

std::string to_html(const Table& table) {
  const auto cell_class = [&](std::size_t i) {
    return table.columns[i].align == Align::kRight ? " class=\"num\"" : "";
  };
  // The caption stands outside what scrolls, so that a narrow screen shows all of it.
  std::string out = "<div class=\"table-block\">";
  std::string label;
  if (!table.caption.empty()) {
    out += "<p class=\"caption\">" + escape_html(table.caption) + "</p>";
    label = " aria-label=\"" + escape_html(table.caption) + "\"";
  }
  out += "<div class=\"table-wrap\"><table" + label + ">";
  const bool untitled = std::all_of(table.columns.begin(), table.columns.end(),
                                    [](const Column& column) { return column.title.empty(); });
  if (!untitled) {
    out += "<thead><tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      out += std::string("<th scope=\"col\"") + cell_class(i) + ">" +
             escape_html(table.columns[i].title) + "</th>";
    }
    out += "</tr></thead>";
  }
  out += "<tbody>\n";
  for (const auto& row : table.rows) {
    DRP_CHECK(row.size() == table.columns.size(), "a table row has one cell a column");
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string content = row[i].html.empty() ? escape_html(row[i].text) : row[i].html;
      if (i == 0) {
        out += std::string("<th scope=\"row\"") + cell_class(i) + ">" + content + "</th>";
      } else {
        out += std::string("<td") + cell_class(i) + ">" + content + "</td>";
      }
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></div>\n";
}

namespace {

// A number of percent, with a true minus; what rounds to zero has no sign.
std::string percents(double share, int decimals) {
  const std::string text = signed_number(share * 100, decimals);
  return text.starts_with('+') ? text.substr(1) : text;
}

}  // namespace

std::string percent(double share, int decimals) { return percents(share, decimals) + " %"; }

std::string percent_interval(const Estimate& estimate) {
  return percents(estimate.low, 1) + " to " + percent(estimate.high);
}

std::string cut_as_change(double cut) { return signed_number(-cut * 100, 1) + " %"; }

std::string cut_as_change_interval(const Estimate& cut) {
  return signed_number(-cut.high * 100, 1) + " to " + cut_as_change(cut.low);
}

std::string points(double difference) { return signed_number(difference * 100, 1); }

std::string points_interval(const Estimate& estimate) {
  return points(estimate.low) + " to " + points(estimate.high);
}

std::string capital(std::string word) {
  if (!word.empty() && is_lower(word[0])) word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

std::string mean_count(double value) {
  if (std::fabs(value) < 100) return format_fixed(value, 1);
  return format_count(std::llround(value));
}

std::string duration(double seconds) {
  constexpr std::int64_t kMinute = 60;
  constexpr std::int64_t kHour = 3600;
  if (seconds < 10) return format_fixed(seconds, 1) + " s";
  const std::int64_t whole = std::llround(seconds);
  const auto two_digits = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  if (whole < kMinute) return std::to_string(whole) + " s";
  if (whole < kHour)
    return std::to_string(whole / kMinute) + " min " + two_digits(whole % kMinute) + " s";
  return std::to_string(whole / kHour) + " h " + two_digits(whole % kHour / kMinute) + " min";
}

std::string p_value(double p) {
  if (p < 0.001) return "< 0.001";
  return format_fixed(p, p < 0.1 ? 3 : 2);
}

std::string change(double before, double after) {
  if (before <= 0) return "-";
  return signed_number((after / before - 1) * 100, 0) + " %";
}

}  // namespace drp::report
