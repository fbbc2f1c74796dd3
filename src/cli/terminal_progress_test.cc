// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal_progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::internal::CaptureStderr;
using ::testing::internal::GetCapturedStderr;

class FakeClock final : public Clock {
 public:
  double seconds() const override { return now; }
  std::string timestamp() const override { return ""; }
  double now = 100;
};

TEST(TerminalProgressTest, RedrawsOneLineOnATerminal) {
  CaptureStderr();
  FakeClock clock;
  TerminalProgress progress(clock, {.live = true, .width = 60});
  progress.begin("sample", 200);
  progress.update(40, "40 kept");
  clock.now += 10;
  progress.update(60, "20 complete");
  clock.now += 0.01;
  progress.update(61, "too soon to draw");
  progress.end("all complete");
  const std::string text = GetCapturedStderr();
  EXPECT_THAT(text, HasSubstr("\r\x1B[Ksample  60/200 30%  2.0/s  1:10 left  20 complete"));
  EXPECT_THAT(text, Not(HasSubstr("too soon")));
  EXPECT_THAT(text, HasSubstr("sample: 61 done in 0:10, all complete\n"));
}

TEST(TerminalProgressTest, WritesPlainLinesElsewhere) {
  CaptureStderr();
  FakeClock clock;
  TerminalProgress progress(clock, {});
  progress.begin("prune", 0);
  for (int i = 1; i <= 100; ++i) {
    clock.now += 1;
    progress.update(i, "");
  }
  progress.warn("disk nearly full");
  progress.end("");
  const std::string text = GetCapturedStderr();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5)
      << "one line per 30 s, the warning, the end";
  EXPECT_THAT(text, Not(HasSubstr("\x1B")));
  EXPECT_THAT(text, HasSubstr("warning: disk nearly full\n"));
}

TEST(TerminalProgressTest, FormatsDurations) {
  EXPECT_EQ(format_duration(0), "0:00");
  EXPECT_EQ(format_duration(65.4), "1:05");
  EXPECT_EQ(format_duration(7389), "2:03:09");
}

}  // namespace
}  // namespace drp::cli
