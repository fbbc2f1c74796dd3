// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace drp::report {

// Bytes put aside on disk until it is known where they go: appended, then read by range. The file
// has no name, so nothing is left of it when the process ends, however it ends. Every function
// throws Error{kIo}.
class SpillFile {
 public:
  // On the file system of `folder`, which exists.
  explicit SpillFile(const std::filesystem::path& folder);
  ~SpillFile();
  SpillFile(const SpillFile&) = delete;
  SpillFile& operator=(const SpillFile&) = delete;

  void append(std::string_view bytes);
  std::int64_t size() const { return size_; }
  // The range must have been appended.
  std::string read(std::int64_t begin, std::int64_t bytes) const;

 private:
  std::string folder_;
  int descriptor_ = -1;
  std::int64_t size_ = 0;
};

}  // namespace drp::report
