// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace drp {
namespace {

ProcessResult shell(const std::string& script, std::string_view input = {},
                    const ProcessOptions& options = {}) {
  return run_process({"sh", "-c", script}, input, options);
}

TEST(ProcessTest, GivesBothStreamsAndTheStatus) {
  const ProcessResult result = shell("cat; echo bad >&2; exit 3", "in\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, "in\n");
  EXPECT_EQ(result.errors, "bad\n");
  EXPECT_FALSE(result.timed_out);
}

TEST(ProcessTest, MovesMoreThanAPipeHolds) {
  const std::string large(3'000'000, 'x');
  const ProcessResult result = shell("cat", large, {.output_bytes_max = 1 << 23});
  EXPECT_EQ(result.output, large);
  EXPECT_EQ(shell("cat", large, {.output_bytes_max = 1000}).output.size(), 1000u);
  EXPECT_EQ(shell("exit 0", large).exit_code, 0);
}

TEST(ProcessTest, KillsTheGroupWhenTimeIsUp) {
  const ProcessResult result =
      shell("sleep 60 & sleep 60; echo late", {}, {.milliseconds_max = 200});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.output, "");
}

TEST(ProcessTest, SignalsAndMissingPrograms) {
  EXPECT_EQ(shell("kill -9 $$").signal, 9);
  EXPECT_THROW(run_process({"no-such-program-anywhere"}, {}), Error);
  EXPECT_EQ(shell("pwd", {}, {.folder = "/"}).output, "/\n");
}

}  // namespace
}  // namespace drp
