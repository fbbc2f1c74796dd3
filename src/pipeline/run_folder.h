// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace drp::pipeline {

// The folder of one run (docs/architecture.md, "Run folder"). While the object lives the folder is
// locked: a second program gets Error{kUsage} that names the owner's process id. The lock goes with
// the process, however it ends.
class RunFolder {
 public:
  // Creates the folder if it is not there. Throws Error{kIo} where it cannot be written to.
  RunFolder(std::filesystem::path root, const Clock& clock);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path file(std::string_view name) const { return root_ / name; }

  // Appends {"time":...,"event":...,"detail":...} to log.jsonl, the only file with timestamps.
  void log(std::string_view event, std::string_view detail);

 private:
  std::filesystem::path root_;
  const Clock& clock_;
  int lock_ = -1;
  int log_ = -1;
};

}  // namespace drp::pipeline
