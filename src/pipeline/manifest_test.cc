// SPDX-License-Identifier: Apache-2.0
#include "pipeline/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "pipeline/run_folder.h"

namespace drp::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::filesystem::path fresh_folder() {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "drp_manifest_test" /
                      ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

TEST(ManifestTest, TellsWhatChanged) {
  const Inputs before = {{"a", "1"}, {"gone", "x"}, {"same", "s"}, {"hash", std::string(64, 'a')}};
  const Inputs now = {{"a", "2"}, {"new", ""}, {"same", "s"}, {"hash", std::string(64, 'b')}};
  EXPECT_THAT(differences(before, now),
              ElementsAre("a: 1 -> 2", "hash: aaaaaaaaaaaa -> bbbbbbbbbbbb", "new: new, (empty)",
                          "gone: gone, was x"));
  EXPECT_TRUE(differences(now, now).empty());
  EXPECT_NE(fingerprint(before), fingerprint(now));
}

TEST(ManifestTest, RemembersFinishedStages) {
  const auto path = fresh_folder() / "manifest.json";
  {
    Manifest manifest(path);
    EXPECT_EQ(manifest.find("sample"), nullptr);
    manifest.begin("sample", {{"t", "1"}});
    manifest.finish("sample", "out");
    manifest.begin("train", {});
  }
  Manifest manifest(path);
  ASSERT_NE(manifest.find("sample"), nullptr);
  EXPECT_TRUE(manifest.find("sample")->finished);
  EXPECT_EQ(manifest.find("sample")->output, "out");
  EXPECT_FALSE(manifest.find("train")->finished);
  manifest.begin("sample", {{"t", "2"}});
  EXPECT_FALSE(Manifest(path).find("sample")->finished) << "a stage that begins is not finished";
}

TEST(ManifestTest, RefusesAnotherFile) {
  const auto path = fresh_folder() / "manifest.json";
  for (const std::string content : {"", "{}", R"({"drp_manifest":2,"stages":{}})", "[1]",
                                    R"({"drp_manifest":1,"stages":{"a":{}}})"}) {
    std::ofstream(path) << content;
    EXPECT_THROW(Manifest{path}, Error) << content;
  }
}

TEST(RunFolderTest, IsForOneProgramAtATime) {
  const auto root = fresh_folder() / "run";
  const SystemClock clock;
  {
    RunFolder first(root, clock);
    try {
      RunFolder second(root, clock);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      EXPECT_THAT(error.message(), HasSubstr("in use by process " + std::to_string(::getpid())));
    }
    first.log("sample.begin", "first\ntime");
  }
  EXPECT_NO_THROW(RunFolder(root, clock)) << "the lock goes with its owner";
  EXPECT_THAT(read_file(root / "log.jsonl"), HasSubstr(R"("detail":"first\ntime"})"));
}

TEST(RunFolderTest, SaysWhereItCannotWrite) {
  try {
    const SystemClock clock;
    RunFolder folder("/proc/drp", clock);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), HasSubstr("/proc/drp"));
  }
}

}  // namespace
}  // namespace drp::pipeline
