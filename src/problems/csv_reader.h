// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drp::problems {

// Rows of a CSV file (RFC 4180): quoted fields may hold separators, line ends and "" for a quote;
// a byte order mark is dropped; rows end in LF or CRLF; empty lines are skipped. A quote inside an
// unquoted field is text. Reads in pieces, so a file of any size is fine. Throws Error{kIo}, and
// Error{kData} with FILE:LINE and row number for a quote that never closes, text after a closing
// quote, a NUL, a row with another number of fields than the first, or a field over kFieldBytesMax.
class CsvReader {
 public:
  static constexpr std::size_t kFieldBytesMax = std::size_t{64} << 20U;

  explicit CsvReader(const std::filesystem::path& path, char separator = ',');
  ~CsvReader();
  CsvReader(const CsvReader&) = delete;
  CsvReader& operator=(const CsvReader&) = delete;

  // The fields of the next row, the header row first; nothing at the end.
  std::optional<std::vector<std::string>> next();
  // "FILE:LINE" where the row that next() returned last begins.
  std::string where() const;

 private:
  int get();
  int peek();
  bool fill();
  bool read_row(std::vector<std::string>& fields);
  bool read_field(std::string& field);
  void read_quoted(std::string& field);
  [[noreturn]] void fail(std::int64_t line, const std::string& what) const;

  std::string name_;
  char separator_;
  std::FILE* file_ = nullptr;
  std::string buffer_;
  std::size_t at_ = 0;
  std::int64_t line_ = 1;      // of the next byte
  std::int64_t row_line_ = 1;  // where the present row begins
  std::int64_t row_ = 0;       // 1-based, the header counts
  std::size_t width_ = 0;
  std::string header_;  // its only field, where it has one
};

}  // namespace drp::problems
