// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "records/json_line.h"

namespace drp::pipeline {
namespace {

int open_for_writing(const std::filesystem::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | flags, 0666);
  if (descriptor < 0) {
    throw Error(ErrorKind::kIo,
                "cannot write '" + path.string() + "': " + std::generic_category().message(errno),
                "choose a run folder you may write to with run.folder=PATH");
  }
  return descriptor;
}

}  // namespace

RunFolder::RunFolder(std::filesystem::path root, const Clock& clock, Access access)
    : root_(std::move(root)), clock_(clock) {
  if (access == Access::kLook) return;
  make_folder(root_);
  const std::filesystem::path lock_path = file("lock");
  lock_ = open_for_writing(lock_path, 0);
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    const std::string owner(trim(read_file(lock_path)));
    throw Error(ErrorKind::kUsage,
                "run folder '" + root_.string() + "' is in use by process " + owner,
                "wait for it, or choose another folder with run.folder=PATH");
  }
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(lock_, 0) != 0 ||
      ::pwrite(lock_, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    const int code = errno;
    ::close(lock_);
    throw Error(
        ErrorKind::kIo,
        "cannot write '" + lock_path.string() + "': " + std::generic_category().message(code),
        "free some space and run the same command again");
  }
  log_ = open_for_writing(file("log.jsonl"), O_APPEND);
}

RunFolder::~RunFolder() {
  if (log_ >= 0) ::close(log_);
  if (lock_ >= 0) ::close(lock_);
}

void RunFolder::log(std::string_view event, std::string_view detail) {
  DRP_CHECK(log_ >= 0, "a run that is only looked at writes no log");
  const nlohmann::ordered_json line = {
      {"time", clock_.timestamp()}, {"event", event}, {"detail", repair_utf8(detail)}};
  const std::string text = dump_line(line) + "\n";
  if (::write(log_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
    throw Error(ErrorKind::kIo, "cannot write '" + file("log.jsonl").string() + "'",
                "free some space and run the same command again");
  }
}

}  // namespace drp::pipeline
