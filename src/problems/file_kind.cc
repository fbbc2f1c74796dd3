// SPDX-License-Identifier: Apache-2.0
#include "problems/file_kind.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "problems/json_rows.h"

namespace drp::problems {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kLookBytes = 4096;

// How a file opens that holds no rows of text. FILE in the advice stands for its name.
struct Signature {
  std::string_view opening;
  std::string_view what;
  std::string_view advice;
  std::string_view ending = "";  // without it in the name, the advised program reads a stream
};

constexpr Signature kSignatures[] = {
    {"PAR1", "a Parquet file",
     "write its rows as JSON lines, such as by Python's "
     "pandas.read_parquet(\"FILE\").to_json(\"FILE.jsonl\", orient=\"records\", lines=True)"},
    {"\x1F\x8B", "a gzip file", "unpack it first: gunzip -k FILE", ".gz"},
    {"\x28\xB5\x2F\xFD", "a zstd file", "unpack it first: unzstd FILE", ".zst"},
    {"\xFD\x37\x7A\x58\x5A", "an xz file", "unpack it first: unxz -k FILE", ".xz"},
    {"BZh", "a bzip2 file", "unpack it first: bunzip2 -k FILE", ".bz2"},
    {"PK\x03\x04", "a zip archive or a spreadsheet", "unpack it, or save the sheet as CSV"},
    {"GGUF", "a GGUF model", "give a JSONL, JSON or CSV file"},
    {"\xFF\xFE", "text in UTF-16", "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE"},
    {"\xFE\xFF", "text in UTF-16", "save it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE"},
};

std::string opening_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(kLookBytes, '\0');
  stream.read(bytes.data(), kLookBytes);
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  return bytes;
}

// Programs that unpack take no file whose name does not tell its kind.
std::string advice_for(const Signature& signature, const std::string& name) {
  std::string advice(signature.advice);
  if (!name.ends_with(signature.ending)) {
    advice = replace_all(replace_all(advice, " -k", ""), "FILE", "< FILE > FILE.unpacked");
  }
  return replace_all(std::move(advice), "FILE", name);
}

}  // namespace

bool is_stream(const std::filesystem::path& file) {
  std::error_code none;
  const std::filesystem::file_status status = std::filesystem::status(file, none);
  return file == "-" || (std::filesystem::is_other(status) &&
                         status.type() != std::filesystem::file_type::unknown);
}

void refuse_binary(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::string bytes = opening_of(file);
  for (const Signature& signature : kSignatures) {
    if (!bytes.starts_with(signature.opening)) continue;
    throw Error(ErrorKind::kData, name + ": this is " + std::string(signature.what),
                advice_for(signature, name));
  }
  if (contains(bytes, "\0"sv)) {
    throw Error(ErrorKind::kData, name + ": this is binary data", "give a JSONL, JSON or CSV file");
  }
}

std::string_view without_mark(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

FileKind file_kind(const std::filesystem::path& file) {
  if (is_stream(file)) return FileKind::kJsonLines;
  std::error_code none;
  if (std::filesystem::is_directory(file, none)) {
    throw Error(ErrorKind::kData, file.string() + ": this is a folder",
                "name a JSONL, JSON or CSV file in it");
  }
  refuse_binary(file);
  const std::string extension = to_lower(file.extension().string());
  LineReader lines(file);
  while (const auto line = lines.next()) {
    const std::string_view text = trim(without_mark(*line));
    if (text.empty()) continue;
    if (extension == ".csv") return FileKind::kCsv;
    if (extension == ".tsv") return FileKind::kTsv;
    if (text.front() == '[') return FileKind::kJsonArray;
    if (text.front() != '{') return extension == ".jsonl" ? FileKind::kJsonLines : FileKind::kCsv;
    Json first;
    // A whole object on the first line makes it JSONL; so does the name.
    const bool whole = !parse_json(text, first);
    return whole || extension == ".jsonl" ? FileKind::kJsonLines : FileKind::kJsonObject;
  }
  throw Error(ErrorKind::kData, file.string() + ": the file is empty",
              "give a JSONL, JSON or CSV file with a row for each line");
}

}  // namespace drp::problems
