// SPDX-License-Identifier: Apache-2.0
#include "grading/worker_pool.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"

namespace drp::grading {
namespace {

// A worker in a few words of shell: answers each line, dies at "die", sleeps at "sleep".
const char* const kShell =
    "while IFS= read -r line; do case \"$line\" in die*) kill -9 $$;; sleep*) sleep 60;; "
    "*) echo \"got $line\";; esac; done";

std::vector<std::string> run(const std::vector<std::string>& lines, int processes,
                             std::int64_t limit_ms = 10'000, const char* shell = kShell) {
  std::size_t at = 0;
  std::vector<std::string> answers;
  const StopFlag stop;
  run_workers(
      {{"/bin/sh", "-c", shell}, processes, [=](const std::string&) { return limit_ms; }},
      [&]() -> std::optional<std::string> {
        return at < lines.size() ? std::optional(lines[at++]) : std::nullopt;
      },
      [&](std::string&& answer) { answers.push_back(std::move(answer)); },
      [](const std::string& line, std::string_view why) {
        return "failed " + line + ": " + std::string(why);
      },
      stop);
  return answers;
}

TEST(WorkerPoolTest, KeepsTheOrderAtAnyNumberOfProcesses) {
  std::vector<std::string> lines;
  std::vector<std::string> expected;
  for (int i = 0; i < 700; ++i) {
    lines.push_back("line " + std::to_string(i) + std::string(i % 50 == 0 ? 70'000 : 3, 'x'));
    expected.push_back("got " + lines.back());
  }
  for (const int processes : {1, 3}) EXPECT_EQ(run(lines, processes), expected) << processes;
}

TEST(WorkerPoolTest, ADeadWorkerCostsItsLineOnly) {
  std::vector<std::string> lines;
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    const bool dies = i % 60 == 7;
    lines.push_back((dies ? "die " : "line ") + std::to_string(i));
    expected.push_back(dies ? "failed " + lines.back() + ": the grading process died"
                            : "got " + lines.back());
  }
  EXPECT_EQ(run(lines, 2), expected);
}

// What a process had answered when it stopped reading counts; the line behind is what it died of.
TEST(WorkerPoolTest, TheLastAnswersOfADyingProcessCount) {
  const char* const shell =
      "read -r line; exec 0<&-; sleep 0.3; echo \"got $(echo \"$line\" | cut -c1-6)\"";
  const std::string tail(70'000, 'x');  // more than a pipe holds
  std::vector<std::string> lines;
  for (int i = 1; i <= 4; ++i) lines.push_back("line " + std::to_string(i) + tail);
  std::vector<std::string> answers = run(lines, 1, 10'000, shell);
  for (std::string& answer : answers) answer = answer.substr(0, answer.find('x'));
  EXPECT_EQ(answers, (std::vector<std::string>{"got line 1", "failed line 2", "got line 3",
                                               "failed line 4"}));
}

TEST(WorkerPoolTest, ALineThatTakesTooLongIsGivenUp) {
  const std::vector<std::string> answers = run({"a", "sleep", "b", "c"}, 1, 300);
  EXPECT_EQ(answers,
            (std::vector<std::string>{"got a", "failed sleep: took too long", "got b", "got c"}));
}

TEST(WorkerPoolTest, NothingToDoAndNothingToStart) {
  EXPECT_TRUE(run({}, 2).empty());
  const StopFlag stop;
  EXPECT_THROW(run_workers(
                   {{"/no/such/program"}, 1, [](const std::string&) { return std::int64_t{100}; }},
                   [] { return std::nullopt; }, [](std::string&&) {},
                   [](const std::string&, std::string_view) { return std::string(); }, stop),
               Error);
}

}  // namespace
}  // namespace drp::grading
