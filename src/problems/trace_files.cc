// SPDX-License-Identifier: Apache-2.0
#include "problems/trace_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/error.h"
#include "base/text.h"
#include "problems/columns.h"
#include "problems/file_kind.h"
#include "problems/read_traces.h"
#include "problems/rows.h"

namespace drp::problems {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kKinds = {".jsonl", ".json", ".csv", ".tsv"};

// "3 .parquet, 2 folders": what a folder holds in place of files that are read.
std::string contents(const std::map<std::string, int>& counts) {
  std::vector<std::string> parts;
  for (const auto& [kind, count] : counts) {
    parts.push_back(format_count(count) + " " + kind + (kind == "folder" && count > 1 ? "s" : ""));
  }
  return parts.empty() ? "it is empty" : "it holds " + join(parts, ", ");
}

std::vector<std::string> files_of(const fs::path& folder) {
  if (fs::exists(folder / "manifest.json")) {
    throw Error(ErrorKind::kUsage,
                "'" + folder.string() + "' is the folder of a run, not of traces",
                "prune a run by its recipe: `drp prune recipe.yaml`");
  }
  std::vector<std::string> files;
  std::map<std::string, int> others;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const fs::path& path = entry.path();
    const std::string kind = to_lower(path.extension().string());
    const bool known = std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
    if (path.filename().string().starts_with('.')) continue;
    if (entry.is_directory()) {
      ++others["folder"];
    } else if (known) {
      files.push_back(path.string());
    } else {
      ++others[kind.empty() ? "without an ending" : kind];
    }
  }
  if (files.empty()) {
    throw Error(ErrorKind::kUsage,
                "'" + folder.string() + "': no .jsonl, .json, .csv or .tsv file in this folder; " +
                    contents(others),
                "name the files themselves, such as '" + (folder / "*" / "*.jsonl").string() + "'");
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> columns_of(const std::string& file) {
  std::vector<std::string> names;
  const RowVisitor visit = [&names](const Json& row, const std::string&) {
    for (const auto& [name, value] : row.items()) names.push_back(name);
    return false;
  };
  visit_rows(file, visit, [](const Error&) {});
  return names;
}

// Whether any trace has a reference answer; the first trace is enough where none is wanted.
bool look_into(const std::string& file, const ReadOptions& options, bool wants_gold) {
  ReadOptions read = options;
  read.bad_row = [](const Error&) {};
  bool gold = false;
  visit_traces(file, read, [&](TraceRow&& row) {
    gold = !trim(row.problem.answer).empty();
    return wants_gold && !gold;
  });
  return gold;
}

}  // namespace

std::vector<std::string> trace_files(const std::vector<std::string>& names) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    std::error_code none;
    if (name != "-" && !fs::exists(name, none)) {
      throw Error(ErrorKind::kIo, "no file or folder '" + name + "'", "check the path");
    }
    if (!fs::is_directory(name, none)) {
      files.push_back(name);
      continue;
    }
    for (std::string& file : files_of(name)) files.push_back(std::move(file));
  }
  return files;
}

void check_trace_files(const std::vector<std::string>& files, const ReadOptions& options,
                       const std::string& without_gold) {
  const bool wants_gold = !without_gold.empty();
  bool gold = false;
  for (const std::string& file : files) {
    if (is_stream(file)) {
      gold = true;  // not known before it is read
      continue;
    }
    const bool found = look_into(file, options, wants_gold && !gold);
    gold = gold || found;
  }
  if (!wants_gold || gold || files.empty()) return;
  const std::string& first = files.front();
  throw Error(ErrorKind::kData,
              first +
                  (files.size() > 1 ? " and " + std::to_string(files.size() - 1) + " more files"
                                    : std::string()) +
                  ": no trace has a reference answer; found the columns " +
                  join(columns_of(first), ", "),
              "name its column with --column answer=NAME, or " + without_gold);
}

}  // namespace drp::problems
