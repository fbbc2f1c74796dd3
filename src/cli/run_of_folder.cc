// SPDX-License-Identifier: Apache-2.0
#include "cli/run_of_folder.h"

#include "base/error.h"

namespace drp::cli {

std::unique_ptr<pipeline::Run> run_of_folder(const std::filesystem::path& folder,
                                             const pipeline::Services& services,
                                             pipeline::Access access) {
  const std::filesystem::path recipe = folder / "recipe.yaml";
  if (!std::filesystem::exists(recipe)) {
    throw Error(ErrorKind::kUsage, "'" + folder.string() + "' is no run: it holds no recipe.yaml",
                "give the folder that `drp run` made (run.folder of the recipe)");
  }
  return std::make_unique<pipeline::Run>(
      pipeline::load_recipe(recipe.string(), {"run.folder=" + folder.string()}), services, access);
}

}  // namespace drp::cli
