// SPDX-License-Identifier: Apache-2.0
#include "base/plugin.h"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace drp {
namespace {

// Where it may lie, in order.
std::vector<std::filesystem::path> places(const std::string& library) {
  if (const char* folder = std::getenv("DRP_PLUGIN_DIR"); folder != nullptr && *folder != '\0') {
    return {std::filesystem::path(folder) / library};
  }
  std::error_code code;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", code);
  const std::filesystem::path folder = code ? std::filesystem::path(".") : program.parent_path();
  return {folder / library, folder / ".." / "lib" / "drp" / library};
}

}  // namespace

void* load_plugin(const Plugin& plugin) {
  std::vector<std::string> tried;
  for (const std::filesystem::path& place : places(plugin.library)) {
    tried.push_back("'" + place.lexically_normal().string() + "'");
    std::error_code code;
    if (!std::filesystem::exists(place, code)) continue;
    // Kept open for the life of the process: not every library can be unloaded.
    void* library = ::dlopen(place.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw Error(ErrorKind::kConfig, plugin.name + " cannot be loaded: " + ::dlerror(),
                  "run scripts/bootstrap and build again");
    }
    void* entry = ::dlsym(library, plugin.entry.c_str());
    if (entry == nullptr) {
      throw Error(ErrorKind::kConfig, tried.back() + " is not " + plugin.name + " of this program",
                  "build and install the program again");
    }
    return entry;
  }
  throw Error(ErrorKind::kConfig, plugin.name + " is not there: looked for " + join(tried, ", "),
              plugin.hint);
}

}  // namespace drp
