// SPDX-License-Identifier: Apache-2.0
#include "cli/machine.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/pool.h"
#include "base/text.h"

namespace drp::cli {
namespace {

std::uint64_t meminfo(const std::string& name) {
  std::ifstream file("/proc/meminfo");
  std::string word;
  for (std::uint64_t kibibytes = 0; file >> word;) {
    if (word == name + ":" && file >> kibibytes) return kibibytes << 10U;
  }
  return 0;
}

std::uint64_t group_limit() {
  std::ifstream file("/sys/fs/cgroup/memory.max");
  std::uint64_t bytes = 0;
  return file >> bytes ? bytes : 0;  // "max" is no number
}

std::vector<std::string> simd_names() {
  std::vector<std::string> names;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const std::pair<std::string, bool> found[] = {
      {"sse4.2", __builtin_cpu_supports("sse4.2") != 0},
      {"avx", __builtin_cpu_supports("avx") != 0},
      {"avx2", __builtin_cpu_supports("avx2") != 0},
      {"fma", __builtin_cpu_supports("fma") != 0},
      {"avx512f", __builtin_cpu_supports("avx512f") != 0},
      {"avx512bw", __builtin_cpu_supports("avx512bw") != 0},
      {"avx512vnni", __builtin_cpu_supports("avx512vnni") != 0}};
  for (const auto& [name, there] : found) {
    if (there) names.push_back(name);
  }
  // What the compiler cannot be asked for by name.
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("flags")) continue;
    for (const std::string_view name : {"avx512_bf16", "amx_bf16", "amx_int8"}) {
      if (contains(line + " ", " " + std::string(name) + " ")) names.emplace_back(name);
    }
    break;
  }
#elif defined(__aarch64__)
  names.emplace_back("neon");
#endif
  return names;
}

}  // namespace

Machine look_at_machine() {
  Machine machine;
  machine.cores = available_cores();
  machine.cores_online = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  machine.memory_total = meminfo("MemTotal");
  machine.memory_available = meminfo("MemAvailable");
  machine.memory_limit = group_limit();
  machine.simd = simd_names();
  return machine;
}

std::vector<FileSize> model_files(const std::filesystem::path& folder) {
  std::vector<FileSize> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    std::error_code gone;
    const std::uint64_t bytes = entry.file_size(gone);
    if (!gone && entry.path().extension() == ".gguf") files.push_back({entry.path(), bytes});
  }
  std::sort(files.begin(), files.end(),
            [](const FileSize& a, const FileSize& b) { return a.path < b.path; });
  return files;
}

std::uint64_t folder_bytes(const std::filesystem::path& folder) {
  using Walk = std::filesystem::recursive_directory_iterator;
  std::uint64_t bytes = 0;
  std::error_code code;
  for (Walk at(folder, std::filesystem::directory_options::skip_permission_denied, code);
       !code && at != Walk(); at.increment(code)) {
    std::error_code gone;
    if (!at->is_symlink(gone) && at->is_regular_file(gone)) {
      const std::uint64_t size = at->file_size(gone);
      if (!gone) bytes += size;
    }
  }
  return bytes;
}

std::uint64_t free_bytes(const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::path place = std::filesystem::absolute(folder, code);
  while (!place.empty() && !std::filesystem::exists(place, code) && place.has_relative_path()) {
    place = place.parent_path();
  }
  const std::filesystem::space_info space = std::filesystem::space(place, code);
  return code ? 0 : space.available;
}

std::string show_bytes(std::uint64_t bytes) {
  static constexpr std::array<std::string_view, 5> kUnits = {"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < kUnits.size(); ++unit) value /= 1024;
  const bool whole = unit == 0 || value >= 10;
  return whole ? fmt::format("{:.0f} {}", value, kUnits[unit])
               : fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace drp::cli
