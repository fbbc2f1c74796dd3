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
  BadRows bad(options);
  const auto refuse = [&bad](const Error& error) { bad.add(error); };
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
      refuse);
  if (count == 0) {
    constexpr Part kNeeded[] = {Part::kQuestion, Part::kAnswer};
    throw bad.none_good(file, "problem", kNeeded);
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
