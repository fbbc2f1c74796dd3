// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <cstdlib>
#include <string>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "train/trainer.h"

namespace drp::train {
namespace {

constexpr const char* kLibrary = "libdrp_train_torch.so";
constexpr const char* kEntry = "drp_make_engine";

// Where the plug-in may lie, in order.
std::vector<std::filesystem::path> places() {
  if (const char* folder = std::getenv("DRP_PLUGIN_DIR"); folder != nullptr && *folder != '\0') {
    return {std::filesystem::path(folder) / kLibrary};
  }
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  const std::filesystem::path folder = code ? std::filesystem::path(".") : program.parent_path();
  return {folder / kLibrary, folder / ".." / "lib" / "drp" / kLibrary};
}

// OpenMP threads that spin at barriers bring a run to a tenth of its speed as soon as anything else
// wants a core (measured: 51 instead of 500 tokens/s); sleeping ones cost nothing measurable. The
// OpenMP runtime reads this once, when libtorch brings it in. A user's own setting stays.
void let_threads_sleep() { ::setenv("OMP_WAIT_POLICY", "passive", 0); }

}  // namespace

std::unique_ptr<Trainer> load_trainer() {
  std::vector<std::string> tried;
  for (const std::filesystem::path& place : places()) {
    tried.push_back("'" + place.lexically_normal().string() + "'");
    std::error_code code;
    if (!std::filesystem::exists(place, code)) continue;
    let_threads_sleep();
    // Kept open for the life of the process: libtorch cannot be unloaded.
    void* library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw Error(ErrorKind::kConfig, std::string("the trainer cannot be loaded: ") + ::dlerror(),
                  "run scripts/bootstrap and build again");
    }
    auto* entry = reinterpret_cast<Engine* (*)(const EngineConfig&)>(::dlsym(library, kEntry));
    if (entry == nullptr) {
      throw Error(ErrorKind::kConfig, tried.back() + " is no trainer of this program",
                  "build and install the program again");
    }
    return make_trainer(
        [entry](const EngineConfig& config) { return std::unique_ptr<Engine>(entry(config)); });
  }
  throw Error(ErrorKind::kConfig, "the trainer is not there: looked for " + join(tried, ", "),
              "build with -DDRP_WITH_TORCH=ON, or set DRP_PLUGIN_DIR to the folder that holds it");
}

}  // namespace drp::train
