// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace drp::cli {
namespace {

CLI::Option* add_flag(CLI::App& app, const Flag& flag) {
  return std::visit(
      [&](auto* target) -> CLI::Option* {
        if constexpr (std::is_same_v<decltype(target), bool*>) {
          return app.add_flag(flag.name, *target, flag.doc);
        } else {
          CLI::Option* option = app.add_option(flag.name, *target, flag.doc);
          // A flag takes one word, so that it leaves the files that come after it alone.
          if (!is_positional(flag)) option->allow_extra_args(false);
          return option;
        }
      },
      flag.target);
}

// "a whole number >= 1", "a number", "one of in, out", "a value".
std::string expected_value(const Flag& flag) {
  if (flag.choices.size() == 1) return flag.choices.front();
  if (!flag.choices.empty()) return "one of " + join(flag.choices, ", ");
  if (std::holds_alternative<double*>(flag.target)) return "a number";
  if (!std::holds_alternative<std::int64_t*>(flag.target)) return "a value";
  const bool low = flag.low > std::numeric_limits<std::int64_t>::min();
  const bool high = flag.high < std::numeric_limits<std::int64_t>::max();
  if (low && high) {
    return "a whole number from " + std::to_string(flag.low) + " to " + std::to_string(flag.high);
  }
  return low ? "a whole number >= " + std::to_string(flag.low) : "a whole number";
}

// The flag that a word such as "--limit=3" or "-o" names, if any.
const Flag* named_flag(const Command& command, const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  for (const Flag& flag : command.flags) {
    if (is_positional(flag)) continue;
    const auto names = split(flag.name, ',');
    if (std::find(names.begin(), names.end(), name) != names.end()) return &flag;
  }
  return nullptr;
}

// "--explain -o out": the parser would take "-o" for the value of --explain and "out" for a file.
void check_values_follow(const Command& command, const std::vector<std::string>& words) {
  for (std::size_t i = 0; i + 1 < words.size() && words[i] != "--"; ++i) {
    const Flag* flag = named_flag(command, words[i]);
    if (flag == nullptr || words[i].find('=') != std::string::npos ||
        std::holds_alternative<bool*>(flag->target)) {
      continue;
    }
    if (named_flag(command, words[i + 1]) != nullptr) {
      throw Error(ErrorKind::kUsage,
                  command.name + ": " + words[i] + " needs " + expected_value(*flag) + ", and '" +
                      words[i + 1] + "' follows",
                  "write `" + words[i] + "=" + words[i + 1] + "` if that is the value");
    }
    ++i;  // its value
  }
}

// What is wrong with the words, in terms of what the user wrote.
std::string complaint(const Command& command, const std::vector<std::string>& words,
                      const CLI::ParseError& problem) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Flag* flag = named_flag(command, words[i]);
    if (flag == nullptr || std::holds_alternative<bool*>(flag->target)) continue;
    const std::size_t equals = words[i].find('=');
    if (equals == std::string::npos && i + 1 == words.size()) {
      return words[i] + " needs " + expected_value(*flag);
    }
    const std::string value =
        equals == std::string::npos ? words[i + 1] : words[i].substr(equals + 1);
    const bool whole = std::holds_alternative<std::int64_t*>(flag->target) && !parse_int(value);
    const bool real = std::holds_alternative<double*>(flag->target) && !parse_double(value);
    if (whole || real) {
      return long_name(*flag) + " is '" + value + "', expected " + expected_value(*flag);
    }
  }
  for (const Flag& flag : command.flags) {
    const auto* one = std::get_if<std::string*>(&flag.target);
    const auto* many = std::get_if<std::vector<std::string>*>(&flag.target);
    const bool unset = (one != nullptr && (*one)->empty()) || (many != nullptr && (*many)->empty());
    if (flag.required && unset && dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr) {
      if (flag.choices.size() == 1) return "the word " + flag.choices.front() + " is missing";
      return shown_name(flag) + " is missing" +
             (flag.choices.empty() ? "" : ", expected " + expected_value(flag));
    }
  }
  return problem.what();
}

