// SPDX-License-Identifier: Apache-2.0
#include "pipeline/curated_rows.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "curate/curate.h"
#include "sample/sample.h"

namespace drp::pipeline {
namespace {

curate::Select select_of(const std::string& name) {
  if (name == "first") return curate::Select::kFirst;
  if (name == "all") return curate::Select::kAll;
  return curate::Select::kShortest;
}

curate::CurateOptions curate_options(const Recipe& recipe) {
  curate::CurateOptions options;
  options.select = select_of(recipe.curate.select);
  options.tokens_max = recipe.curate.tokens_max;
  options.near_duplicate = recipe.curate.near_duplicate;
  options.validation = recipe.curate.validation;
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.system = recipe.student.system;
  options.prompt = recipe.student.prompt;
  options.response_prefix = recipe.student.response_prefix;
  return options;
}

std::vector<PrunedPath> paths_of(Run& run, const std::string& problem_id) {
  RecordLog& log = run.log("paths.0", "paths");
  std::vector<PrunedPath> paths;
  for (std::int64_t sample = 0; sample < run.recipe().sample.samples; ++sample) {
    if (auto path = log.get<PrunedPath>(sample::trace_id(problem_id, sample))) {
      paths.push_back(*std::move(path));
    }
  }
  return paths;
}

}  // namespace

std::optional<std::set<std::string>> wanted_problems(const Recipe& recipe) {
  if (recipe.curate.problems.empty()) return std::nullopt;
  std::set<std::string> ids;
  LineReader lines(recipe.curate.problems);
  while (const auto line = lines.next()) {
    if (!trim(*line).empty()) ids.emplace(trim(*line));
  }
  return ids;
}

void visit_rows(Run& run, const std::optional<std::set<std::string>>& wanted,
                const CuratedVisitor& visitor) {
  const Recipe& recipe = run.recipe();
  curate::Curator curator(run.student().tokenizer(), curate_options(recipe));
  run.visit_problem_ids("test", [&](const std::string& id) {
    curator.add_held_out(run.problem("test", id).question);
  });
  const auto leave_out = [&](const PrunedPath& path, const Rejection& why) {
    if (visitor.left_out) visitor.left_out(path, why);
  };
  run.visit_problem_ids("train", [&](const std::string& id) {
    run.services().stop.check();
    const std::vector<PrunedPath> paths = paths_of(run, id);
    const auto chosen = curate::select_paths(paths, select_of(recipe.curate.select));
    for (std::size_t i = 0; i < paths.size(); ++i) {
      if (!paths[i].accepted()) continue;  // its reason stands in the paths log
      if (std::find(chosen.begin(), chosen.end(), i) == chosen.end() ||
          (wanted && !wanted->contains(id)) || (visitor.wants_more && !visitor.wants_more())) {
        leave_out(paths[i], {Reason::kNotSelected, ""});
        continue;
      }
      const auto row = curator.make_row(run.problem("train", id), paths[i]);
      if (row) {
        visitor.row(*row);
      } else {
        leave_out(paths[i], row.error());
      }
    }
    if (visitor.problem_done) visitor.problem_done();
  });
}

std::set<std::string> problems_with_rows(Run& run) {
  std::set<std::string> ids;
  CuratedVisitor visitor;
  visitor.row = [&](const TrainingRow& row) { ids.insert(row.problem_id); };
  visit_rows(run, std::nullopt, visitor);
  return ids;
}

}  // namespace drp::pipeline
