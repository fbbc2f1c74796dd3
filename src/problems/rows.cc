// SPDX-License-Identifier: Apache-2.0
#include "problems/rows.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "problems/csv_reader.h"
#include "problems/json_rows.h"

namespace drp::problems {
namespace {

enum class FileKind { kJsonLines, kJsonArray, kJsonObject, kCsv, kTsv };

void report(const BadRow& bad_row, const Error& error) {
  if (!bad_row) throw error;
  bad_row(error);
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

FileKind kind_of(const std::filesystem::path& file) {
  if (file == "-") return FileKind::kJsonLines;
  const std::string extension = to_lower(file.extension().string());
  if (extension == ".csv") return FileKind::kCsv;
  if (extension == ".tsv") return FileKind::kTsv;
  if (extension == ".parquet") {
    throw Error(ErrorKind::kData, file.string() + ": Parquet files are not read here",
                "write the rows as JSONL or CSV");
  }
  LineReader lines(file);
  while (const auto line = lines.next()) {
    const std::string_view text = trim(without_mark(*line));
    if (text.empty()) continue;
    if (text.front() == '[') return FileKind::kJsonArray;
    if (text.front() != '{') return extension == ".jsonl" ? FileKind::kJsonLines : FileKind::kCsv;
    Json first;
    // A whole object on the first line makes it JSONL; so does the name.
    const bool whole = !parse_json(text, first);
    return whole || extension == ".jsonl" ? FileKind::kJsonLines : FileKind::kJsonObject;
  }
  return FileKind::kJsonLines;
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
  if (!header) return;
  while (auto fields = reader.next()) {
    Json row = Json::object();
    for (std::size_t i = 0; i < header->size(); ++i) row[(*header)[i]] = std::move((*fields)[i]);
    if (!visit(row, reader.where())) return;
  }
}

}  // namespace

void visit_rows(const std::filesystem::path& file, const RowVisitor& visit, const BadRow& bad_row) {
  switch (kind_of(file)) {
    case FileKind::kJsonLines:
      return visit_json_lines(file, visit, bad_row);
    case FileKind::kJsonArray:
      return visit_json_array(file, visit, bad_row);
    case FileKind::kJsonObject:
      return visit_json_object(file, visit, bad_row);
    case FileKind::kCsv:
      return visit_csv(file, ',', visit);
    case FileKind::kTsv:
      return visit_csv(file, '\t', visit);
  }
}

}  // namespace drp::problems
