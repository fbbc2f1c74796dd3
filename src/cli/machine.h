// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace drp::cli {

// What this machine has to offer, as far as it can be told; 0 and empty where it cannot.
struct Machine {
  int cores = 0;                       // usable by this process
  int cores_online = 0;                // of the machine
  std::uint64_t memory_total = 0;      // bytes
  std::uint64_t memory_available = 0;  // without swapping
  std::uint64_t memory_limit = 0;      // of the control group; 0: none
  std::vector<std::string> simd;       // such as avx2, avx512f
};
Machine look_at_machine();

struct FileSize {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};
// GGUF files in a folder, by name.
std::vector<FileSize> model_files(const std::filesystem::path& folder);
// Bytes of all files below a folder; links are not followed.
std::uint64_t folder_bytes(const std::filesystem::path& folder);
// Bytes that may still be written where the folder is or would be.
std::uint64_t free_bytes(const std::filesystem::path& folder);

// "1.5 GiB", "12 KiB", "0 B".
std::string show_bytes(std::uint64_t bytes);

}  // namespace drp::cli
