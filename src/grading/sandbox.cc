// SPDX-License-Identifier: Apache-2.0
#include "grading/sandbox.h"

#include <unistd.h>

#include <filesystem>
#include <initializer_list>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"

namespace drp::grading {
namespace {

const std::string kNobody = "65534";
const std::string kScratchBytes = "67108864";  // of each of /tmp and /work

// "--OPTION" and its values, for each of the rows.
void add(std::vector<std::string>& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

std::vector<std::string> wrapped(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  // Root is exempt from the limit of processes, so it becomes nobody first.
  if (::geteuid() == 0) {
    add(words, {"setpriv", "--reuid=" + kNobody, "--regid=" + kNobody, "--clear-groups", "--"});
  }
  add(words, {"bwrap", "--unshare-all", "--die-with-parent", "--new-session"});
  add(words, {"--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev"});
  for (const char* name : {"bin", "sbin", "lib", "lib64"}) {
    // Either a link into /usr, or a folder of its own on older systems.
    const std::filesystem::path root = std::filesystem::path("/") / name;
    if (std::filesystem::is_symlink(root)) {
      add(words, {"--symlink", std::string("usr/") + name, root.string()});
    } else if (std::filesystem::exists(root)) {
      add(words, {"--ro-bind", root.string(), root.string()});
    }
  }
  // What it writes stays in memory and goes with it.
  add(words,
      {"--size", kScratchBytes, "--tmpfs", "/tmp", "--size", kScratchBytes, "--tmpfs", "/work"});
  add(words, {"--chdir", "/work", "--clearenv", "--setenv", "PATH", "/usr/bin:/bin"});
  add(words, {"--setenv", "HOME", "/work", "--setenv", "LANG", "C.UTF-8", "--"});
  add(words, {"/usr/bin/prlimit", "--as=536870912", "--nproc=32", "--core=0", "--"});
  words.insert(words.end(), command.begin(), command.end());
  return words;
}

// Throws where no sandbox can be made. What the code in it says of itself is not asked.
void check_sandbox() {
  if (!program_exists("bwrap")) {
    throw Error(ErrorKind::kConfig, "code is only run in a sandbox, and bubblewrap is missing",
                "install it (Debian: apt-get install bubblewrap)");
  }
  if (!program_exists("prlimit") || (::geteuid() == 0 && !program_exists("setpriv"))) {
    throw Error(ErrorKind::kConfig, "the sandbox needs prlimit and setpriv", "install util-linux");
  }
  const ProcessResult probe = run_process(wrapped({"/usr/bin/true"}), {});
  if (probe.exit_code == 0) return;
  throw Error(ErrorKind::kConfig,
              "bubblewrap cannot make a sandbox here: " + std::string(trim(probe.errors)),
              "it needs user namespaces (sysctl kernel.unprivileged_userns_clone=1)");
}

}  // namespace

ProcessResult run_in_sandbox(const std::vector<std::string>& command, std::string_view input,
                             std::int64_t milliseconds_max) {
  static const bool checked = [] {
    check_sandbox();
    return true;
  }();
  DRP_CHECK(checked, "a sandbox that cannot be made throws");
  return run_process(wrapped(command), input, {.milliseconds_max = milliseconds_max});
}

}  // namespace drp::grading
