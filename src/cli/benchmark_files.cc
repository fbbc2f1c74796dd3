// SPDX-License-Identifier: Apache-2.0
#include "cli/benchmark_files.h"

#include <cstdlib>
#include <filesystem>

#include "pipeline/recipe_fields.h"

namespace drp::cli {
namespace {

std::filesystem::path folder_of(const char* variable) {
  const char* value = std::getenv(variable);
  return value == nullptr ? "" : value;
}

void find_file(pipeline::LoadedRecipe& recipe, const std::string& split,
               const pipeline::ProblemsRecipe& set) {
  if (set.source == "generated" || set.source == "file") return;
  if (!set.file.empty() && !std::filesystem::is_directory(set.file)) return;
  const std::filesystem::path file =
      problems::find_benchmark(problems::find_preset(set.source), split, set.file, data_places());
  pipeline::set_key(recipe, "problems." + split + ".file", file.string(), "found");
}

}  // namespace

problems::DataPlaces data_places() {
  problems::DataPlaces places;
  places.data = folder_of("DRP_DATA");
  places.hub = folder_of("HF_HUB_CACHE");
  if (places.hub.empty() && !folder_of("HF_HOME").empty())
    places.hub = folder_of("HF_HOME") / "hub";
  if (places.hub.empty() && !folder_of("HOME").empty()) {
    places.hub = folder_of("HOME") / ".cache/huggingface/hub";
  }
  return places;
}

void find_training_file(pipeline::LoadedRecipe& recipe) {
  find_file(recipe, "train", recipe.recipe.problems.train);
}

void find_test_file(pipeline::LoadedRecipe& recipe) {
  find_file(recipe, "test", recipe.recipe.problems.test);
}

void find_benchmark_files(pipeline::LoadedRecipe& recipe) {
  find_training_file(recipe);
  find_test_file(recipe);
}

}  // namespace drp::cli
