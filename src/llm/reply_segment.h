// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/process.h"

namespace drp::llm {

// One append-only file of a reply store: a version line, then a reply a line. Any process may read
// it; the one that holds the lock on it (flock, gone with the process however it ends) may append
// to it and cut its torn tail. Functions throw Error{kIo} naming the file.
class ReplySegment {
 public:
  // Called for each new whole line: its text without LF and the offset of its first byte.
  using Line = std::function<void(std::string_view line, std::uint64_t offset)>;

  // Opens an existing file, for reading alone where it may not be written.
  explicit ReplySegment(std::filesystem::path path);
  // Creates the file, which must not be there, holding its lock; nothing where another process
  // was faster.
  static std::unique_ptr<ReplySegment> create(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  // Bytes of whole lines read or written so far.
  std::uint64_t size() const { return end_; }
  bool locked() const { return locked_; }

  // Reads the lines that were added since the last call; a torn tail waits for its LF.
  void read_new(const Line& line);
  // Takes the lock if it is free and the file still has its name. Then reads what was added
  // meanwhile and cuts the torn tail, whose bytes are returned.
  bool try_lock(const Line& line, std::uint64_t& torn_bytes);
  void unlock();

  // Appends a line with a single write and returns its offset. Needs the lock.
  std::uint64_t append(std::string_view line);
  void sync();
  // The line that begins at `offset`.
  std::string line_at(std::uint64_t offset) const;

 private:
  ReplySegment(std::filesystem::path path, int descriptor);

  std::filesystem::path path_;
  Descriptor file_;
  bool writable_ = true;
  bool locked_ = false;
  bool known_ = false;  // the version line was read
  std::uint64_t end_ = 0;
};

}  // namespace drp::llm
