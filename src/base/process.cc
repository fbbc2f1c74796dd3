// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

#include "base/error.h"

extern char** environ;  // NOLINT(readability-redundant-declaration)

namespace drp {
namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& what, int code) {
  throw Error(ErrorKind::kIo, what + ": " + std::generic_category().message(code),
              "is it installed and in PATH?");
}

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value = -1) : value_(value) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }
  void reset(int value = -1) {
    if (value_ >= 0) ::close(value_);
    value_ = value;
  }

 private:
  int value_;
};

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

pid_t spawn(const std::vector<std::string>& command, const ProcessOptions& options, Pipe& input,
            Pipe& output, Pipe& errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read.get(), 0);
  posix_spawn_file_actions_adddup2(&actions, output.write.get(), 1);
  posix_spawn_file_actions_adddup2(&actions, errors.write.get(), 2);
  if (!options.folder.empty()) {
    posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = -1;
  const int code = ::posix_spawnp(&pid, words[0], &actions, &attributes, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) fail("cannot start '" + command[0] + "'", code);
  return pid;
}

// Appends what is there; false at the end of the stream.
bool read_some(Descriptor& stream, std::string& out, std::size_t bytes_max) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(stream.get(), buffer.data(), buffer.size());
  if (count < 0) return errno == EAGAIN || errno == EINTR;
  if (count == 0) return false;
  const std::size_t room = bytes_max - std::min(bytes_max, out.size());
  out.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
  return true;
}

// Moves the bytes of all three streams until both outputs end or time is up.
bool exchange(std::string_view input, const ProcessOptions& options, Pipe& to, Pipe& output,
              Pipe& errors, ProcessResult& result) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(options.milliseconds_max);
  while (output.read.get() >= 0 || errors.read.get() >= 0) {
    if (input.empty()) to.write.reset();
    std::array<pollfd, 3> waits = {pollfd{to.write.get(), POLLOUT, 0},
                                   pollfd{output.read.get(), POLLIN, 0},
                                   pollfd{errors.read.get(), POLLIN, 0}};
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    if (::poll(waits.data(), waits.size(), static_cast<int>(left)) < 0 && errno != EINTR) {
      fail("cannot wait for a process", errno);
    }
    if (waits[0].revents != 0) {
      const ssize_t count = ::write(to.write.get(), input.data(), input.size());
      if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
      if (count < 0 && errno != EAGAIN && errno != EINTR) input = {};
    }
    if (waits[1].revents != 0 && !read_some(output.read, result.output, options.output_bytes_max)) {
      output.read.reset();
    }
    if (waits[2].revents != 0 && !read_some(errors.read, result.errors, options.output_bytes_max)) {
      errors.read.reset();
    }
  }
  return true;
}

// Waits for the end until `deadline`; kills the group then.
void reap(pid_t pid, bool in_time, Clock::time_point deadline, ProcessResult& result) {
  int status = 0;
  while (true) {
    if (!in_time || Clock::now() > deadline) {
      result.timed_out = true;
      ::kill(-pid, SIGKILL);
      while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
      }
      break;
    }
    const pid_t ended = ::waitpid(pid, &status, WNOHANG);
    if (ended == pid) break;
    if (ended < 0 && errno != EINTR) return;
    ::poll(nullptr, 0, 1);
  }
  ::kill(-pid, SIGKILL);  // what it left behind
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command, std::string_view input,
                          const ProcessOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe to;
  Pipe output;
  Pipe errors;
  const auto deadline = Clock::now() + std::chrono::milliseconds(options.milliseconds_max);
  const pid_t pid = spawn(command, options, to, output, errors);
  to.read.reset();
  output.write.reset();
  errors.write.reset();
  for (const int descriptor : {to.write.get(), output.read.get(), errors.read.get()}) {
    ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
  }
  ProcessResult result;
  const bool in_time = exchange(input, options, to, output, errors, result);
  reap(pid, in_time, deadline, result);
  return result;
}

}  // namespace drp
