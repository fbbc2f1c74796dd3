// SPDX-License-Identifier: Apache-2.0
#include "base/file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "base/error.h"

namespace drp {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "drp_file_test" /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::size_t files_in_folder() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_)) ++count;
    return count;
  }
  std::vector<std::string> lines_of(const std::string& content) const {
    std::ofstream(folder_ / "lines", std::ios::binary) << content;
    LineReader reader(folder_ / "lines");
    std::vector<std::string> lines;
    while (const auto line = reader.next()) lines.emplace_back(*line);
    return lines;
  }

  std::filesystem::path folder_;
};

TEST_F(FileTest, AFolderInPlaceOfAFileIsTheUsersMistake) {
  for (const bool lines : {false, true}) {
    try {
      if (lines) LineReader reader(folder_);
      if (!lines) read_file(folder_);
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      EXPECT_THAT(error.hint(), HasSubstr("this is a folder"));
    }
  }
}

TEST_F(FileTest, AtomicFileShowsAllOrNothing) {
  const auto path = folder_ / "out.json";
  write_file_atomic(path, "old");
  {
    AtomicFile file(path);
    file.write("half");
    EXPECT_EQ(read_file(path), "old");
  }
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(files_in_folder(), 1U) << "an unpublished file leaves no trace";
  {
    AtomicFile file(path);
    file.write("ne");
    file.write("w");
    file.publish();
  }
  EXPECT_EQ(read_file(path), "new");
  EXPECT_EQ(files_in_folder(), 1U);
}

TEST_F(FileTest, ErrorsNameThePath) {
  const std::string missing = (folder_ / "no" / "file").string();
  for (const auto& act : std::vector<std::function<void()>>{
           [&] { read_file(missing); }, [&] { write_file_atomic(missing, "x"); },
           [&] { LineReader reader(missing); }, [&] { make_folder("/dev/null/x"); }}) {
    try {
      act();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kIo);
      EXPECT_THAT(error.message(), ::testing::AnyOf(HasSubstr(missing), HasSubstr("/dev/null/x")));
    }
  }
  EXPECT_THROW(LineReader reader(folder_), Error) << "a folder has no lines";
}

TEST_F(FileTest, LinesEndInLfOnly) {
  EXPECT_THAT(lines_of(""), ElementsAre());
  EXPECT_THAT(lines_of("a\n"), ElementsAre("a"));
  EXPECT_THAT(lines_of("a\r\n\nb"), ElementsAre("a", "", "b"));
  EXPECT_THAT(lines_of("a\xE2\x80\xA8"
                       "b\x0B\x0C\n"),
              ElementsAre("a\xE2\x80\xA8"
                          "b\x0B\x0C"));
}

TEST_F(FileTest, LongLinesComeWholeUpToTheLimit) {
  const std::string longest(3000000, 'x');
  EXPECT_THAT(lines_of(longest + "\ny"), ElementsAre(longest, "y"));
  LineReader reader(folder_ / "lines", 1000);
  try {
    reader.next();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.message(), HasSubstr("lines:1: line longer than 1000"));
  }
}

TEST_F(FileTest, KnowsWhereItIsAndWhetherTheLineWasWhole) {
  std::ofstream(folder_ / "f") << "one\ntwo";
  LineReader reader(folder_ / "f");
  reader.next();
  EXPECT_TRUE(reader.complete());
  reader.next();
  EXPECT_FALSE(reader.complete());
  EXPECT_THAT(reader.where(), ::testing::EndsWith("f:2"));
}

}  // namespace
}  // namespace drp
