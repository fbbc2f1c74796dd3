// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "problems/row_shape.h"
#include "records/problem.h"

namespace drp::problems {

struct ReadOptions {
  // Columns by the names of docs/formats.md: {"question": "input", "answer": "target"}; two columns
  // are joined by "Body+Question". Empty: found by their usual names.
  std::map<std::string, std::string> columns;
  // Columns to keep as tags.
  std::vector<std::string> tags;
  // Who grades: math, choice, code, text or command. A row's own `domain` and a column of choices
  // (choice) win.
  std::string domain = "math";
  // How the rows of a benchmark are made.
  RowShape shape = RowShape::kPlain;
  // Rows to read; 0 means all.
  std::int64_t rows_max = 0;
  // Takes a row that cannot be read (its Error{kData} names FILE:LINE), which is then left out.
  // Without it the error is thrown.
  std::function<void(const Error&)> bad_row;
};

// Reads a set of problems: JSONL, a JSON array, or CSV (rows.h). The answer is taken out of GSM8K's
// "#### x"; a `solution` counts only where no other answer column is, and gives its last \boxed{}.
// Numbers stay as written ("27.0"). Choices are told below the question, the answer is the label.
// A row without an id gets a content hash, an id that came before gets "-2", "-3", ... Throws
// Error{kIo}; Error{kData} for an unreadable row, a missing column or empty question or answer
// (FILE:LINE, names found and accepted), and for a file without problems; Error{kConfig} for bad
// options.
std::vector<Problem> read_problems(const std::filesystem::path& file,
                                   const ReadOptions& options = {});

// The same without keeping the set; return false to stop. Returns how many were read.
std::int64_t visit_problems(const std::filesystem::path& file, const ReadOptions& options,
                            const std::function<bool(Problem&&)>& visit);

}  // namespace drp::problems
