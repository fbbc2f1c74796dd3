// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <system_error>

#include "base/error.h"
#include "base/text.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace drp {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what, int code) {
  throw Error(ErrorKind::kIo, what + ": " + std::generic_category().message(code),
              "is it installed and in PATH?");
}

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) fail("cannot make a pipe", errno);
    read.reset(ends[0]);
    write.reset(ends[1]);
  }
  Descriptor read;
  Descriptor write;
};

// Hands a descriptor on, without blocking from now on.
void take(Descriptor& to, Descriptor& from) {
  const int copy = ::fcntl(from.get(), F_DUPFD_CLOEXEC, 0);
  if (copy < 0) fail("cannot keep a pipe", errno);
  ::fcntl(copy, F_SETFL, O_NONBLOCK);
  to.reset(copy);
}

// Appends what is there; false at the end of the stream.
bool read_some(const Descriptor& stream, std::string& out, std::size_t bytes_max) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(stream.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  const std::size_t room = bytes_max - std::min(bytes_max, out.size());
  out.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
  return true;
}

// Moves the bytes of all three streams until both outputs end; false when time is up.
bool exchange(ChildProcess& child, std::string_view input, std::size_t bytes_max,
              Clock::time_point deadline, ProcessResult& result) {
  while (child.output.open() || child.errors.open()) {
    if (input.empty()) child.input.reset();
    std::array<pollfd, 3> waits = {pollfd{child.input.get(), POLLOUT, 0},
                                   pollfd{child.output.get(), POLLIN, 0},
                                   pollfd{child.errors.get(), POLLIN, 0}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    if (::poll(waits.data(), waits.size(), static_cast<int>(left)) < 0 && errno != EINTR) {
      fail("cannot wait for a process", errno);
    }
    if (waits[0].revents != 0) {
      const ssize_t count = ::write(child.input.get(), input.data(), input.size());
      if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
      if (count < 0 && errno != EAGAIN && errno != EINTR) input = {};
    }
    if (waits[1].revents != 0 && !read_some(child.output, result.output, bytes_max)) {
      child.output.reset();
    }
    if (waits[2].revents != 0 && !read_some(child.errors, result.errors, bytes_max)) {
      child.errors.reset();
    }
  }
  return true;
}

}  // namespace

void Descriptor::reset(int value) {
  if (value_ >= 0) ::close(value_);
  value_ = value;
}

ChildProcess::ChildProcess(const std::vector<std::string>& command, const Options& options) {
  Pipe to;
  Pipe from;
  Pipe from_errors;
  take(input, to.write);
  take(output, from.read);
  if (options.pipe_errors) take(errors, from_errors.read);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to.read.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, from.write.get(), 1);
  if (options.pipe_errors) posix_spawn_file_actions_adddup2(&actions, from_errors.write.get(), 2);
  if (!options.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> words;
  words.reserve(command.size() + 1);
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int code = ::posix_spawnp(&pid_, words[0], &actions, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) {
    pid_ = -1;
    fail("cannot start '" + command[0] + "'", code);
  }
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) kill_and_wait();
}

bool ChildProcess::ended(int& status) {
  const pid_t done = ::waitpid(pid_, &status, WNOHANG);
  if (done == 0 || (done < 0 && errno == EINTR)) return false;
  ::kill(-pid_, SIGKILL);  // what it left behind
  pid_ = -1;
  return true;
}

int ChildProcess::kill_and_wait() {
  int status = 0;
  ::kill(-pid_, SIGKILL);
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return status;
}

ProcessResult run_process(const std::vector<std::string>& command, std::string_view input,
                          const ProcessOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto deadline = Clock::now() + std::chrono::milliseconds(options.milliseconds_max);
  ChildProcess child(command, {.folder = options.folder, .pipe_errors = true});
  ProcessResult result;
  result.timed_out = !exchange(child, input, options.output_bytes_max, deadline, result);
  int status = 0;
  while (!result.timed_out && !child.ended(status)) {
    result.timed_out = Clock::now() > deadline;
    ::poll(nullptr, 0, 1);
  }
  if (result.timed_out) status = child.kill_and_wait();
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

bool program_exists(std::string_view name) {
  const char* folders = std::getenv("PATH");
  for (const std::string_view folder :
       split(std::string_view(folders == nullptr ? "" : folders), ':')) {
    const auto path = std::filesystem::path(folder) / name;
    if (::access(path.c_str(), X_OK) == 0) return true;
  }
  return false;
}

}  // namespace drp
