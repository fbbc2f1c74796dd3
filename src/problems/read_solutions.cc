// SPDX-License-Identifier: Apache-2.0
#include "problems/read_solutions.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "problems/content_id.h"
#include "problems/problem_row.h"
#include "problems/rows.h"

namespace drp::problems {
namespace {

// Without what GSM8K's calculator read: "6*7=<<6*7=42>>42".
std::string without_notes(std::string_view text) {
  std::string out;
  while (true) {
    const std::size_t open = text.find("<<");
    const std::size_t close = open == text.npos ? text.npos : text.find(">>", open);
    out += text.substr(0, close == text.npos ? text.npos : open);
    if (close == text.npos) return out;
    text.remove_prefix(close + 2);
  }
}

std::string solution_of(const Json& row, const Columns& columns) {
  const std::string answer = columns.text(row, Part::kAnswer).value_or("");
  const std::size_t hashes = answer.rfind("####");
  if (hashes != std::string::npos) {
    return std::string(trim(without_notes(std::string_view(answer).substr(0, hashes))));
  }
  for (const char* name : {"solution", "rationale"}) {
    const auto found = row.find(name);
    if (found != row.end() && found->is_string())
      return std::string(trim(found->get_ref<const std::string&>()));
  }
  return {};
}

}  // namespace

std::map<std::string, std::string> read_solutions(const std::filesystem::path& file,
                                                  const ReadOptions& options) {
  check_domain(options.domain);
  const Columns columns(options.columns);
  UniqueIds ids;
  std::map<std::string, std::string> solutions;
  std::int64_t count = 0;
  visit_rows(
      file,
      [&](const Json& row, const std::string& where) {
        Problem problem = problem_of_row(row, columns, options, {}, where);
        const std::string id = ids.take(problem.id.empty() ? content_id(problem) : problem.id);
        if (std::string solution = solution_of(row, columns); !solution.empty())
          solutions[id] = std::move(solution);
        return ++count != options.rows_max;
      },
      BadRow());
  return solutions;
}

}  // namespace drp::problems
