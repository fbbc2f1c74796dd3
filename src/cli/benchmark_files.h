// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "pipeline/recipe.h"
#include "problems/presets.h"

namespace drp::cli {

// $DRP_DATA; $HF_HUB_CACHE, else $HF_HOME/hub, else ~/.cache/huggingface/hub.
problems::DataPlaces data_places();

// Sets problems.train.file and problems.test.file where their source is a benchmark and no file is
// named, or a folder. Throws Error{kIo} that says where to get what is missing.
void find_benchmark_files(pipeline::LoadedRecipe& recipe);
// Of problems.train alone, and of problems.test.
void find_training_file(pipeline::LoadedRecipe& recipe);
void find_test_file(pipeline::LoadedRecipe& recipe);

}  // namespace drp::cli
