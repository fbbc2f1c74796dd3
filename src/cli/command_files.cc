// SPDX-License-Identifier: Apache-2.0
#include "cli/command_files.h"

#include <algorithm>
#include <cctype>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"

namespace drp::cli {
namespace {

bool in_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// `text` with the flag in place of its key: "set KEY=x" is "set --flag x"; elsewhere it has all its
// names, "-f/--flag".
std::string with_flag(const std::string& text, const std::string& key, const std::string& name,
                      const std::string& all_names) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
    const std::size_t end = at + key.size();
    const bool begins = at == 0 || !(in_word(text[at - 1]) || text[at - 1] == '.');
    const bool goes_on =
        end < text.size() && text[end] == '.' && end + 1 < text.size() && in_word(text[end + 1]);
    if (!begins || goes_on || (end < text.size() && in_word(text[end]))) continue;
    const bool sets = end < text.size() && text[end] == '=';
    out += text.substr(done, at - done) + (sets ? name + " " : all_names);
    done = sets ? end + 1 : end;
  }
  return out + text.substr(done);
}

}  // namespace

void extend_with_file_modes(std::vector<Command>& commands) {
  for (Command& command : commands) {
    if (command.name == "problems") command = problems_command(std::move(command));
    if (command.name == "prune") command = prune_command(std::move(command));
    if (command.name == "train") command = train_command(std::move(command));
    if (command.name == "evaluate") command = evaluate_command(std::move(command));
    if (command.name == "report") command = report_command(std::move(command));
  }
}

FlagsOfOneForm::FlagsOfOneForm(std::vector<Flag> flags, std::map<std::string, std::string> keys)
    : flags_(std::move(flags)), keys_(std::move(keys)) {
  for (const Flag& flag : flags_) defaults_.push_back(flag_value(flag));
}

const Flag* FlagsOfOneForm::first_given() const {
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    if (given(i)) return &flags_[i];
  }
  return nullptr;
}

void FlagsOfOneForm::refuse(const std::string& command, const std::string& form) const {
  const Flag* flag = first_given();
  if (flag == nullptr) return;
  const auto key = keys_.find(long_name(*flag));
  refuse(command, form, "this is a recipe",
         key != keys_.end() ? "write " + key->second + "=VALUE"
                            : "leave it out; docs/recipe.md has the recipe's keys");
}

void FlagsOfOneForm::refuse(const std::string& command, const std::string& form,
                            const std::string& here, const std::string& hint) const {
  const Flag* flag = first_given();
  if (flag == nullptr) return;
  const std::string name = is_positional(*flag) ? flag->metavar : long_name(*flag);
  throw Error(ErrorKind::kUsage, command + ": " + name + " is for " + form + ", and " + here, hint);
}

bool FlagsOfOneForm::any_given() const { return first_given() != nullptr; }

int FlagsOfOneForm::in_flags(const std::string& command, const std::function<int()>& work) const {
  try {
    return work();
  } catch (const Error& error) {
    std::string message = error.message();
    std::string hint = error.hint();
    for (const auto& [name, key] : keys_) {
      const auto flag =
          std::find_if(flags_.begin(), flags_.end(),
                       [&name = name](const Flag& each) { return long_name(each) == name; });
      const std::string all = flag == flags_.end() ? name : replace_all(flag->name, ",", "/");
      message = with_flag(message, key, name, all);
      hint = with_flag(hint, key, name, all);
    }
    constexpr std::string_view kOverride = "command line: --";  // where load_recipe() found it
    if (message.starts_with(kOverride)) message.erase(0, kOverride.size() - 2);
    if (message.starts_with("--")) message.insert(0, command + ": ");
    throw Error(error.kind(), message, hint);
  }
}

std::vector<std::string> FlagsOfOneForm::overrides() const {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    const auto key = keys_.find(long_name(flags_[i]));
    if (key == keys_.end() || !given(i)) continue;
    const auto* words = std::get_if<std::vector<std::string>*>(&flags_[i].target);
    all.push_back(key->second + "=" +
                  (words == nullptr ? flag_value(flags_[i])
                                    : "[" + join(separate_words(**words), ", ") + "]"));
  }
  return all;
}

std::vector<Flag> flags_named(const std::vector<Flag>& flags,
                              const std::vector<std::string>& names) {
  std::vector<Flag> found;
  for (const std::string& name : names) {
    const auto flag = std::find_if(flags.begin(), flags.end(), [&](const Flag& each) {
      return contains("," + each.name + ",", "," + name + ",");
    });
    DRP_CHECK(flag != flags.end(), "the command has each flag that is named");
    found.push_back(*flag);
  }
  return found;
}

std::vector<Flag> without(std::vector<Flag> flags, const std::vector<std::string>& names) {
  for (const Flag& flag : flags_named(flags, names)) {
    std::erase_if(flags, [&](const Flag& each) { return each.name == flag.name; });
  }
  return flags;
}

std::vector<std::string> separate_words(const std::vector<std::string>& values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    for (const std::string_view word : split(value, ',')) words.emplace_back(trim(word));
  }
  return words;
}

}  // namespace drp::cli
