// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "pipeline/run.h"
#include "records/path.h"
#include "records/training_row.h"

namespace drp::pipeline {

// The ids in the file of curate.problems; nothing: all problems may become rows. Throws Error{kIo}.
std::optional<std::set<std::string>> wanted_problems(const Recipe& recipe);

// Who hears what becomes of each accepted path. All but `row` may be empty.
struct CuratedVisitor {
  std::function<bool()> wants_more;  // false: further paths are kNotSelected
  std::function<void(const TrainingRow&)> row;
  std::function<void(const PrunedPath&, const Rejection&)> left_out;
  std::function<void()> problem_done;
};

// Goes over the run's paths in the order of the problems and makes the rows that the curate section
// of its recipe wants; problems that are not `wanted` are left out as kNotSelected.
void visit_rows(Run& run, const std::optional<std::set<std::string>>& wanted,
                const CuratedVisitor& visitor);

// The training problems of which the run has a row, whatever curate.problems and curate.rows_max
// say.
std::set<std::string> problems_with_rows(Run& run);

}  // namespace drp::pipeline
