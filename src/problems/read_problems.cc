// SPDX-License-Identifier: Apache-2.0
#include "problems/read_problems.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "problems/content_id.h"
#include "problems/problem_row.h"
#include "problems/rows.h"

namespace drp::problems {

std::int64_t visit_problems(const std::filesystem::path& file, const ReadOptions& options,
                            const std::function<bool(Problem&&)>& visit) {
  check_domain(options.domain);
  const Columns columns(options.columns);
  UniqueIds ids;
  std::int64_t count = 0;
  std::int64_t bad = 0;
  const auto refuse = [&](const Error& error) {
    if (!options.bad_row) throw error;
    ++bad;
    options.bad_row(error);
  };
  visit_rows(
      file,
      [&](const Json& row, const std::string& where) {
        Problem problem;
        try {
          problem = problem_of_row(row, columns, options, {}, where);
        } catch (const Error& error) {
          refuse(error);
          return true;
        }
        problem.id = ids.take(problem.id.empty() ? content_id(problem) : problem.id);
        ++count;
        return visit(std::move(problem)) && count != options.rows_max;
      },
      options.bad_row ? BadRow(refuse) : BadRow());
  if (count == 0) {
    throw Error(ErrorKind::kData,
                file.string() + ": no problems" +
                    (bad > 0 ? ", " + std::to_string(bad) + " rows could not be read" : "") +
                    "; looked for rows with a question (" +
                    join(part_aliases(Part::kQuestion), ", ") + ") and an answer (" +
                    join(part_aliases(Part::kAnswer), ", ") + ")",
                "give a JSONL, JSON or CSV file with these columns, or name them: " +
                    column_hint(Part::kQuestion, "NAME"));
  }
  return count;
}

std::vector<Problem> read_problems(const std::filesystem::path& file, const ReadOptions& options) {
  std::vector<Problem> problems;
  visit_problems(file, options, [&](Problem&& problem) {
    problems.push_back(std::move(problem));
    return true;
  });
  return problems;
}

}  // namespace drp::problems
