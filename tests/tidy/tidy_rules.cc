// SPDX-License-Identifier: Apache-2.0
#include "tidy_rules.h"

#include <algorithm>

#include "base/text.h"

namespace drp::tidy {
namespace {

constexpr std::size_t kHeaderLinesMax = 150;
constexpr std::size_t kSourceLinesMax = 400;
constexpr std::size_t kFunctionLinesMax = 70;
constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kPhraseMin = 12;

struct Ban {
  std::string_view text;
  std::string_view instead;
};

constexpr Ban kBans[] = {
    {"std::regex", "scan by hand; it backtracks"},
    {"#include <regex>", "scan by hand; it backtracks"},
    {"std::stoi", "drp::parse_int"},
    {"std::stod", "drp::parse_double"},
    {"atoi(", "drp::parse_int"},
    {"std::rand", "drp::Random"},
    {"_distribution<", "drp::Random, the same on every machine"},
    {"std::setlocale", "nothing: the program has no locale"},
    {"std::shared_ptr<Student>", "one owner and references"},
    {"using namespace std", "names with std::"},
    {"TO"
     "DO",
     "an issue"},
    {"FIX"
     "ME",
     "an issue"},
};

struct Room {
  std::string_view include;
  std::string_view folder;
};

// A heavy dependency is included by one folder.
constexpr Room kRooms[] = {{"<curl/", "src/llm/http/"},     {"\"llama.h\"", "src/llm/llama/"},
                           {"<llama.h>", "src/llm/llama/"}, {"<torch/", "src/train/torch/"},
                           {"<ATen/", "src/train/torch/"},  {"<CLI/", "src/cli/arguments.cc"},
                           {"<yaml-cpp/", "src/pipeline/"}, {"<mpi", "src/mpi/"}};

constexpr std::string_view kEmptyNames[] = {"utils",  "util",    "helpers", "helper",
                                            "common", "manager", "misc"};

std::string at(const SourceFile& file, std::size_t line) {
  return file.path + ":" + std::to_string(line) + ": ";
}

std::string module_of(std::string_view path, const ModuleTable& modules) {
  std::string best;
  for (const auto& [folder, allowed] : modules) {
    if (path.starts_with("src/" + folder + "/") && folder.size() > best.size()) best = folder;
  }
  return best;
}

// The whole words inside drp_add_module(...) between KEYWORD and the next keyword.
std::vector<std::string> words_after(std::string_view call, std::string_view keyword) {
  std::vector<std::string> words;
  bool inside = false;
  std::string word;
  for (const char c : std::string(call) + " ") {
    if (!is_space(c) && c != ')' && c != '(') {
      word.push_back(c);
      continue;
    }
    if (word.empty()) continue;
    const bool is_keyword =
        std::all_of(word.begin(), word.end(), [](char x) { return is_upper(x) || x == '_'; });
    if (is_keyword) {
      inside = word == keyword;
    } else if (inside) {
      words.push_back(word);
    }
    word.clear();
  }
  return words;
}

bool opens_function(std::string_view line) {
  return !line.empty() && !is_space(line[0]) && line.ends_with('{') && contains(line, ")") &&
         !line.starts_with("namespace") && !line.starts_with("//") && !line.starts_with("#");
}

}  // namespace

ModuleTable read_modules(const std::vector<SourceFile>& cmake_lists) {
  std::map<std::string, std::string> folder_of;
  std::map<std::string, std::vector<std::string>> depends;
  for (const SourceFile& file : cmake_lists) {
    const std::size_t begin = file.text.find("drp_add_module(");
    if (begin == std::string::npos) continue;
    const std::string_view call =
        std::string_view(file.text).substr(begin, file.text.find(')', begin) - begin);
    const auto names = words_after(call, "NAME");
    if (names.empty()) continue;
    const std::string folder = file.path.substr(4, file.path.rfind('/') - 4);
    folder_of[names[0]] = folder;
    depends[names[0]] = words_after(call, "DEPENDS");
  }
  ModuleTable table;
  for (const auto& [name, list] : depends) {
    std::set<std::string>& allowed = table[folder_of[name]];
    allowed.insert(folder_of[name]);
    for (const std::string& dependency : list) {
      if (folder_of.contains(dependency)) allowed.insert(folder_of[dependency]);
      if (dependency == "${engines}") allowed.insert("llm/llama");
    }
  }
  return table;
}

Findings check_includes(const std::vector<SourceFile>& sources, const ModuleTable& modules) {
  Findings findings;
  for (const SourceFile& file : sources) {
    const std::string module = module_of(file.path, modules);
    if (module.empty()) continue;
    std::size_t number = 0;
    for (const std::string_view line : split(file.text, '\n')) {
      ++number;
      if (!line.starts_with("#include \"")) continue;
      const std::string_view name = line.substr(10, line.rfind('"') - 10);
      const std::string target = module_of("src/" + std::string(name), modules);
      if (target.empty() || modules.at(module).contains(target)) continue;
      // A test may use what is there for tests alone.
      if (file.path.ends_with("_test.cc") && target.ends_with("/testing")) continue;
      findings.push_back(at(file, number) + module + " may not include " + target);
    }
  }
  return findings;
}

Findings check_sizes(const SourceFile& file) {
  Findings findings;
  const auto lines = split(file.text, '\n');
  const bool header = file.path.ends_with(".h");
  const bool test = file.path.ends_with("_test.cc") || file.path.starts_with("tests/");
  const std::size_t limit = header ? kHeaderLinesMax : kSourceLinesMax;
  if (!test && lines.size() > limit + 1) {
    findings.push_back(file.path + ": " + std::to_string(lines.size() - 1) + " lines, at most " +
                       std::to_string(limit) + "; split it by subject");
  }
  std::size_t opened = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].size() > kColumnsMax && !contains(lines[i], "http") && is_valid_utf8(lines[i])) {
      std::size_t columns = 0;
      for (std::size_t k = 0; k < lines[i].size(); k += decode_utf8(lines[i], k).size) ++columns;
      if (columns > kColumnsMax) findings.push_back(at(file, i + 1) + "over 100 columns");
    }
    if (opens_function(lines[i])) opened = i + 1;
    if (opened > 0 && lines[i] == "}") {
      if (!test && i + 1 - opened > kFunctionLinesMax) {
        findings.push_back(at(file, opened) + "function of " + std::to_string(i + 1 - opened) +
                           " lines, at most 70; name its parts");
      }
      opened = 0;
    }
  }
  return findings;
}

