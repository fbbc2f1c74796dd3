// SPDX-License-Identifier: Apache-2.0
#include "problems/trace_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "base/error.h"

namespace drp::problems {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kTrace = "{\"question\":\"Q\",\"answer\":\"7\",\"response\":\"R\"}\n";
constexpr const char* kWithoutGold = "{\"question\":\"Q\",\"response\":\"R\"}\n";

class TraceFiles : public testing::Test {
 protected:
  TraceFiles() { fs::remove_all(folder_); }
  ~TraceFiles() override { fs::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }

  fs::path folder_ = fs::path(testing::TempDir()) / "trace_files_test";
};

std::string message_of(const std::function<void()>& call, ErrorKind kind) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST_F(TraceFiles, AFolderStandsForItsDataFiles) {
  const std::string b = write("b.jsonl", kTrace);
  const std::string a = write("a.CSV", "question,response\nQ,R\n");
  write("notes.txt", "x");
  write(".hidden.jsonl", "x");
  write("below/c.jsonl", kTrace);
  EXPECT_THAT(trace_files({folder_.string(), "-", b}), ElementsAre(a, b, "-", b));
}

TEST_F(TraceFiles, SaysWhatIsThereInstead) {
  write("x/one.parquet", "PAR1");
  write("x/two.parquet", "PAR1");
  write("x/below/c.jsonl", kTrace);
  const std::string held =
      message_of([&] { trace_files({(folder_ / "x").string()}); }, ErrorKind::kUsage);
  EXPECT_THAT(held, HasSubstr("it holds 2 .parquet, 1 folder"));
  EXPECT_THAT(held, HasSubstr("name the files themselves"));
  fs::create_directories(folder_ / "none");
  EXPECT_THAT(message_of([&] { trace_files({(folder_ / "none").string()}); }, ErrorKind::kUsage),
              HasSubstr("it is empty"));
  write("run/manifest.json", "{}");
  EXPECT_THAT(message_of([&] { trace_files({(folder_ / "run").string()}); }, ErrorKind::kUsage),
              HasSubstr("is the folder of a run"));
  EXPECT_THAT(message_of([] { trace_files({"no/such"}); }, ErrorKind::kIo),
              HasSubstr("no file or folder 'no/such'"));
}

TEST_F(TraceFiles, OneTraceThatCanBeReadIsEnough) {
  const std::string file = write("t.jsonl", std::string("not json\n") + kTrace + "nor this\n");
  EXPECT_NO_THROW(check_trace_files({file, "-"}, {}, "use --this"));
}

TEST_F(TraceFiles, AFileWithoutATraceIsNamed) {
  const std::string good = write("good.jsonl", kTrace);
  const std::string bad = write("bad.csv", "foo,bar\n1,2\n3,4\n");
  const std::string message = message_of(
      [&] {
        check_trace_files({good, bad}, {}, "use --this");
      },
      ErrorKind::kData);
  EXPECT_THAT(message, HasSubstr("bad.csv: none of 2 rows is a trace"));
  EXPECT_THAT(message, HasSubstr("no response column: found foo, bar"));
  EXPECT_THAT(message, HasSubstr("--column response=NAME"));
}

TEST_F(TraceFiles, ReferencesInAnyFileAreEnough) {
  const std::string without = write("without.jsonl", std::string(kWithoutGold) + kWithoutGold);
  const std::string with = write("with.jsonl", std::string(kWithoutGold) + kTrace);
  EXPECT_NO_THROW(check_trace_files({without, with}, {}, "use --this"));
  EXPECT_NO_THROW(check_trace_files({without}, {}, ""));
  const std::string message =
      message_of([&] { check_trace_files({without}, {}, "use --this"); }, ErrorKind::kData);
  EXPECT_THAT(message, HasSubstr("without.jsonl: no trace has a reference answer; found the "
                                 "columns question, response"));
  EXPECT_THAT(message, HasSubstr("or use --this"));
  EXPECT_THAT(message, HasSubstr("--column answer=NAME"));
}

}  // namespace
}  // namespace drp::problems
