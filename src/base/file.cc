// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/check.h"
#include "base/error.h"

namespace drp {
namespace {

constexpr std::size_t kReadBytes = std::size_t{1} << 18U;

[[noreturn]] void fail(std::string_view verb, const std::filesystem::path& path, int code) {
  const std::string reason = std::generic_category().message(code);
  std::string hint;
  if (code == ENOENT) hint = "check the path";
  if (code == EACCES || code == EROFS || code == EPERM) hint = "choose a place you may write to";
  if (code == ENOSPC || code == EDQUOT) hint = "free some space and run the same command again";
  if (code == ENOTDIR || code == EEXIST) hint = "a file is in the way: choose another name";
  if (code == EISDIR) hint = "this is a folder: name a file in it";
  throw Error(code == EISDIR ? ErrorKind::kUsage : ErrorKind::kIo,
              "cannot " + std::string(verb) + " '" + path.string() + "': " + reason, hint);
}

void sync_folder(const std::filesystem::path& folder) {
  const std::string name = folder.empty() ? "." : folder.string();
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // a file system that cannot open folders cannot sync them either
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail("read", path, errno);
  std::string content;
  for (;;) {
    const std::size_t size = content.size();
    content.resize(size + kReadBytes);
    const ssize_t got = ::read(descriptor, content.data() + size, kReadBytes);
    if (got < 0) {
      const int code = errno;
      ::close(descriptor);
      fail("read", path, code);
    }
    content.resize(size + static_cast<std::size_t>(got));
    if (got == 0) break;
  }
  ::close(descriptor);
  return content;
}

void write_file_atomic(const std::filesystem::path& path, std::string_view content) {
  AtomicFile file(path);
  file.write(content);
  file.publish();
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  temporary_ = path_;
  temporary_ += ".tmp" + std::to_string(::getpid());
  file_ = std::fopen(temporary_.c_str(), "wbe");
  if (file_ == nullptr) fail("write", path_, errno);
}

AtomicFile::~AtomicFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  DRP_CHECK(file_ != nullptr, "written after publish");
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) {
    fail("write", path_, errno);
  }
}

void AtomicFile::publish() {
  DRP_CHECK(file_ != nullptr, "published twice");
  if (std::fflush(file_) != 0 || ::fsync(::fileno(file_)) != 0) fail("write", path_, errno);
  std::FILE* file = file_;
  file_ = nullptr;
  if (std::fclose(file) != 0 || std::rename(temporary_.c_str(), path_.c_str()) != 0) {
    const int code = errno;
    ::unlink(temporary_.c_str());
    fail("write", path_, code);
  }
  sync_folder(path_.parent_path());
}

void make_folder(const std::filesystem::path& path) {
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (code) fail("create folder", path, code.value());
}

LineReader::LineReader(const std::filesystem::path& path, std::size_t line_bytes_max)
    : name_(path.string()), line_bytes_max_(line_bytes_max) {
  if (name_ == "-") {
    name_ = "standard input";
    descriptor_ = ::dup(STDIN_FILENO);
  } else {
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (descriptor_ < 0) fail("read", path, errno);
  struct stat info {};
  if (::fstat(descriptor_, &info) == 0 && S_ISDIR(info.st_mode)) {
    ::close(descriptor_);
    fail("read", path, EISDIR);
  }
}

LineReader::~LineReader() { ::close(descriptor_); }

std::string LineReader::where() const { return name_ + ":" + std::to_string(line_number_); }

bool LineReader::fill() {
  if (ended_) return false;
  buffer_.erase(0, at_);
  scanned_ -= at_;
  at_ = 0;
  const std::size_t size = buffer_.size();
  buffer_.resize(size + kReadBytes);
  const ssize_t got = ::read(descriptor_, buffer_.data() + size, kReadBytes);
  if (got < 0) fail("read", name_, errno);
  buffer_.resize(size + static_cast<std::size_t>(got));
  ended_ = got == 0;
  return !ended_;
}

std::optional<std::string_view> LineReader::next() {
  for (;;) {
    const std::size_t hit = buffer_.find('\n', scanned_);
    if (hit != std::string::npos || (ended_ && at_ < buffer_.size())) {
      complete_ = hit != std::string::npos;
      const std::size_t end = complete_ ? hit : buffer_.size();
      std::string_view line(buffer_.data() + at_, end - at_);
      at_ = complete_ ? end + 1 : end;
      scanned_ = at_;
      ++line_number_;
      if (line.ends_with('\r')) line.remove_suffix(1);
      return line;
    }
    if (ended_) return std::nullopt;
    scanned_ = buffer_.size();
    if (buffer_.size() - at_ > line_bytes_max_) {
      ++line_number_;
      throw Error(ErrorKind::kData,
                  where() + ": line longer than " + std::to_string(line_bytes_max_) + " bytes",
                  "is this a JSONL file?");
    }
    fill();
  }
}

}  // namespace drp
