// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace drp {

// All functions throw Error{kIo} that names the path and the system's reason.

std::string read_file(const std::filesystem::path& path);

// Publishes a whole file: written beside it under a temporary name, synced, renamed over it. A
// reader sees the old content or the new, never a part; on failure the temporary file is removed.
void write_file_atomic(const std::filesystem::path& path, std::string_view content);

// The same for content made piece by piece. Nothing is visible under `path` before publish();
// a writer destroyed without publish() leaves no trace.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void publish();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  std::FILE* file_ = nullptr;
};

// Creates the folder and its parents.
void make_folder(const std::filesystem::path& path);

// Reads lines that end in LF (a CR before it is dropped); U+2028 and its like end no line. A last
// line without LF counts as a line. Lines of any length up to `line_bytes_max`.
class LineReader {
 public:
  static constexpr std::size_t kLineBytesMax = std::size_t{256} << 20U;

  // "-" reads standard input.
  explicit LineReader(const std::filesystem::path& path,
                      std::size_t line_bytes_max = kLineBytesMax);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // The next line, valid until the next call; nothing at the end. A line over the limit is an
  // Error{kData} that names file:line.
  std::optional<std::string_view> next();
  // 1-based number of the line that next() returned last.
  std::int64_t line_number() const { return line_number_; }
  // "FILE:LINE" of that line.
  std::string where() const;
  // Whether the last line returned ended in LF.
  bool complete() const { return complete_; }

 private:
  bool fill();

  std::string name_;
  int descriptor_ = -1;
  std::size_t line_bytes_max_;
  std::int64_t line_number_ = 0;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t scanned_ = 0;
  bool ended_ = false;
  bool complete_ = false;
};

}  // namespace drp
