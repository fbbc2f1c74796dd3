// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

namespace drp::problems {

enum class FileKind { kJsonLines, kJsonArray, kJsonObject, kCsv, kTsv };

// Whether the file can be read only once, from its beginning: "-" (standard input), a pipe.
bool is_stream(const std::filesystem::path& file);

// The kind of a file of rows: CSV and TSV by its name, else by the first bytes (rows.h). A stream
// is JSONL and is not looked into. Throws Error{kIo} for what cannot be opened, and Error{kData}
// that says what is there instead of rows and what to do: a folder, nothing, Parquet, compressed or
// other binary data, UTF-16.
FileKind file_kind(const std::filesystem::path& file);

// Throws that Error{kData} for a file of binary data, or of text that is not UTF-8.
void refuse_binary(const std::filesystem::path& file);

// The text behind a byte order mark.
std::string_view without_mark(std::string_view text);

}  // namespace drp::problems
