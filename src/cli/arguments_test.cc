// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"

namespace drp::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Options {
  std::string file;
  std::vector<std::string> rest;
  std::int64_t limit = 0;
  double share = 0.5;
  bool dry_run = false;
  std::string output = "out";
  std::string kind = "rules";
};

Command command_for(Options& options) {
  Command command;
  command.name = "prune";
  command.doc = "make traces shorter";
  command.flags = {{"file", "FILE", "traces", &options.file, true},
                   {"rest", "KEY=VALUE", "overrides", &options.rest},
                   {"--limit", "N", "at most so many", &options.limit, false, 0},
                   {"--share", "X", "a share", &options.share},
                   {"--dry-run", "", "do nothing", &options.dry_run},
                   {.name = "--kind",
                    .metavar = "KIND",
                    .doc = "who prunes",
                    .target = &options.kind,
                    .choices = {"rules", "openai"}},
                   {"-o,--output", "FOLDER", "where to", &options.output}};
  return command;
}

TEST(ArgumentsTest, FillsTheTargets) {
  Options options;
  ASSERT_TRUE(parse_arguments(command_for(options), {"a.jsonl", "x=1", "--limit", "7", "y=2",
                                                     "--share=0.25", "--dry-run", "-o", "there"}));
  EXPECT_EQ(options.file, "a.jsonl");
  EXPECT_THAT(options.rest, ElementsAre("x=1", "y=2"));
  EXPECT_EQ(options.limit, 7);
  EXPECT_EQ(options.share, 0.25);
  EXPECT_TRUE(options.dry_run);
  EXPECT_EQ(options.output, "there");
}

TEST(ArgumentsTest, AValueMayLookLikeAFlagWhereItCanBeNothingElse) {
  Options options;
  ASSERT_TRUE(parse_arguments(command_for(options), {"a.jsonl", "--output=-o", "--", "--limit"}));
  EXPECT_EQ(options.output, "-o");
  // An argument's name in the help is a word like any other.
  ASSERT_TRUE(parse_arguments(command_for(options), {"rest", "--output", "file"}));
  EXPECT_THAT(options.rest, ElementsAre("--limit"));
}

// A file after such a flag is no value of it.
TEST(ArgumentsTest, AFlagOfSeveralValuesTakesOneWordATime) {
  std::vector<std::string> files;
  std::vector<std::string> columns;
  Command command;
  command.name = "prune";
  command.flags = {{"files", "FILE", "traces", &files, true},
                   {"--column", "PART=NAME", "columns", &columns}};
  ASSERT_TRUE(parse_arguments(
      command, {"--column", "a=b", "t.jsonl", "--column=c=d,e=f", "u.jsonl", "--column", "g=h"}));
  EXPECT_THAT(files, ElementsAre("t.jsonl", "u.jsonl"));
  EXPECT_THAT(columns, ElementsAre("a=b", "c=d,e=f", "g=h"));
}

TEST(ArgumentsTest, HelpWinsOverMissingArguments) {
  Options options;
  EXPECT_FALSE(parse_arguments(command_for(options), {"--help"}));
}

TEST(ArgumentsTest, TellsWhatAFlagHolds) {
  Options options;
  const Command command = command_for(options);
  ASSERT_TRUE(parse_arguments(command, {"a.jsonl", "x=1", "y=2", "--dry-run"}));
  std::vector<std::string> values;
  for (const Flag& flag : command.flags) values.push_back(flag_value(flag));
  EXPECT_THAT(values, ElementsAre("a.jsonl", "x=1 y=2", "0", "0.5", "on", "rules", "out"));
  EXPECT_EQ(long_name(command.flags.back()), "--output");
}

TEST(ArgumentsTest, EveryRefusalSaysWhatToDo) {
  const struct {
    std::vector<std::string> words;
    std::string message;
    std::string hint;
  } rows[] = {
      {{}, "prune: FILE is missing", "see `drp prune --help`"},
      {{"a", "--limti", "3"}, "prune: ", "did you mean '--limit'?"},
      {{"a", "--limit", "many"}, "--limit is 'many', expected a whole number >= 0", "--help`"},
      {{"a", "--limit=1.5"}, "--limit is '1.5', expected a whole number", "--help`"},
      {{"a", "--limit", "-3"}, "--limit is -3, expected a whole number >= 0", "--help`"},
      {{"a", "--share", "x"}, "--share is 'x', expected a number", "--help`"},
      {{"a", "--limit"}, "--limit needs a whole number >= 0", "see `drp prune --help`"},
      {{"a", "--kind", "gpt4"}, "--kind is 'gpt4', expected one of rules, openai", "--help`"},
      {{"a", "--kind=opnai"}, "--kind is 'opnai', expected one of", "did you mean 'openai'?"},
      {{"a", "--kind"}, "--kind needs one of rules, openai", "--help`"},
      {{"--kind", "--limit", "3"},
       "--kind needs one of rules, openai, and '--limit' follows",
       "if"},
      {{"a", "--output", "-o", "b"},
       "prune: --output needs a value, and '-o' follows",
       "write `--output=-o` if that is the value"},
      {{"a", "--limit", "--dry-run"}, "--limit needs a whole number >= 0, and '--dry-run'", "if"},
  };
  for (const auto& row : rows) {
    Options options;
    try {
      parse_arguments(command_for(options), row.words);
      FAIL() << ::testing::PrintToString(row.words);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
      EXPECT_THAT(error.message(), HasSubstr(row.message));
      EXPECT_THAT(error.hint(), HasSubstr(row.hint));
    }
  }
}

TEST(ArgumentsTest, AMissingWordComesWithWhatItMayBe) {
  const struct {
    std::vector<std::string> choices;
    std::string message;
    std::string hint;
  } rows[] = {
      {{"cli", "recipe"}, "docs: PAGE is missing, expected one of cli, recipe", "see `drp docs"},
      {{"show"}, "docs: the word show is missing", "write `drp docs show`"},
      {{}, "docs: PAGE is missing", "see `drp docs --help`"}};
  for (const auto& row : rows) {
    std::string page;
    Command command;
    command.name = "docs";
    command.flags = {{.name = "page",
                      .metavar = "PAGE",
                      .doc = "which",
                      .target = &page,
                      .required = true,
                      .choices = row.choices}};
    try {
      parse_arguments(command, {});
      FAIL() << row.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.message(), row.message);
      EXPECT_THAT(error.hint(), HasSubstr(row.hint));
    }
  }
}

}  // namespace
}  // namespace drp::cli
