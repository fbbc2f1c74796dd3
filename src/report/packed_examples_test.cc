// SPDX-License-Identifier: Apache-2.0
#include "report/packed_examples.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "report/unpack_for_tests.h"

namespace drp::report {
namespace {

using Json = nlohmann::json;

class Packed : public testing::Test {
 protected:
  Packed()
      : folder_(std::filesystem::path(testing::TempDir()) /
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    std::filesystem::remove_all(folder_);
    make_folder(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string elements(const PackedExamples& packed) const {
    AtomicFile file(folder_ / "elements.html");
    packed.write_elements(file);
    file.publish();
    return read_file(folder_ / "elements.html");
  }

  std::filesystem::path folder_;
};

// The content of the element with this id.
std::string content_of(const std::string& html, const std::string& id) {
  const std::size_t at = html.find("id=\"" + id + "\">");
  if (at == std::string::npos) return "";
  const std::size_t begin = html.find('>', at) + 1;
  return html.substr(begin, html.find("</script>", begin) - begin);
}

// So much that no two bodies compress each other.
std::string noise(std::uint64_t seed, std::size_t bytes) {
  Random random(seed);
  std::string text;
  while (text.size() < bytes) text += static_cast<char>(random.between('0', 'z'));
  return text;
}

Example example_of(int number, const std::string& text) {
  Example example;
  example.entry = Json::array({"t" + std::to_string(number), number}).dump();
  example.labels = {{"skill", number % 2 == 0 ? "even" : "odd"}, {"skill", "all"}};
  example.body = Json::array({text}).dump();
  return example;
}

TEST_F(Packed, EntriesLabelsAndBodiesComeBack) {
  PackedExamples packed("traces", folder_);
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) {
    texts.push_back(noise(std::uint64_t(i), 3000) + "</script>\n");
    packed.add(example_of(i, texts.back()));
  }
  packed.finish();
  EXPECT_EQ(packed.examples(), 300);
  const std::string html = elements(packed);
  const Json header = Json::parse(content_of(html, "traces-data"));
  EXPECT_FALSE(header.contains("parts"));
  const Json index = Json::parse(inflate(unbase64(header.at("index").get<std::string>())));
  EXPECT_EQ(index.at("labels"),
            Json::parse(R"([["skill","even"],["skill","all"],["skill","odd"]])"));
  ASSERT_EQ(index.at("entries").size(), 300U);
  EXPECT_EQ(index.at("entries")[7], Json::parse(R"(["t7",7,[2,1]])"));

  ASSERT_GT(header.at("lines").size(), 2U) << "a block holds 256 KiB of bodies";
  std::size_t at = 0;
  for (std::size_t block = 0; block < header.at("lines").size(); ++block) {
    const std::string text =
        inflate(unbase64(content_of(html, "traces-block-" + std::to_string(block))));
    const auto lines = split(text, '\n');
    ASSERT_EQ(lines.size(), header.at("lines")[block].get<std::size_t>());
    for (const std::string_view line : lines) EXPECT_EQ(Json::parse(line)[0], texts.at(at++));
  }
  EXPECT_EQ(at, 300U);
  EXPECT_EQ(packed.data_bytes() + packed.blocks_bytes() + 100 > std::int64_t(html.size()), true);
}

TEST_F(Packed, PartsHoldTheSameBlocks) {
  PackedExamples packed("traces", folder_);
  for (int i = 0; i < 1600; ++i) packed.add(example_of(i, noise(std::uint64_t(i), 3000)));
  packed.finish();
  const std::string inline_html = elements(packed);
  const std::vector<std::string> files = packed.write_parts(folder_);
  ASSERT_GE(files.size(), 2U);
  const std::string html = elements(packed);
  EXPECT_EQ(html.find("traces-block-"), std::string::npos);
  EXPECT_LT(std::int64_t(html.size()), packed.data_bytes() + 100);
  const Json parts = Json::parse(content_of(html, "traces-data")).at("parts");
  ASSERT_EQ(parts.size(), files.size());
  std::size_t block = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    EXPECT_EQ(parts[i].at("file"), files[i]);
    const std::string script = read_file(folder_ / files[i]);
    EXPECT_LE(script.size(), std::size_t{2} << 20U);
    const std::string open = "drpPart(\"" + files[i] + "\", ";
    ASSERT_EQ(script.substr(0, open.size()), open);
    const Json blocks = Json::parse(script.substr(open.size(), script.size() - open.size() - 3));
    ASSERT_EQ(blocks.size(), parts[i].at("blocks").get<std::size_t>());
    for (const Json& text : blocks) {
      EXPECT_EQ(text, content_of(inline_html, "traces-block-" + std::to_string(block++)));
    }
  }
}

TEST_F(Packed, NothingIsLeftOnDisk) {
  {
    PackedExamples packed("traces", folder_);
    packed.add(example_of(1, noise(1, 400000)));
    packed.finish();
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(Packed, AnUnusableFolderIsAnIoError) {
  try {
    PackedExamples packed("traces", folder_ / "absent");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_THAT(error.message(), testing::HasSubstr("absent"));
  }
}

}  // namespace
}  // namespace drp::report