Findings check_text(const SourceFile& file) {
  Findings findings;
  const std::string name = file.path.substr(file.path.rfind('/') + 1);
  const std::string stem = name.substr(0, name.find('.'));
  for (const std::string_view empty : kEmptyNames) {
    if (stem == empty || stem.ends_with("_" + std::string(empty))) {
      findings.push_back(file.path + ": name it for its subject");
    }
  }
  if (!file.text.starts_with("// SPDX-License-Identifier: Apache-2.0\n")) {
    findings.push_back(file.path + ": starts with the SPDX line");
  }
  if (file.path.ends_with(".h") && !contains(file.text, "#pragma once")) {
    findings.push_back(file.path + ": #pragma once is missing");
  }
  std::size_t number = 0;
  for (const std::string_view line : split(file.text, '\n')) {
    ++number;
    for (const Ban& ban : kBans) {
      if (contains(line, ban.text) && !file.path.starts_with("tests/tidy/")) {
        findings.push_back(at(file, number) + std::string(ban.text) + ": use " +
                           std::string(ban.instead));
      }
    }
    for (const Room& room : kRooms) {
      if (file.path.starts_with("src/") && line.starts_with("#include") &&
          contains(line, room.include) && !file.path.starts_with(room.folder)) {
        findings.push_back(at(file, number) + std::string(room.include) + " belongs into " +
                           std::string(room.folder));
      }
    }
  }
  return findings;
}

std::set<std::string> phrases(const std::vector<SourceFile>& sources, std::string_view folder) {
  std::set<std::string> found;
  for (const SourceFile& file : sources) {
    if (!file.path.starts_with(folder) || file.path.ends_with("_test.cc")) continue;
    for (const std::string_view line : split(file.text, '\n')) {
      if (line.starts_with("#include") || trim(line).starts_with("//")) continue;
      const auto parts = split(line, '"');
      for (std::size_t i = 1; i + 1 < parts.size(); i += 2) {
        const std::string phrase = to_lower(trim(parts[i]));
        if (phrase.size() >= kPhraseMin && contains(phrase, " ")) found.insert(phrase);
      }
    }
  }
  return found;
}

}  // namespace drp::tidy
