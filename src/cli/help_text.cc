// SPDX-License-Identifier: Apache-2.0
#include "cli/help_text.h"

#include <algorithm>

#include "base/text.h"
#include "base/text_layout.h"
#include "cli/arguments.h"

namespace drp::cli {
namespace {

constexpr std::size_t kNamesMax = 24;  // columns for the names of flags

std::string usage_line(const Command& command) {
  std::string line = "drp " + command.name;
  bool options = false;
  for (const Flag& flag : command.flags) {
    if (!is_positional(flag)) {
      options = options || !flag.required;
      if (flag.required) line += " " + long_name(flag) + " " + flag.metavar;
      continue;
    }
    const bool many = std::holds_alternative<std::vector<std::string>*>(flag.target);
    const std::string word = flag.metavar + (many ? "..." : "");
    line += flag.required ? " " + word : " [" + word + "]";
  }
  return options ? line + " [options]" : line;
}

std::string flag_doc(const Flag& flag) {
  const std::string value = flag_value(flag);
  return value.empty() || value == "0" ? flag.doc : flag.doc + " [" + value + "]";
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() >= width ? text + "  " : text + std::string(width - text.size() + 2, ' ');
}

// The doc of a flag behind its name.
std::string flag_entry(const std::string& name, const std::string& doc, std::size_t width) {
  const std::size_t indent = width + 4;
  const std::string shown = "  " + padded(name, width);
  // A long name has the first line for itself.
  const bool apart = shown.size() > indent;
  const std::string lines =
      join(wrapped(doc, kTextColumns - indent), "\n" + std::string(indent, ' '));
  return (apart ? "  " + name + "\n" + std::string(indent, ' ') : shown) + lines + "\n";
}

}  // namespace

std::string command_help(const Command& command) {
  std::string text = command.doc + "\n\nUsage: " + usage_line(command) + "\n";
  if (!command.details.empty()) text += "\n" + filled(command.details);
  std::size_t width = 10;
  for (const Flag& flag : command.flags) {
    if (!flag.doc.empty()) width = std::max(width, shown_name(flag).size());
  }
  width = std::min(width, kNamesMax);
  text += "\nOptions:\n";
  for (const Flag& flag : command.flags) {
    if (!flag.doc.empty()) text += flag_entry(shown_name(flag), flag_doc(flag), width);
  }
  return text + flag_entry("-h, --help", "this page", width);
}

std::string program_help(const std::vector<Command>& commands) {
  std::string text = "drp " DRP_VERSION
                     ": makes a reasoning model answer in fewer tokens, and measures it\n\n"
                     "Usage: drp COMMAND ...\n";
  std::string group;
  for (const Command& command : commands) {
    if (command.group != group) {
      group = command.group;
      text += "\n" + group + ":\n";
    }
    text += flag_entry(command.name, command.doc, 12);
  }
  return text +
         "\n`drp COMMAND --help` tells more. Recipes are YAML; any key can be overridden on\n"
         "the command line: drp run recipe.yaml sample.temperature=0.7 run.seed=2\n";
}

std::string commands_markdown(const std::vector<Command>& commands) {
  std::string text =
      "# Commands\n\nWritten by `drp docs cli`; a test compares this page with the program.\n";
  for (const Command& command : commands) {
    text += "\n## drp " + command.name + "\n\n```\n" + command_help(command) + "```\n";
  }
  return text;
}

}  // namespace drp::cli
