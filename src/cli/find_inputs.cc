// SPDX-License-Identifier: Apache-2.0
#include "cli/find_inputs.h"

#include <utility>

#include "base/error.h"
#include "cli/benchmark_files.h"
#include "cli/missing_inputs.h"
#include "pipeline/stage.h"

namespace drp::cli {
namespace {

namespace fs = std::filesystem;

// Whether a run up to `last` comes to this stage.
bool reaches(const std::string& last, std::string_view stage) {
  for (const pipeline::Stage& each : pipeline::stage_table()) {
    if (each.name == stage) return true;
    if (each.name == last) return false;
  }
  return false;
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const fs::path below =
      fs::absolute(path).lexically_relative(fs::absolute(folder).lexically_normal());
  return !below.empty() && *below.begin() != "..";
}

class Search {
 public:
  explicit Search(const RecipeGroup& group) : group_(group) {}

  void of(pipeline::LoadedRecipe& recipe, const std::string& last) {
    find_problems(recipe);
    const pipeline::Recipe& all = recipe.recipe;
    if (reaches(last, "sample")) find_student(all);
    if (reaches(last, "decompose")) find_teacher(all);
    if (reaches(last, "curate")) file("curate.problems", all.curate.problems);
  }
  void finish(Progress& progress) const { missing_.finish(progress); }

 private:
  std::string name_of(const std::string& key) const {
    const auto other = group_.named_by.find(key);
    return other == group_.named_by.end() ? key : other->second;
  }
  void file(const std::string& key, const std::string& path) {
    if (!group_.made_in.empty() && lies_in(path, group_.made_in)) return;
    missing_.file(name_of(key), path);
  }
  void model(const std::string& key, const std::string& model) {
    missing_.model(name_of(key), model);
  }

  void find_problems(pipeline::LoadedRecipe& recipe) {
    const auto& problems = recipe.recipe.problems;
    const auto both = {
        std::pair{std::string("problems.train"), &problems.train},
        std::pair{std::string("problems.test"), &problems.test},
    };
    for (const auto& [name, set] : both) {
      if (set->source == "generated") continue;
      const auto find = set == &problems.train ? find_training_file : find_test_file;
      const std::string key = name + ".file";
      missing_.look(key, [&] { find(recipe); });
      file(key, set->file);
      if (set->source == "file" && fs::is_directory(set->file)) {
        throw Error(ErrorKind::kData, "'" + set->file + "' for " + key + " is a folder",
                    "name a JSONL, JSON or CSV file in it");
      }
      if (set->source == "file" && set->file.empty()) {
        missing_.add(key, Error(ErrorKind::kConfig, key + " is not set, and its source is file",
                                "set " + key + "=FILE, or the source to generated"));
      }
    }
  }

  void find_student(const pipeline::Recipe& recipe) {
    model("student.model", recipe.student.model);
    if (recipe.student.endpoint.used()) return;
    for (const std::string& adapter : recipe.student.adapters) file("student.adapters", adapter);
  }

  void find_teacher(const pipeline::Recipe& recipe) {
    const auto& teacher = recipe.teacher;
    if (teacher.kind.ends_with("openai")) file("teacher.prices", teacher.prices);
    if (teacher.kind.ends_with("local") || teacher.kind.ends_with("student")) {
      model("teacher.model", teacher.model);
    }
    if (teacher.kind == "random" || teacher.kind == "foreign") file("teacher.like", teacher.like);
  }

  const RecipeGroup& group_;
  MissingInputs missing_;
};

}  // namespace

void find_inputs(pipeline::LoadedRecipe& recipe, const std::string& last, Progress& progress) {
  const RecipeGroup alone;
  Search search(alone);
  search.of(recipe, last);
  search.finish(progress);
}

void find_inputs(RecipeGroup& group, Progress& progress) {
  Search search(group);
  for (pipeline::LoadedRecipe& recipe : group.recipes) search.of(recipe, "");
  search.finish(progress);
}

}  // namespace drp::cli
