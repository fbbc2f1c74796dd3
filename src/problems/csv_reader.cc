// SPDX-License-Identifier: Apache-2.0
#include "problems/csv_reader.h"

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/text.h"

namespace drp::problems {
namespace {

constexpr std::size_t kReadBytes = 1U << 16U;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path, char separator)
    : name_(path.string()), separator_(separator), file_(std::fopen(path.c_str(), "rbe")) {
  if (file_ == nullptr) {
    throw Error(ErrorKind::kIo, "cannot read " + name_ + ": " + std::strerror(errno));
  }
  if (fill() && buffer_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

CsvReader::~CsvReader() {
  if (file_ != nullptr) std::fclose(file_);
}

std::string CsvReader::where() const { return name_ + ":" + std::to_string(row_line_); }

void CsvReader::fail(std::int64_t line, const std::string& what) const {
  const bool semicolons = separator_ == ',' && contains(header_, ";");
  const bool tabs = separator_ == ',' && contains(header_, "\t");
  const char* hint =
      semicolons ? "its columns seem to be separated by semicolons: write it with commas"
      : tabs     ? "its columns seem to be separated by tabs: let its name end in .tsv"
                 : "quote a field that holds a comma, a quote or a line end, and write its quotes "
                   "twice";
  throw Error(ErrorKind::kData,
              name_ + ":" + std::to_string(line) + ": row " + std::to_string(row_) + ": " + what,
              hint);
}

bool CsvReader::fill() {
  buffer_.resize(kReadBytes);
  at_ = 0;
  const std::size_t got = std::fread(buffer_.data(), 1, kReadBytes, file_);
  buffer_.resize(got);
  if (got == 0 && std::ferror(file_) != 0) {
    throw Error(ErrorKind::kIo, "cannot read " + name_ + ": " + std::strerror(errno));
  }
  return got > 0;
}

int CsvReader::peek() {
  if (at_ == buffer_.size() && !fill()) return EOF;
  return static_cast<unsigned char>(buffer_[at_]);
}

// The next byte, consumed; EOF at the end.
int CsvReader::get() {
  const int c = peek();
  if (c == EOF) return EOF;
  ++at_;
  if (c == '\n') ++line_;
  if (c == 0) fail(line_, "holds a NUL byte");
  return c;
}

// A field after its opening quote, up to and with the closing one.
void CsvReader::read_quoted(std::string& field) {
  const std::int64_t opened = line_;
  while (true) {
    const int c = get();
    if (c == EOF) fail(opened, "a quote opens here and never closes");
    if (c != '"') {
      field += static_cast<char>(c);
      if (field.size() > kFieldBytesMax) fail(opened, "a quote opens here and never closes");
      continue;
    }
    if (peek() != '"') return;
    field += '"';
    get();
  }
}

// One field and what ends it; false where the row ends with it.
bool CsvReader::read_field(std::string& field) {
  bool quoted = false;
  if (peek() == '"') {
    get();
    read_quoted(field);
    quoted = true;
  }
  while (true) {
    int c = get();
    if (c == '\r' && peek() == '\n') c = get();
    if (c == EOF || c == '\n') return false;
    if (c == static_cast<unsigned char>(separator_)) return true;
    if (quoted) fail(line_, "text follows a closing quote");
    field += static_cast<char>(c);
    if (field.size() > kFieldBytesMax) fail(line_, "a field is over its size limit");
  }
}

bool CsvReader::read_row(std::vector<std::string>& fields) {
  fields.clear();
  if (peek() == EOF) return false;
  ++row_;
  row_line_ = line_;
  bool more = true;
  while (more) {
    std::string field;
    more = read_field(field);
    fields.push_back(repair_utf8(field));
  }
  return true;
}

std::optional<std::vector<std::string>> CsvReader::next() {
  std::vector<std::string> fields;
  while (read_row(fields)) {
    const bool empty = fields.size() == 1 && fields[0].empty();
    if (empty && width_ != 1) continue;
    if (width_ == 0) {
      width_ = fields.size();
      if (width_ == 1) header_ = fields[0];
    }
    if (fields.size() != width_) {
      fail(row_line_, "has " + std::to_string(fields.size()) + " fields, the header has " +
                          std::to_string(width_));
    }
    return fields;
  }
  return std::nullopt;
}

}  // namespace drp::problems
