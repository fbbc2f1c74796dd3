// SPDX-License-Identifier: Apache-2.0
// Style as a test: each rule is tested on made-up text, then run over the whole tree.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "tidy_rules.h"

namespace drp::tidy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<SourceFile> read_tree(const std::string& folder,
                                  const std::vector<std::string>& endings) {
  const std::filesystem::path root = DRP_SOURCE_DIR;
  std::vector<SourceFile> files;
  if (!std::filesystem::exists(root / folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
    const std::string path = std::filesystem::relative(entry.path(), root).string();
    const bool wanted = std::any_of(endings.begin(), endings.end(),
                                    [&](const std::string& end) { return path.ends_with(end); });
    if (entry.is_regular_file() && wanted) files.push_back({path, read_file(entry.path())});
  }
  std::sort(files.begin(), files.end(),
            [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
  return files;
}

std::vector<SourceFile> all_sources() {
  std::vector<SourceFile> all;
  for (const std::string folder : {"src", "tests", "bench", "fuzz"}) {
    for (SourceFile& file : read_tree(folder, {".h", ".cc"})) all.push_back(std::move(file));
  }
  return all;
}

TEST(TidyRulesTest, FindAnUndeclaredInclude) {
  const ModuleTable modules = read_modules(
      {{"src/base/CMakeLists.txt", "drp_add_module(NAME base DEPENDS PRIVATE_LIBS x)"},
       {"src/llm/CMakeLists.txt", "drp_add_module(NAME llm DEPENDS base)"},
       {"src/llm/llama/CMakeLists.txt", "drp_add_module(NAME llm_llama DEPENDS base llm)"},
       {"src/prune/CMakeLists.txt", "drp_add_module(NAME prune\n  DEPENDS base)"}});
  EXPECT_THAT(check_includes({{"src/prune/a.cc", "#include \"base/b.h\"\n#include \"llm/c.h\"\n"}},
                             modules),
              ElementsAre("src/prune/a.cc:2: prune may not include llm"));
  EXPECT_THAT(check_includes({{"src/llm/a.cc", "#include \"llm/llama/c.h\"\n"}}, modules),
              ElementsAre("src/llm/a.cc:1: llm may not include llm/llama"));
  EXPECT_THAT(check_includes({{"src/llm/llama/a.cc", "#include \"llm/c.h\"\n"}}, modules),
              IsEmpty());
}

TEST(TidyRulesTest, FindWhatIsTooLong) {
  std::string body;
  for (int i = 0; i < 75; ++i) body += "  x();\n";
  EXPECT_THAT(check_sizes({"src/a/b.cc", "void f() {\n" + body + "}\n"}),
              ElementsAre(HasSubstr("src/a/b.cc:1: function of 76 lines")));
  EXPECT_THAT(check_sizes({"src/a/b.h", std::string(151, '\n')}),
              ElementsAre(HasSubstr("151 lines, at most 150")));
  EXPECT_THAT(check_sizes({"src/a/b.cc", std::string(101, 'x')}),
              ElementsAre("src/a/b.cc:1: over 100 columns"));
  EXPECT_THAT(check_sizes({"src/a/b.cc", "void f() {\n  x();\n}\n"}), IsEmpty());
}

TEST(TidyRulesTest, FindBannedText) {
  const std::string licence = "// SPDX-License-Identifier: Apache-2.0\n";
  EXPECT_THAT(check_text({"src/a/b.cc", licence + "auto x = std::stoi(y);\n"}),
              ElementsAre("src/a/b.cc:2: std::stoi: use drp::parse_int"));
  EXPECT_THAT(check_text({"src/a/b.cc", licence + "#include <torch/torch.h>\n"}),
              ElementsAre(HasSubstr("belongs into src/train/torch/")));
  EXPECT_THAT(check_text({"src/a/text_utils.h", licence + "#pragma once\n"}),
              ElementsAre(HasSubstr("name it for its subject")));
  EXPECT_THAT(check_text({"src/a/b.h", "int x;\n"}), ::testing::SizeIs(2));
}

TEST(TidyTest, ModulesIncludeOnlyWhatTheyDeclare) {
  const ModuleTable modules = read_modules(read_tree("src", {"CMakeLists.txt"}));
  EXPECT_GE(modules.size(), 10U);
  EXPECT_THAT(check_includes(all_sources(), modules), IsEmpty());
}

TEST(TidyTest, FilesAndFunctionsAreSmall) {
  for (const SourceFile& file : all_sources()) EXPECT_THAT(check_sizes(file), IsEmpty());
}

TEST(TidyTest, NoBannedTextAndNoEmptyNames) {
  for (const SourceFile& file : all_sources()) EXPECT_THAT(check_text(file), IsEmpty());
}

// The rules must not know the generator's wordings: the demo's evidence would be circular.
TEST(TidyTest, RulesAndGeneratorShareNoPhrase) {
  const auto sources = read_tree("src", {".h", ".cc"});
  const auto rules = phrases(sources, "src/teacher/");
  const auto path = phrases(sources, "src/path/");
  const auto generator = phrases(sources, "src/problems/");
  std::vector<std::string> shared;
  for (const auto* list : {&rules, &path}) {
    std::set_intersection(list->begin(), list->end(), generator.begin(), generator.end(),
                          std::back_inserter(shared));
  }
  EXPECT_THAT(shared, IsEmpty());
}

// Every folder below src/ has its row in the table that a newcomer reads.
TEST(TidyTest, EveryModuleIsInTheTable) {
  const std::string page = read_file(std::filesystem::path(DRP_SOURCE_DIR) / "src/README.md");
  for (const auto& [folder, allowed] : read_modules(read_tree("src", {"CMakeLists.txt"}))) {
    EXPECT_THAT(page, HasSubstr("`" + folder + "/`"));
  }
}

}  // namespace
}  // namespace drp::tidy
