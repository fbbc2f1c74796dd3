// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "pipeline/run.h"

namespace drp::cli {

// The run that lies in a folder, by the recipe.yaml in it. Borrows the services. Throws
// Error{kUsage} where the folder holds no run.
std::unique_ptr<pipeline::Run> run_of_folder(const std::filesystem::path& folder,
                                             const pipeline::Services& services,
                                             pipeline::Access access);

}  // namespace drp::cli