// Where an argument can be but one word, that word; else the page to read.
std::string next_step(const Command& command) {
  for (const Flag& flag : command.flags) {
    if (flag.required && flag.choices.size() == 1 && flag_value(flag) != flag.choices.front()) {
      return "write `drp " + command.name + " " + flag.choices.front() + "`";
    }
  }
  return "see `drp " + command.name + " --help`";
}

void check_choices(const Command& command) {
  for (const Flag& flag : command.flags) {
    const auto* value = std::get_if<std::string*>(&flag.target);
    if (value == nullptr || flag.choices.empty() || (*value)->empty()) continue;
    const auto& words = flag.choices;
    if (std::find(words.begin(), words.end(), **value) != words.end()) continue;
    const auto close = nearest(**value, words);
    const std::string name = is_positional(flag) ? flag.metavar + " " : long_name(flag) + " ";
    throw Error(ErrorKind::kUsage,
                command.name + ": " + (words.size() == 1 ? "" : name + "is ") + "'" + **value +
                    "', expected " + expected_value(flag),
                close ? "did you mean '" + *close + "'?" : next_step(command));
  }
}

void check_ranges(const Command& command) {
  for (const Flag& flag : command.flags) {
    const auto* value = std::get_if<std::int64_t*>(&flag.target);
    if (value == nullptr || (**value >= flag.low && **value <= flag.high)) continue;
    throw Error(ErrorKind::kUsage,
                command.name + ": " + long_name(flag) + " is " + std::to_string(**value) +
                    ", expected " + expected_value(flag),
                "see `drp " + command.name + " --help`");
  }
}

}  // namespace

bool is_positional(const Flag& flag) { return !flag.name.starts_with('-'); }

std::string long_name(const Flag& flag) { return std::string(split(flag.name, ',').back()); }

std::string shown_name(const Flag& flag) {
  std::string name = is_positional(flag) ? flag.metavar : replace_all(flag.name, ",", ", ");
  if (!is_positional(flag) && !flag.metavar.empty()) name += " " + flag.metavar;
  return name;
}

std::string flag_value(const Flag& flag) {
  struct Shower {
    std::string operator()(const bool* value) const { return *value ? "on" : ""; }
    std::string operator()(const std::int64_t* value) const { return std::to_string(*value); }
    std::string operator()(const double* value) const {
      std::string text = format_fixed(*value, 6);
      while (text.back() == '0') text.pop_back();
      if (text.back() == '.') text.pop_back();
      return text;
    }
    std::string operator()(const std::string* value) const { return *value; }
    std::string operator()(const std::vector<std::string>* value) const {
      return join(*value, " ");
    }
  };
  return std::visit(Shower{}, flag.target);
}

bool parse_arguments(const Command& command, const std::vector<std::string>& words) {
  CLI::App app(command.doc, "drp " + command.name);
  app.set_help_flag();
  std::vector<std::string> names = {"--help"};
  for (const Flag& flag : command.flags) {
    CLI::Option* option = add_flag(app, flag);
    if (flag.required) option->required();
    if (!is_positional(flag)) names.push_back(long_name(flag));
  }
  for (const std::string& word : words) {
    if (word == "--help" || word == "-h") return false;
    if (word == "--") break;
  }
  check_values_follow(command, words);
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& problem) {
    std::string hint = next_step(command);
    for (const std::string& word : words) {
      const std::string name = word.substr(0, word.find('='));
      const bool known = std::find(names.begin(), names.end(), name) != names.end();
      if (!word.starts_with("--") || known) continue;
      if (const auto close = nearest(name, names)) hint = "did you mean '" + *close + "'?";
    }
    throw Error(ErrorKind::kUsage, command.name + ": " + complaint(command, words, problem), hint);
  }
  check_ranges(command);
  check_choices(command);
  return true;
}

}  // namespace drp::cli
