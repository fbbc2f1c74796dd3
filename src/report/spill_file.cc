// SPDX-License-Identifier: Apache-2.0
#include "report/spill_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "base/error.h"

namespace drp::report {
namespace {

[[noreturn]] void fail(const std::string& verb, const std::string& folder) {
  const std::string reason = std::generic_category().message(errno);
  throw Error(ErrorKind::kIo, "cannot " + verb + " a temporary file in '" + folder + "': " + reason,
              "the folder needs write access and room for the traces, compressed");
}

}  // namespace

SpillFile::SpillFile(const std::filesystem::path& folder) : folder_(folder.string()) {
  std::string name = (folder / ".spill-XXXXXX").string();
  descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor_ < 0) fail("make", folder_);
  ::unlink(name.c_str());
}

SpillFile::~SpillFile() { ::close(descriptor_); }

void SpillFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(descriptor_, bytes.data(), bytes.size(), size_);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) fail("write", folder_);
    size_ += wrote;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

std::string SpillFile::read(std::int64_t begin, std::int64_t bytes) const {
  std::string out(static_cast<std::size_t>(bytes), '\0');
  std::size_t at = 0;
  while (at < out.size()) {
    const ssize_t got = ::pread(descriptor_, out.data() + at, out.size() - at,
                                begin + static_cast<std::int64_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = EIO;
    if (got <= 0) fail("read", folder_);
    at += static_cast<std::size_t>(got);
  }
  return out;
}

}  // namespace drp::report
