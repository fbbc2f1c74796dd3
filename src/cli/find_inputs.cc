// SPDX-License-Identifier: Apache-2.0
#include "cli/find_inputs.h"

#include <filesystem>
#include <functional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "cli/benchmark_files.h"
#include "cli/wiring.h"
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

// Collects what is missing instead of ending at the first.
class Search {
 public:
  // `find` throws Error{kIo} for what is not there.
  void look(const std::string& key, const std::function<void()>& find) {
    try {
      find();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kIo) throw;
      missing_.emplace_back(key, error);
    }
  }
  void file(const std::string& key, const std::string& path) {
    if (path.empty() || fs::exists(path)) return;
    missing_.emplace_back(key, Error(ErrorKind::kIo, "no file '" + path + "' for " + key,
                                     "check the path: one in a recipe may also be relative to it"));
  }
  // That the recipe says which file it is.
  void named(const std::string& key, const std::string& path) {
    if (!path.empty()) return;
    missing_.emplace_back(key,
                          Error(ErrorKind::kConfig, key + " is not set, and its source is file",
                                "set " + key + "=FILE, or the source to generated"));
  }
  // `what` is a GGUF or the name of one in the cache.
  void model(const std::string& key, const std::string& what) {
    if (!what.empty()) look(key, [&] { find_model(what, key); });
  }
  void finish(Progress& progress) const {
    if (missing_.empty()) return;
    if (missing_.size() == 1) throw missing_.front().second;
    std::vector<std::string> keys;
    for (const auto& [key, error] : missing_) {
      progress.warn(error.what());
      if (keys.empty() || keys.back() != key) keys.push_back(key);
    }
    throw Error(ErrorKind::kIo,
                std::to_string(missing_.size()) + " inputs are missing: " + join(keys, ", "),
                "each is named above");
  }

 private:
  std::vector<std::pair<std::string, Error>> missing_;
};

void find_problems(pipeline::LoadedRecipe& recipe, Search& search) {
  const auto& problems = recipe.recipe.problems;
  const auto both = {
      std::pair{std::string("problems.train"), &problems.train},
      std::pair{std::string("problems.test"), &problems.test},
  };
  for (const auto& [name, set] : both) {
    if (set->source == "generated") continue;
    const auto find = set == &problems.train ? find_training_file : find_test_file;
    search.look(name + ".file", [&] { find(recipe); });
    search.file(name + ".file", set->file);
    if (set->source == "file") search.named(name + ".file", set->file);
  }
}

void find_teacher(const pipeline::Recipe& recipe, Search& search) {
  const auto& teacher = recipe.teacher;
  if (teacher.kind.ends_with("openai")) search.file("teacher.prices", teacher.prices);
  if (teacher.kind.ends_with("local") || teacher.kind.ends_with("student")) {
    search.model("teacher.model", teacher.model);
  }
  if (teacher.kind == "random" || teacher.kind == "foreign") {
    search.file("teacher.like", teacher.like);
  }
}

}  // namespace

void find_inputs(pipeline::LoadedRecipe& recipe, const std::string& last, Progress& progress) {
  Search search;
  find_problems(recipe, search);
  const pipeline::Recipe& all = recipe.recipe;
  if (reaches(last, "sample")) {
    search.model("student.model", all.student.model);
    if (!all.student.endpoint.used()) {
      for (const std::string& adapter : all.student.adapters) {
        search.file("student.adapters", adapter);
      }
    }
  }
  if (reaches(last, "decompose")) find_teacher(all, search);
  if (reaches(last, "curate")) search.file("curate.problems", all.curate.problems);
  search.finish(progress);
}

}  // namespace drp::cli
