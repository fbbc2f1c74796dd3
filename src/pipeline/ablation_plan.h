// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pipeline/recipe.h"

namespace drp::pipeline {

// A recipe as the user gave it, with further "key.sub=value" that win.
using RecipeLoader = std::function<LoadedRecipe(const std::vector<std::string>& more)>;

// One cell of an ablation: what is trained on.
struct CellPlan {
  std::string name;     // "skill"; of a second teacher "skill@gpt-4o"; a folder's name
  std::string sort;     // a word of ablate.cells
  std::string teacher;  // in words
  bool paid = false;
  // Keys of the recipe as the command line would set them; "{seed folder}" stands for its seed's.
  std::vector<std::string> settings;
};

// The runs of one student with one seed. All share the run `base` in their folder, which samples.
struct SeedPlan {
  std::int64_t seed = 0;
  std::filesystem::path folder;

  std::filesystem::path base() const { return folder / "base"; }
  std::filesystem::path cell(const CellPlan& cell) const { return folder / cell.name; }
  std::filesystem::path problems() const { return folder / "problems.txt"; }
};

struct StudentPlan {
  std::string name;
  std::vector<std::string> settings;
  std::vector<SeedPlan> seeds;
};

// What `drp ablate` runs.
struct AblationPlan {
  std::filesystem::path folder;
  std::vector<StudentPlan> students;
  std::vector<CellPlan> cells;  // each of each seed of each student
  std::vector<std::string> notes;
};

// By the ablate section of the recipe. `folder` empty: run.folder with "-ablation". Random and
// foreign are measured by skill, which is added where it is missing. Throws Error{kConfig}.
AblationPlan plan_ablation(const Recipe& recipe, const std::filesystem::path& folder);

// The recipe of the shared run, and of a cell's.
LoadedRecipe base_recipe(const RecipeLoader& load, const StudentPlan& student,
                         const SeedPlan& seed);
LoadedRecipe cell_recipe(const RecipeLoader& load, const StudentPlan& student, const SeedPlan& seed,
                         const CellPlan& cell, const std::vector<std::string>& more = {});

}  // namespace drp::pipeline
