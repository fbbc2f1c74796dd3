// SPDX-License-Identifier: Apache-2.0
// What the pages tell a reader to write is what the program takes: commands, flags, recipe keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "pipeline/recipe.h"

namespace drp::cli {
namespace {

using ::testing::IsEmpty;

struct Schema {
  std::set<std::string> keys;
  std::set<std::string> sections;
};

Schema schema() {
  Schema schema;
  for (const pipeline::RecipeKey& key : pipeline::load_recipe("", {}).keys) {
    schema.keys.insert(key.name);
    schema.sections.insert(std::string(split(key.name, '.').front()));
  }
  return schema;
}

// Code on a page: in `...` of a line, or a block between ``` with the word behind them.
struct Code {
  std::string text;
  std::string language;
  bool block = false;
};

std::vector<Code> code_of(const std::string& page) {
  std::vector<Code> found;
  bool inside = false;
  for (const std::string_view line : split(page, '\n')) {
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) found.push_back({"", std::string(line.substr(3)), true});
    } else if (inside) {
      found.back().text += std::string(line) + "\n";
    } else {
      const auto parts = split(line, '`');
      for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
        found.push_back({std::string(parts[i]), "", false});
      }
    }
  }
  return found;
}

bool is_key_char(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_' || c == '.'; }

bool names_a_file(const std::string& word) {
  for (const char* ending : {".jsonl", ".json", ".md", ".yaml", ".gguf", ".html", ".csv"}) {
    if (word.ends_with(ending)) return true;
  }
  return false;
}

// The words "section.key" of the code that no recipe has.
std::vector<std::string> unknown_keys(const std::string& code, const Schema& schema) {
  std::vector<std::string> unknown;
  std::string word;
  char before = ' ';
  for (const char c : code + " ") {
    if (is_key_char(c)) {
      if (word.empty() && (before == '/' || before == '-' || before == '$')) before = '/';
      word += c;
      continue;
    }
    while (word.ends_with('.')) word.pop_back();
    const bool dotted = contains(word, ".") && !names_a_file(word) && before != '/' && c != '/';
    if (dotted && schema.sections.contains(word.substr(0, word.find('.')))) {
      // A group such as student.endpoint may stand for its keys.
      const auto at = schema.keys.lower_bound(word);
      const bool known = at != schema.keys.end() && (*at == word || at->starts_with(word + "."));
      if (!known) unknown.push_back(word);
    }
    word.clear();
    before = c;
  }
  return unknown;
}

// The words of a shell line up to a comment, a pipe, a redirection or the next command.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words(1);
  char quote = ' ';
  for (const char c : line) {
    if (quote != ' ') {
      if (c == quote) quote = ' ';
      words.back() += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      words.back() += c;
    } else if (c == '#' || c == '|' || c == '>' || c == '<' || c == ';' || c == '&' || c == ')') {
      break;
    } else if (is_space(c)) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

bool is_placeholder(const std::string& word) {
  return word.empty() || word[0] == '.' || is_upper(word[0]);
}

// What is wrong with a line that begins with "drp ".
std::vector<std::string> complaints(const std::string& line, const std::vector<Command>& commands) {
  const std::vector<std::string> words = words_of(line);
  if (words.size() < 2 || is_placeholder(words[1]) || words[1].starts_with("-")) return {};
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command& one) { return one.name == words[1]; });
  if (command == commands.end()) return {"no command '" + words[1] + "': " + line};
  std::vector<std::string> found;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::string name = words[i].substr(0, words[i].find('='));
    if (!name.starts_with('-') || name == "-" || name == "--" || name == "--help") continue;
    const bool known = std::any_of(command->flags.begin(), command->flags.end(), [&](auto& flag) {
      const auto names = split(flag.name, ',');
      return std::find(names.begin(), names.end(), name) != names.end();
    });
    if (!known) found.push_back("drp " + command->name + " has no " + name + ": " + line);
  }
  return found;
}

std::vector<std::string> drp_lines(const std::string& code) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(code, '\n')) {
    for (const std::string_view start : {"drp ", "build/release/drp ", "$ drp "}) {
      if (trim(line).starts_with(start)) {
        lines.push_back("drp " + std::string(trim(line).substr(start.size())));
      }
    }
  }
  return lines;
}

std::vector<std::filesystem::path> pages() {
  const std::filesystem::path root = DRP_SOURCE_DIR;
  std::vector<std::filesystem::path> pages = {root / "README.md", root / "CONTRIBUTING.md"};
  for (const auto& entry : std::filesystem::directory_iterator(root / "docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  return pages;
}

TEST(DocsExamples, FindWhatIsWrong) {
  const Schema keys = schema();
  EXPECT_THAT(unknown_keys("teacher.kind=rules teacher.kin: 1", keys),
              ::testing::ElementsAre("teacher.kin"));
  EXPECT_THAT(unknown_keys("problems.log.jsonl runs/sample.x student.endpoint", keys), IsEmpty());
  const auto commands = command_table();
  EXPECT_THAT(complaints("drp prune a.jsonl -o out/ --limti 3 # x", commands),
              ::testing::SizeIs(1));
  EXPECT_THAT(complaints("drp pruen a.jsonl", commands), ::testing::SizeIs(1));
  EXPECT_THAT(complaints("drp ask r.yaml \"a --b c\" | less --x", commands), IsEmpty());
}

TEST(DocsExamples, CommandsFlagsAndKeysAreReal) {
  const Schema keys = schema();
  const auto commands = command_table();
  std::size_t seen = 0;
  for (const std::filesystem::path& path : pages()) {
    const std::string page = replace_all(read_file(path), "\\\n", " ");
    for (const Code& code : code_of(page)) {
      EXPECT_THAT(unknown_keys(code.text, keys), IsEmpty()) << path << ": " << code.text;
      for (const std::string& line : drp_lines(code.text)) {
        ++seen;
        EXPECT_THAT(complaints(line, commands), IsEmpty()) << path;
      }
    }
  }
  EXPECT_GT(seen, 50U);
}

// Every block of YAML that has a recipe's sections is read as one.
TEST(DocsExamples, RecipesAreReal) {
  const Schema keys = schema();
  const std::filesystem::path file =
      std::filesystem::path(::testing::TempDir()) / "docs_examples.yaml";
  int recipes = 0;
  for (const std::filesystem::path& path : pages()) {
    const std::string page = read_file(path);
    for (const Code& code : code_of(page)) {
      if (!code.block || code.language != "yaml") continue;
      const std::string first = code.text.substr(0, code.text.find(':'));
      if (!keys.sections.contains(first)) continue;
      std::ofstream(file) << code.text;
      ++recipes;
      EXPECT_NO_THROW(pipeline::load_recipe(file.string(), {})) << path << ":\n" << code.text;
    }
  }
  EXPECT_GT(recipes, 3);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace drp::cli
