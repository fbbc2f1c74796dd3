// SPDX-License-Identifier: Apache-2.0
#include "llm/reply_segment.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/check.h"
#include "base/error.h"

namespace drp::llm {
namespace {

constexpr std::string_view kVersionLine = "{\"drp_log\":1,\"kind\":\"replies\"}\n";
constexpr std::size_t kReadBytes = std::size_t{1} << 18U;
constexpr std::size_t kLineReadBytes = 4096;

[[noreturn]] void fail(std::string_view verb, const std::filesystem::path& path) {
  const int code = errno;
  std::string hint = "set DRP_CACHE_DIR to a folder you may write to, or teacher.cache=off";
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    hint = "free some space and run the same command again; replies so far are kept";
  }
  throw Error(ErrorKind::kIo,
              "cannot " + std::string(verb) + " '" + path.string() +
                  "': " + std::generic_category().message(code),
              hint);
}

}  // namespace

ReplySegment::ReplySegment(std::filesystem::path path, int descriptor)
    : path_(std::move(path)), file_(descriptor) {}

ReplySegment::ReplySegment(std::filesystem::path path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_RDWR | O_CLOEXEC)) {
  if (file_.open()) return;
  writable_ = false;
  file_.reset(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file_.open()) fail("read", path_);
}

std::unique_ptr<ReplySegment> ReplySegment::create(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) {
    if (errno == EEXIST) return nullptr;
    fail("write", path);
  }
  std::unique_ptr<ReplySegment> segment(new ReplySegment(path, descriptor));
  std::uint64_t torn = 0;
  if (!segment->try_lock([](std::string_view, std::uint64_t) {}, torn)) return nullptr;
  return segment;
}

void ReplySegment::read_new(const Line& line) {
  std::string buffer;
  std::uint64_t read_to = end_;  // bytes of the file in the buffer or before it
  for (;;) {
    const std::size_t kept = buffer.size();
    buffer.resize(kept + kReadBytes);
    const ssize_t got =
        ::pread(file_.get(), buffer.data() + kept, kReadBytes, static_cast<off_t>(read_to));
    if (got < 0) fail("read", path_);
    buffer.resize(kept + static_cast<std::size_t>(got));
    if (got == 0) return;
    read_to += static_cast<std::uint64_t>(got);
    std::size_t at = 0;
    std::size_t scan = kept;
    for (std::size_t lf; (lf = buffer.find('\n', scan)) != std::string::npos; scan = at) {
      const std::string_view text(buffer.data() + at, lf - at);
      if (end_ == 0) {
        known_ = text == kVersionLine.substr(0, kVersionLine.size() - 1);
      } else if (known_) {
        line(text, end_);
      }
      end_ += text.size() + 1;
      at = lf + 1;
    }
    if (end_ > 0 && !known_) {
      throw Error(ErrorKind::kData,
                  "'" + path_.string() + "' is not a file of replies in version 1",
                  "move it away, or use the program version that wrote it");
    }
    buffer.erase(0, at);
  }
}

bool ReplySegment::try_lock(const Line& line, std::uint64_t& torn_bytes) {
  torn_bytes = 0;
  if (locked_) return true;
  if (!writable_ || ::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) return false;
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) fail("read", path_);
  if (info.st_nlink == 0) {  // cleared by another process between opening and locking
    ::flock(file_.get(), LOCK_UN);
    return false;
  }
  read_new(line);
  if (::fstat(file_.get(), &info) != 0) fail("read", path_);
  torn_bytes = static_cast<std::uint64_t>(info.st_size) - end_;
  if (torn_bytes > 0 && ::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0) {
    fail("cut the torn tail of", path_);
  }
  locked_ = true;
  if (end_ == 0) {
    known_ = true;
    append(kVersionLine.substr(0, kVersionLine.size() - 1));
  }
  return true;
}

void ReplySegment::unlock() {
  if (locked_) ::flock(file_.get(), LOCK_UN);
  locked_ = false;
}

std::uint64_t ReplySegment::append(std::string_view line) {
  DRP_CHECK(locked_ && line.find('\n') == std::string_view::npos, "a line under the lock");
  std::string text(line);
  text.push_back('\n');
  const ssize_t wrote = ::pwrite(file_.get(), text.data(), text.size(), static_cast<off_t>(end_));
  if (wrote != static_cast<ssize_t>(text.size())) {
    if (wrote >= 0) errno = ENOSPC;
    const int code = errno;
    // Half a line would be cut at the next opening anyway; leave the file whole already.
    if (::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0) errno = code;
    errno = code;
    fail("write", path_);
  }
  const std::uint64_t offset = end_;
  end_ += text.size();
  return offset;
}

void ReplySegment::sync() {
  if (::fdatasync(file_.get()) != 0) fail("write", path_);
}

std::string ReplySegment::line_at(std::uint64_t offset) const {
  std::string text;
  for (std::size_t step = kLineReadBytes;; step *= 2) {
    const std::size_t kept = text.size();
    text.resize(kept + step);
    const ssize_t got =
        ::pread(file_.get(), text.data() + kept, step, static_cast<off_t>(offset + kept));
    if (got <= 0) {
      if (got == 0) errno = EIO;
      fail("read", path_);
    }
    text.resize(kept + static_cast<std::size_t>(got));
    const std::size_t lf = text.find('\n', kept);
    if (lf != std::string::npos) return text.substr(0, lf);
  }
}

}  // namespace drp::llm
