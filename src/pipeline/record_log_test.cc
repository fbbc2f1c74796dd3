// SPDX-License-Identifier: Apache-2.0
#include "pipeline/record_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/file.h"

namespace drp::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RecordLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    path_ = folder_ / "problems.log.jsonl";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write_raw(std::string_view text) const { std::ofstream(path_, std::ios::binary) << text; }

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

std::vector<std::string> keys_of(const RecordLog& log) {
  std::vector<std::string> keys;
  log.visit_keys([&](const std::string& key) { keys.push_back(key); });
  return keys;
}

Problem problem(const std::string& id, const std::string& answer) {
  return Problem{.id = id, .question = "How many?\nTell.", .answer = answer};
}

TEST_F(RecordLogTest, ManyRecordsAreEachFound) {
  constexpr int kRecords = 5000;
  {
    RecordLog log(path_, "problems");
    for (int i = 0; i < kRecords; ++i) log.append("k" + std::to_string(i), "in", std::to_string(i));
    for (int i = 0; i < kRecords; i += 7) log.append("k" + std::to_string(i), "new", "true");
  }
  const RecordLog log(path_, "problems");
  EXPECT_EQ(log.size(), std::size_t{kRecords});
  EXPECT_EQ(keys_of(log).size(), std::size_t{kRecords});
  EXPECT_EQ(keys_of(log)[4999], "k4999");
  for (int i = 0; i < kRecords; ++i) {
    const std::string key = "k" + std::to_string(i);
    EXPECT_EQ(log.value(key), i % 7 == 0 ? "true" : std::to_string(i));
    EXPECT_EQ(log.has(key, "new"), i % 7 == 0);
    EXPECT_FALSE(log.contains(key + "x"));
  }
}

TEST_F(RecordLogTest, KeepsRecordsAcrossOpenings) {
  {
    RecordLog log(path_, "problems");
    log.put("a", "in1", problem("a", "1"));
    log.put("b", "in1", problem("b", "2"));
    log.put("a", "in2", problem("a", "3"));
    EXPECT_EQ(log.get<Problem>("a")->answer, "3") << "the last record of a key wins";
  }
  RecordLog log(path_, "problems");
  EXPECT_THAT(keys_of(log), ElementsAre("a", "b"));
  EXPECT_EQ(log.get<Problem>("a")->answer, "3");
  EXPECT_TRUE(log.has("a", "in2"));
  EXPECT_FALSE(log.has("a", "in1")) << "an older input is stale";
  EXPECT_EQ(log.get<Problem>("b")->question, "How many?\nTell.");
  EXPECT_EQ(log.get<Problem>("c"), std::nullopt);
  EXPECT_EQ(log.torn_bytes(), 0U);
}

TEST_F(RecordLogTest, KeysMayHoldAnything) {
  const std::string odd = "q\"uo\\te\n%41 \xC3\xA9,\"input\":\"x\",\"value\":";
  {
    RecordLog log(path_, "problems");
    log.put(odd, "i", problem("x", "1"));
  }
  RecordLog log(path_, "problems");
  EXPECT_TRUE(log.has(odd, "i"));
  EXPECT_EQ(log.get<Problem>(odd)->answer, "1");
}

// Killed at any byte: what was complete is there, the rest is cut, and appending goes on.
TEST_F(RecordLogTest, SurvivesTruncationAtEveryByte) {
  {
    RecordLog log(path_, "problems");
    for (int i = 0; i < 4; ++i) {
      log.put("k" + std::to_string(i), "in", problem(std::to_string(i), "7"));
    }
  }
  const std::string whole = read_file(path_);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string part = whole.substr(0, size);
    write_raw(part);
    const auto lines = static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
    const std::size_t records = lines == 0 ? 0 : lines - 1;
    {
      RecordLog log(path_, "problems");
      ASSERT_EQ(log.size(), records) << "cut at byte " << size;
      ASSERT_EQ(log.torn_bytes(), size - (part.rfind('\n') + 1)) << "cut at byte " << size;
      for (std::size_t i = records; i < 4; ++i) {
        log.put("k" + std::to_string(i), "in", problem(std::to_string(i), "7"));
      }
    }
    ASSERT_EQ(read_file(path_), whole) << "resumed after a cut at byte " << size;
  }
}

TEST_F(RecordLogTest, RefusesWhatIsNotItsLog) {
  const struct {
    const char* name;
    std::string content;
    std::string message;
  } rows[] = {
      {"another kind", "{\"drp_log\":1,\"kind\":\"plans\"}\n", "not a log of problems"},
      {"a newer version", "{\"drp_log\":2,\"kind\":\"problems\"}\n", "version 1"},
      {"plain JSONL", "{\"id\":\"a\"}\n", "not a log of problems"},
      {"a foreign line", "{\"drp_log\":1,\"kind\":\"problems\"}\nhello\n", ":2: not a record"},
  };
  for (const auto& row : rows) {
    write_raw(row.content);
    try {
      const RecordLog log(path_, "problems");
      FAIL() << row.name << " was accepted";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData) << row.name;
      EXPECT_THAT(error.message(), HasSubstr(row.message)) << row.name;
    }
    EXPECT_EQ(read_file(path_), row.content) << row.name << ": must stay untouched";
  }
}

TEST_F(RecordLogTest, NamesTheFileItCannotOpen) {
  try {
    const RecordLog log(folder_ / "missing" / "x.log.jsonl", "problems");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), HasSubstr("missing/x.log.jsonl"));
  }
}

TEST_F(RecordLogTest, AFullDiskIsSaidAndLeavesAWholeLog) {
  // A limit on file size fails a write half-way, just as a full disk does.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  {
    RecordLog log(path_, "problems");
    log.put("first", "in", problem("first", "1"));
    const rlimit small{std::filesystem::file_size(path_) + 20, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    try {
      log.put("second", "in", problem("second", "2"));
      ADD_FAILURE() << "the write went through";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kIo);
      EXPECT_THAT(error.message(), HasSubstr("cannot write"));
      EXPECT_THAT(error.hint(), HasSubstr("free some space"));
    }
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  }
  RecordLog log(path_, "problems");
  EXPECT_THAT(keys_of(log), ElementsAre("first"));
  EXPECT_EQ(log.torn_bytes(), 0U);
}

}  // namespace
}  // namespace drp::pipeline
