// SPDX-License-Identifier: Apache-2.0
#include "model_files/safetensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/file.h"

namespace drp::model_files {
namespace {

std::filesystem::path place() {
  return std::filesystem::path(testing::TempDir()) / "safetensors_test.safetensors";
}

SafetensorsFile example() {
  return {{{"format", "pt"}, {"step", "3"}},
          {{"b", {2, 2}, {1, 2, 3, 4}}, {"a", {3}, {0.5F, -0.25F, 8}}, {"none", {0}, {}}}};
}

std::string complaint(const std::string& bytes) {
  std::ofstream(place(), std::ios::binary | std::ios::trunc) << bytes;
  try {
    read_safetensors(place());
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kModel);
    return error.message();
  }
  return {};
}

std::string file(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size() % 256);
  bytes[1] = static_cast<char>(header.size() / 256);
  return bytes + header + data;
}

TEST(Safetensors, ReadsWhatItWrote) {
  for (const FloatType type : {FloatType::kF32, FloatType::kF16}) {
    write_safetensors(place(), example(), type);
    EXPECT_EQ(read_safetensors(place()), example());
  }
  EXPECT_EQ(read_safetensors(place()).find("b")->shape, (std::vector<std::int64_t>{2, 2}));
  EXPECT_EQ(read_safetensors(place()).find("c"), nullptr);
}

TEST(Safetensors, DataStartsAtAMultipleOfEight) {
  write_safetensors(place(), example());
  const std::string bytes = read_file(place());
  EXPECT_EQ(static_cast<unsigned char>(bytes[0]) % 8, 0);
}

TEST(Safetensors, CutShortAnywhereIsAnError) {
  write_safetensors(place(), example());
  const std::string whole = read_file(place());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    ASSERT_NE(complaint(whole.substr(0, size)), "") << size;
  }
  EXPECT_EQ(complaint(whole), "");
}

TEST(Safetensors, NamesWhatIsWrong) {
  EXPECT_THAT(complaint("abc"), testing::HasSubstr("no header"));
  EXPECT_THAT(complaint(std::string(8, '\xff') + "{}"), testing::HasSubstr("header claims"));
  EXPECT_THAT(complaint(file("{]", "")), testing::HasSubstr("damaged header"));
  EXPECT_THAT(complaint(file(R"({"x":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}})",
                             std::string(8, '\0'))),
              testing::HasSubstr("'x' has type I64"));
  EXPECT_THAT(complaint(file(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}})",
                             std::string(8, '\0'))),
              testing::HasSubstr("'x' has 8 bytes, expected 4"));
  EXPECT_THAT(complaint(file(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
                             std::string(4, '\0'))),
              testing::HasSubstr("cut short"));
  EXPECT_THAT(complaint(file(R"({"x":{"dtype":"F32","shape":[9,9,9],"data_offsets":[0,4]}})",
                             std::string(4, '\0'))),
              testing::HasSubstr("larger than the file"));
}

// What a hostile header may claim.
TEST(Safetensors, HostileHeadersAreRefused) {
  const auto two = [](const std::string& a, const std::string& b) {
    return complaint(file(R"({"x":{"dtype":"F32","shape":[2],"data_offsets":)" + a +
                              R"(},"y":{"dtype":"F32","shape":[2],"data_offsets":)" + b + "}}",
                          std::string(16, '\0')));
  };
  EXPECT_EQ(two("[0,8]", "[8,16]"), "");
  EXPECT_EQ(two("[8,16]", "[0,8]"), "");
  EXPECT_THAT(two("[0,8]", "[4,12]"), testing::HasSubstr("'y' overlaps"));
  EXPECT_THAT(two("[0,8]", "[0,8]"), testing::HasSubstr("overlaps"));
  EXPECT_THAT(two("[8,0]", "[8,16]"), testing::HasSubstr("cut short"));
  EXPECT_THAT(two("[0,8]", "[18446744073709551608,18446744073709551615]"),
              testing::HasSubstr("cut short"));
  EXPECT_THAT(two("[0,8]", "[-8,0]"), testing::HasSubstr("cut short"));
  EXPECT_THAT(two("[0,8]", "[8]"), testing::HasSubstr("cut short"));
  EXPECT_THAT(two("[0,8]", "\"all\""), testing::HasSubstr("more than whole numbers"));
  const auto one = [](const std::string& shape, std::size_t bytes) {
    return complaint(file(R"({"x":{"dtype":"F32","shape":)" + shape + R"(,"data_offsets":[0,8]}})",
                          std::string(bytes, '\0')));
  };
  EXPECT_EQ(one("[2]", 8), "");
  EXPECT_THAT(one("[2]", 12), testing::HasSubstr("4 bytes behind its last array"));
  EXPECT_THAT(one("[-2]", 8), testing::HasSubstr("larger than the file"));
  EXPECT_THAT(one("[4294967296,4294967296,2]", 8), testing::HasSubstr("larger than the file"));
  EXPECT_THAT(one("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2]", 8), testing::HasSubstr("17 dimensions"));
  EXPECT_THAT(one("[2.5]", 8), testing::HasSubstr("more than whole numbers"));
  EXPECT_THAT(complaint(file("[]", "")), testing::HasSubstr("no JSON object"));
  EXPECT_THAT(complaint(file(R"({"x":{"dtype":"F99","shape":[],"data_offsets":[0,0]}})", "")),
              testing::HasSubstr("unknown type 'F99'"));
  EXPECT_THAT(complaint(file(std::string(200, '['), "")), testing::HasSubstr("damaged header"));
}

}  // namespace
}  // namespace drp::model_files
