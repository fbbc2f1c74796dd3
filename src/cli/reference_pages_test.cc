// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/help_text.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;

std::string page(const std::string& name) {
  return read_file(std::filesystem::path(DRP_SOURCE_DIR) / name);
}

TEST(ReferencePagesTest, AreWhatTheProgramPrints) {
  EXPECT_EQ(page("docs/cli.md"), commands_markdown(command_table())) << "run `make docs`";
  EXPECT_EQ(page("docs/recipe.md"), recipe_markdown()) << "run `make docs`";
  EXPECT_EQ(page("docs/formats.md"), formats_markdown()) << "run `make docs`";
}

TEST(ReferencePagesTest, EveryCommandHasALineAndAnExample) {
  for (const Command& command : command_table()) {
    EXPECT_FALSE(command.doc.empty()) << command.name;
    EXPECT_THAT(command.details, HasSubstr("Example:\n  drp " + command.name)) << command.name;
  }
}

TEST(ReferencePagesTest, EverySectionOfTheRecipeStandsOnce) {
  std::set<std::string> headings;
  const std::string page = recipe_markdown();
  for (const std::string_view line : split(page, '\n')) {
    if (!line.starts_with("## ")) continue;
    EXPECT_TRUE(headings.insert(std::string(line)).second) << line;
  }
  EXPECT_TRUE(headings.contains("## teacher"));
}

// Commands that the README tells a stranger to type must exist.
TEST(ReferencePagesTest, TheReadmeNamesRealCommands) {
  const std::string readme = page("README.md");
  const std::string makefile = page("Makefile");
  for (const std::string target : {"demo", "test"}) {
    EXPECT_THAT(readme, HasSubstr("make " + target));
    EXPECT_THAT(makefile, HasSubstr("\n" + target + ":"));
  }
  EXPECT_THAT(readme, HasSubstr("drp prune traces.jsonl -o out/"));
}

}  // namespace
}  // namespace drp::cli
