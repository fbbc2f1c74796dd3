// SPDX-License-Identifier: Apache-2.0
// For tests of whole commands against services of our own on the loopback.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/program.h"
#include "llm/scratch_folder.h"

namespace drp::cli {

struct CommandOutcome {
  int code = 0;
  std::string out;
  std::string err;
};

// The program with these arguments, in this process.
inline CommandOutcome run_words(const std::vector<std::string>& words) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  CommandOutcome outcome;
  outcome.code = run_program(words);
  outcome.out = ::testing::internal::GetCapturedStdout();
  outcome.err = ::testing::internal::GetCapturedStderr();
  return outcome;
}

// Records of a log, without its version line.
inline std::vector<nlohmann::json> log_records(const std::filesystem::path& file) {
  std::vector<nlohmann::json> records;
  LineReader reader(file);
  bool first = true;
  while (const auto line = reader.next()) {
    if (!first) records.push_back(nlohmann::json::parse(*line));
    first = false;
  }
  return records;
}

// A scratch folder that is the cache as well, and a planted key.
class ServiceCommandTest : public ::testing::Test {
 protected:
  static constexpr const char* kKey = "sk-planted-51c0a9be77";

  ServiceCommandTest() {
    setenv("DRP_CACHE_DIR", (folder_ / "cache").c_str(), 1);
    setenv("DRP_TEST_KEY", kKey, 1);
  }
  ~ServiceCommandTest() override {
    unsetenv("DRP_CACHE_DIR");
    unsetenv("DRP_TEST_KEY");
  }
  // No file of the folder holds the key.
  void expect_no_key() const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file()) continue;
      EXPECT_FALSE(contains(read_file(entry.path()), kKey)) << entry.path();
    }
  }

  llm::ScratchFolder folder_;
};

}  // namespace drp::cli
