// SPDX-License-Identifier: Apache-2.0
#include "cli/program.h"

#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/stop.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help_text.h"
#include "cli/terminal_progress.h"

namespace drp::cli {
namespace {

StopFlag g_stop;

// First signal: finish the item and stop. Second: the default action, at once.
extern "C" void on_signal(int signal) {
  g_stop.request(signal);
  std::signal(signal, SIG_DFL);
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Whether standard output is a pipe whose reader has gone, as `head` does when it has enough.
bool reader_has_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

// What was printed must have arrived.
void check_output() {
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!failed || reader_has_gone()) return;
  throw Error(ErrorKind::kIo, "cannot write to standard output", "is the disk full?");
}

int run_command(const std::vector<std::string>& words) {
  if (!words.empty() && words[0] == "--version") {
    print("drp " DRP_VERSION "\n");
    return 0;
  }
  const std::vector<Command> commands = command_table();
  const bool help =
      !words.empty() && (words[0] == "--help" || words[0] == "-h" || words[0] == "help");
  if (help && words.size() > 1) return run_command({words[1], "--help"});
  if (words.empty() || help) {
    print(program_help(commands));
    return words.empty() ? 2 : 0;
  }
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == words[0]) {
      if (!parse_arguments(command, {words.begin() + 1, words.end()})) {
        print(command_help(command));
        return 0;
      }
      const SystemClock clock;
      TerminalProgress progress(clock, TerminalProgress::look_of_stderr());
      std::signal(SIGINT, on_signal);
      std::signal(SIGTERM, on_signal);
      return command.run({progress, g_stop});
    }
    names.push_back(command.name);
  }
  const auto close = nearest(words[0], names);
  throw Error(ErrorKind::kUsage, "unknown command '" + words[0] + "'",
              close ? "did you mean '" + *close + "'?" : "see `drp --help`");
}

}  // namespace

int run_program(const std::vector<std::string>& words) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), not a death
  try {
    const int code = run_command(words);
    check_output();
    return code;
  } catch (const Error& error) {
    std::fprintf(stderr, "drp: %s\n", printable(error.what()).c_str());
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    std::fputs("drp: out of memory (a smaller model, batch or --limit needs less)\n", stderr);
  } catch (const std::system_error& problem) {
    std::fprintf(stderr, "drp: the system refused: %s (run the same command again later)\n",
                 problem.code().message().c_str());
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "drp: internal error: %s\n", problem.what());
  }
  return 1;
}

}  // namespace drp::cli
