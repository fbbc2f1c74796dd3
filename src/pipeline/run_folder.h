// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace drp::pipeline {

enum class Access { kWrite, kLook };

// The folder of one run (docs/architecture.md, "Run folder"). While an object with write access
// lives the folder is locked: a second one gets Error{kUsage} that names the owner's process id.
// The lock goes with the process, however it ends. One that only looks makes and locks nothing.
class RunFolder {
 public:
  // kWrite creates the folder if it is not there and throws Error{kIo} where it cannot be written
  // to.
  RunFolder(std::filesystem::path root, const Clock& clock, Access access = Access::kWrite);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path file(std::string_view name) const { return root_ / name; }

  // Appends {"time":...,"event":...,"detail":...} to log.jsonl, the only file with timestamps.
  // Needs write access.
  void log(std::string_view event, std::string_view detail);

 private:
  std::filesystem::path root_;
  const Clock& clock_;
  int lock_ = -1;
  int log_ = -1;
};

}  // namespace drp::pipeline
