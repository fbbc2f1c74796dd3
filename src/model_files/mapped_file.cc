// SPDX-License-Identifier: Apache-2.0
#include "model_files/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace drp::model_files {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, int code) {
  throw Error(ErrorKind::kIo,
              "cannot read '" + path.string() + "': " + std::generic_category().message(code),
              code == ENOENT ? "check the path" : "");
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, errno);
  struct stat info {};
  int code = ::fstat(descriptor, &info) != 0 ? errno : 0;
  if (code == 0 && !S_ISREG(info.st_mode)) code = S_ISDIR(info.st_mode) ? EISDIR : EINVAL;
  if (code == 0 && info.st_size > 0) {
    const std::size_t size = static_cast<std::size_t>(info.st_size);
    void* start = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (start == MAP_FAILED) {
      code = errno;
    } else {
      bytes_ = std::string_view(static_cast<const char*>(start), size);
    }
  }
  ::close(descriptor);
  if (code != 0) fail(path, code);
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

}  // namespace drp::model_files
