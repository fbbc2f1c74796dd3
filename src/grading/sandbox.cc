// SPDX-License-Identifier: Apache-2.0
#include "grading/sandbox.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/text.h"

namespace drp::grading {
namespace {

constexpr unsigned kNobody = 65534;

// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "drp-code-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw Error(ErrorKind::kIo,
                  "cannot make a folder in " + std::filesystem::temp_directory_path().string(),
                  "free some space or set TMPDIR");
    }
    path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;  // a folder left in the temporary folder harms nobody
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::vector<std::string> wrapped(const std::filesystem::path& folder,
                                 const std::vector<std::string>& command) {
  std::vector<std::string> words;
  // Root is exempt from the limit of processes, so it becomes nobody first.
  if (::geteuid() == 0) {
    const std::string nobody = std::to_string(kNobody);
    words = {"setpriv", "--reuid=" + nobody, "--regid=" + nobody, "--clear-groups", "--"};
  }
  words.insert(words.end(), {"bwrap", "--unshare-all", "--die-with-parent", "--new-session",
                             "--ro-bind", "/usr", "/usr"});
  for (const char* name : {"bin", "sbin", "lib", "lib64"}) {
    // Either a link into /usr, or a folder of its own on older systems.
    const std::filesystem::path root = std::filesystem::path("/") / name;
    if (std::filesystem::is_symlink(root)) {
      words.insert(words.end(), {"--symlink", std::string("usr/") + name, root.string()});
    } else if (std::filesystem::exists(root)) {
      words.insert(words.end(), {"--ro-bind", root.string(), root.string()});
    }
  }
  words.insert(words.end(), {"--proc",
                             "/proc",
                             "--dev",
                             "/dev",
                             "--tmpfs",
                             "/tmp",
                             "--bind",
                             folder.string(),
                             "/work",
                             "--chdir",
                             "/work",
                             "--clearenv",
                             "--setenv",
                             "PATH",
                             "/usr/bin:/bin",
                             "--setenv",
                             "HOME",
                             "/work",
                             "--setenv",
                             "LANG",
                             "C.UTF-8",
                             "--",
                             "/usr/bin/prlimit",
                             "--as=536870912",
                             "--nproc=32",
                             "--fsize=67108864",
                             "--core=0",
                             "--"});
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

}  // namespace

ProcessResult run_in_sandbox(const std::vector<std::pair<std::string, std::string>>& files,
                             const std::vector<std::string>& command, std::string_view input,
                             std::int64_t milliseconds_max) {
  const TemporaryFolder folder;
  if (::geteuid() == 0 && ::chown(folder.path().c_str(), kNobody, kNobody) != 0) {
    throw Error(ErrorKind::kIo, "cannot give '" + folder.path().string() + "' to the sandbox");
  }
  for (const auto& [name, content] : files) {
    std::ofstream(folder.path() / name, std::ios::binary) << content;
  }
  ProcessResult result;
  try {
    result =
        run_process(wrapped(folder.path(), command), input, {.milliseconds_max = milliseconds_max});
  } catch (const Error&) {
    throw Error(ErrorKind::kConfig, "code is only run in a sandbox, and bubblewrap is missing",
                "install it (Debian: apt-get install bubblewrap)");
  }
  if (result.exit_code == 1 && result.errors.starts_with("bwrap: ")) {
    throw Error(ErrorKind::kConfig,
                "bubblewrap cannot make a sandbox here: " +
                    std::string(trim(std::string_view(result.errors).substr(7))),
                "it needs user namespaces (sysctl kernel.unprivileged_userns_clone=1)");
  }
  return result;
}

}  // namespace drp::grading
