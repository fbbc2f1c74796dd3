// SPDX-License-Identifier: Apache-2.0
#include "cli/help_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "base/text_layout.h"

namespace drp::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Le;

struct Options {
  std::string file;
  std::vector<std::string> rest;
  bool dry_run = false;
  std::string output = "out";
};

Command command_for(Options& options) {
  Command command;
  command.name = "prune";
  command.group = "Data";
  command.doc = "make traces shorter";
  command.details = "Words that\nare filled.\n\nExample:\n  drp prune";
  command.flags = {{"file", "FILE", "traces", &options.file, true},
                   {"rest", "KEY=VALUE", "overrides", &options.rest},
                   {"--dry-run", "", "do nothing", &options.dry_run},
                   {"--hidden", "", "", &options.dry_run},
                   {"-o,--output", "FOLDER", "where to", &options.output}};
  return command;
}

TEST(HelpText, ShowsUsageFlagsAndDefaults) {
  Options options;
  const std::string help = command_help(command_for(options));
  EXPECT_THAT(help, HasSubstr("Usage: drp prune FILE [KEY=VALUE...] [options]\n"));
  EXPECT_THAT(help, HasSubstr("\nWords that are filled.\n\nExample:\n  drp prune\n"));
  EXPECT_THAT(help, HasSubstr("  -o, --output FOLDER  where to [out]\n"));
  EXPECT_THAT(help, ::testing::Not(HasSubstr("--hidden")));
}

TEST(HelpText, TheProgramPageGroupsCommands) {
  Options options;
  const Command first = command_for(options);
  Command second = first;
  second.name = "grade";
  const std::string page = program_help({first, second});
  EXPECT_THAT(page, HasSubstr("Data:\n  prune         make traces shorter\n  grade "));
}

TEST(HelpText, EveryPageFitsATerminalOf80Columns) {
  std::vector<std::string> pages = {program_help(command_table())};
  for (const Command& command : command_table()) pages.push_back(command_help(command));
  for (const std::string& page : pages) {
    for (const std::string_view line : split(page, '\n')) {
      EXPECT_THAT(columns_of(line), Le(kTextColumns)) << line;
    }
  }
}

}  // namespace
}  // namespace drp::cli
