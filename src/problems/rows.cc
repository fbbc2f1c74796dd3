// SPDX-License-Identifier: Apache-2.0
#include "problems/rows.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "problems/csv_reader.h"
#include "problems/file_kind.h"
#include "problems/json_rows.h"

namespace drp::problems {
namespace {

void report(const BadRow& bad_row, const Error& error) {
  if (!bad_row) throw error;
  bad_row(error);
}

void visit_json_lines(const std::filesystem::path& file, const RowVisitor& visit,
                      const BadRow& bad_row) {
  LineReader lines(file);
  while (const auto line = lines.next()) {
    std::string_view text = trim(lines.line_number() == 1 ? without_mark(*line) : *line);
    if (text.empty()) continue;
    const std::string where = lines.where();
    Json row;
    if (parse_json(text, row) || !row.is_object()) {
      report(bad_row, Error(ErrorKind::kData,
                            where + ": not a JSON object: " + repair_utf8(text.substr(0, 40)),
                            lines.complete() ? "each line must be one whole JSON object"
                                             : "the last line is cut off; fetch the file again"));
      continue;
    }
    if (!visit(row, where)) return;
  }
}

[[noreturn]] void fail_json(const std::filesystem::path& file, std::string_view text,
                            std::size_t at) {
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(at, text.size()));
  throw Error(ErrorKind::kData,
              file.string() + ":" + std::to_string(1 + std::count(text.begin(), end, '\n')) +
                  ": not valid JSON here",
              "write a JSON array of objects, or one object a line");
}

bool visit_element(const std::filesystem::path& file, Json&& row, std::int64_t number,
                   const RowVisitor& visit, const BadRow& bad_row) {
  const std::string where = file.string() + ": row " + std::to_string(number);
  if (row.is_object()) return visit(row, where);
  report(bad_row, Error(ErrorKind::kData, where + ": not a JSON object"));
  return true;
}

void visit_json_array(const std::filesystem::path& file, const RowVisitor& visit,
                      const BadRow& bad_row) {
  const std::string content = read_file(file);
  const std::string_view text = without_mark(content);
  std::int64_t number = 0;
  const auto problem = parse_json_array(text, [&](Json&& row) {
    return visit_element(file, std::move(row), ++number, visit, bad_row);
  });
  if (problem) fail_json(file, text, problem->at);
}

// {"data": [row, row]}, or one row.
void visit_json_object(const std::filesystem::path& file, const RowVisitor& visit,
                       const BadRow& bad_row) {
  const std::string content = read_file(file);
  const std::string_view text = without_mark(content);
  Json whole;
  if (const auto problem = parse_json(text, whole)) fail_json(file, text, problem->at);
  const auto is_rows = [](const Json& value) {
    return value.is_array() && !value.empty() && value.front().is_object();
  };
  std::int64_t number = 0;
  for (const std::string_view name : {"data", "examples", "rows", "problems", "items"}) {
    const auto found = whole.find(name);
    if (found == whole.end() || !is_rows(*found)) continue;
    for (Json& row : *found) {
      if (!visit_element(file, std::move(row), ++number, visit, bad_row)) return;
    }
    return;
  }
  visit_element(file, std::move(whole), 1, visit, bad_row);
}

void visit_csv(const std::filesystem::path& file, char separator, const RowVisitor& visit) {
  CsvReader reader(file, separator);
  const auto header = reader.next();
  auto fields = reader.next();
  if (!header || !fields) {
    throw Error(ErrorKind::kData,
                file.string() + ": no rows, only the line of the columns: " +
                    (header ? join(*header, ", ") : "none"),
                "give a CSV file with a row for each further line, or one JSON object a line");
  }
  for (; fields; fields = reader.next()) {
    Json row = Json::object();
    for (std::size_t i = 0; i < header->size(); ++i) row[(*header)[i]] = std::move((*fields)[i]);
    if (!visit(row, reader.where())) return;
  }
}

// CSV by its name, or because it opens with neither { nor [.
void visit_text(const std::filesystem::path& file, const RowVisitor& visit) {
  if (to_lower(file.extension().string()) == ".csv") return visit_csv(file, ',', visit);
  try {
    visit_csv(file, ',', visit);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kData) throw;
    throw error.with_context(file.string() + " is taken for CSV, as it opens with neither { nor [");
  }
}

}  // namespace

void visit_rows(const std::filesystem::path& file, const RowVisitor& visit, const BadRow& bad_row) {
  switch (file_kind(file)) {
    case FileKind::kJsonLines:
      return visit_json_lines(file, visit, bad_row);
    case FileKind::kJsonArray:
      return visit_json_array(file, visit, bad_row);
    case FileKind::kJsonObject:
      return visit_json_object(file, visit, bad_row);
    case FileKind::kCsv:
      return visit_text(file, visit);
    case FileKind::kTsv:
      return visit_csv(file, '\t', visit);
  }
}

}  // namespace drp::problems
