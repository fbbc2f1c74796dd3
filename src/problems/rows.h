// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/error.h"

namespace drp::problems {

using Json = nlohmann::ordered_json;

// One row of a data file as an object; numbers with a fraction or exponent, and whole numbers
// beyond 64 bits, are strings of what the file says. `where` is FILE:LINE (of a JSON array: FILE:
// row N). Return false to stop.
using RowVisitor = std::function<bool(const Json& row, const std::string& where)>;
// Takes a row that cannot be read; without one it is thrown.
using BadRow = std::function<void(const Error&)>;

// Calls `visit` for each row of a JSONL, JSON or CSV (TSV) file. The kind is told by the content: a
// file that opens with [ is a JSON array of objects, { is JSONL, or one JSON object that holds the
// array; all else is CSV, as is a file named .csv or .tsv. "-" reads JSONL from standard input.
// Lone surrogates and invalid UTF-8 become U+FFFD. JSONL and CSV are streamed; a JSON array is held
// as text. Throws Error{kIo}, and Error{kData} that names FILE:LINE, or says what stands there in
// place of rows (file_kind.h).
void visit_rows(const std::filesystem::path& file, const RowVisitor& visit, const BadRow& bad_row);

}  // namespace drp::problems
