// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "pipeline/run.h"

namespace drp::cli {

// The concrete engines of this build. What was left out of the build (-DDRP_WITH_LLAMA=OFF,
// -DDRP_WITH_TORCH=OFF) throws Error{kConfig} that says how to get it.
pipeline::Engines make_engines();

// A local student that answers single questions: ready at once, where one for many requests may
// first bring its weights into the form that draws the most tokens.
std::unique_ptr<llm::Student> load_student_for_few(const std::filesystem::path& model, int threads);

// $DRP_CACHE_DIR, else $XDG_CACHE_HOME/drp, else ~/.cache/drp: deps, models, replies.
std::filesystem::path cache_folder();

// The GGUF file that `model` names: an existing path, or NAME[.gguf] in the model cache
// ($XDG_CACHE_HOME/drp/models) without regard to case and quantisation suffix. `named_by` is what
// the user set to it, a recipe's key or a flag such as "--model". Throws Error{kIo} naming it and
// the places looked at, and Error{kConfig} for a folder.
std::filesystem::path find_model(const std::string& model,
                                 const std::string& named_by = "student.model");

// plotly.min.js beside the installed program or in the dependency cache; empty when absent.
std::filesystem::path find_plotly();

}  // namespace drp::cli
