// SPDX-License-Identifier: Apache-2.0
#include "problems/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"

namespace drp::problems {
namespace {

using Rows = std::vector<std::vector<std::string>>;
using testing::HasSubstr;

std::string write(const std::string& content) {
  const std::string path = testing::TempDir() + "/csv_reader_test.csv";
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

Rows read(const std::string& content) {
  CsvReader reader(write(content));
  Rows rows;
  while (auto row = reader.next()) rows.push_back(*row);
  return rows;
}

struct Case {
  const char* name;
  std::string content;
  Rows rows;
};

TEST(CsvReader, ReadsWhatRfc4180Allows) {
  const Case cases[] = {
      {"plain", "a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"no last line end", "a,b\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"carriage returns", "a,b\r\n1,2\r\n", {{"a", "b"}, {"1", "2"}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n1,2\n",
       {{"a", "b"}, {"1", "2"}}},
      {"quoted separator", "a,b\n\"1,000\",2\n", {{"a", "b"}, {"1,000", "2"}}},
      {"quoted line ends", "a,b\n\"x\ny\r\nz\",2\n", {{"a", "b"}, {"x\ny\r\nz", "2"}}},
      {"doubled quote", "a,b\n\"say \"\"hi\"\"\",2\n", {{"a", "b"}, {"say \"hi\"", "2"}}},
      {"curly quotes",
       "a,b\n\xE2\x80\x9Chi\xE2\x80\x9D,2\n",
       {{"a", "b"}, {"\xE2\x80\x9Chi\xE2\x80\x9D", "2"}}},
      {"quote inside a bare field", "a,b\n5\" pipe,2\n", {{"a", "b"}, {"5\" pipe", "2"}}},
      {"empty fields", "a,b\n,\n\"\",\n", {{"a", "b"}, {"", ""}, {"", ""}}},
      {"empty lines", "a,b\n\n1,2\n\r\n", {{"a", "b"}, {"1", "2"}}},
      {"empty file", "", {}},
      {"invalid UTF-8", "a\n\xFF\n", {{"a"}, {"\xEF\xBF\xBD"}}},
  };
  for (const Case& row : cases) EXPECT_EQ(read(row.content), row.rows) << row.name;
}

TEST(CsvReader, ReadsAcrossItsBuffer) {
  const std::string field(200000, 'x');
  EXPECT_EQ(read("a,b\n\"" + field + "\n\"\"\",2\n"), (Rows{{"a", "b"}, {field + "\n\"", "2"}}));
}

struct BadCase {
  const char* name;
  std::string content;
  const char* line;
  const char* what;
};

TEST(CsvReader, RefusesWithLineAndRow) {
  const BadCase cases[] = {
      {"open quote", "a,b\n1,2\n\"x,3\n4,5\n", ":3: row 3", "never closes"},
      {"text after a quote", "a,b\n\"x\"y,2\n", ":2: row 2", "follows a closing quote"},
      {"NUL", std::string("a,b\n1,\0", 7), ":2: row 2", "NUL"},
      {"NUL in quotes", std::string("a,b\n\"1\0\",3\n", 11), ":2: row 2", "NUL"},
      {"too few fields", "a,b\n1,2\n3\n", ":3: row 3", "has 1 fields, the header has 2"},
      {"too many fields", "a,b\n1,2,3\n", ":2: row 2", "has 3 fields, the header has 2"},
      {"line counts quoted line ends", "a,b\n\"1\n\n\",2\n3\n", ":5: row 3", "has 1 fields"},
  };
  for (const BadCase& row : cases) {
    try {
      read(row.content);
      FAIL() << row.name;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kData) << row.name;
      EXPECT_THAT(error.message(), HasSubstr(row.line)) << row.name;
      EXPECT_THAT(error.message(), HasSubstr(row.what)) << row.name;
    }
  }
}

TEST(CsvReader, NamesAMissingFile) {
  try {
    CsvReader reader("no/such/file.csv");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), HasSubstr("no/such/file.csv"));
  }
}

}  // namespace
}  // namespace drp::problems
