// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "problems/columns.h"
#include "problems/read_problems.h"
#include "records/problem.h"

namespace drp::problems {

// Whether a row must have the part.
struct RowNeeds {
  bool question = true;
  bool answer = true;
};

// Makes the ids of a set unique.
class UniqueIds {
 public:
  // The id itself, or with "-2", "-3", ... where it came before.
  std::string take(const std::string& id);

 private:
  std::map<std::string, std::int64_t> seen_;
};

// Hands on what cannot be read, and remembers the first for the case that nothing could.
class BadRows {
 public:
  explicit BadRows(const ReadOptions& options) : options_(options) {}
  // Throws the error where nobody takes it.
  void add(const Error& error);
  // What is wrong with a file that gave nothing; `what` is "problem" or "trace", and a row of it
  // has the parts.
  Error none_good(const std::filesystem::path& file, const std::string& what,
                  std::span<const Part> parts) const;

 private:
  const ReadOptions& options_;
  std::int64_t count_ = 0;
  std::optional<Error> first_;
};

// Throws Error{kConfig} for a domain that nobody grades.
void check_domain(const std::string& domain);

// The problem of one row; its id is empty where the row has none. Throws Error{kData}.
Problem problem_of_row(const Json& row, const Columns& columns, const ReadOptions& options,
                       RowNeeds needs, const std::string& where);

}  // namespace drp::problems
