// SPDX-License-Identifier: Apache-2.0
#include "problems/choices.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "problems/columns.h"

namespace drp::problems {
namespace {

constexpr std::size_t kChoicesMax = 26;

std::string letter(std::size_t i) { return std::string(1, static_cast<char>('A' + i)); }

// "D) mall", "(D) mall" and "D. mall" at place 3 are labelled already.
Choice labelled(std::string_view text, std::size_t i) {
  text = trim(text);
  std::string_view rest = text;
  if (rest.starts_with('(')) rest.remove_prefix(1);
  if (rest.size() > 1 && rest[0] == letter(i)[0] && (rest[1] == ')' || rest[1] == '.')) {
    return {letter(i), std::string(trim(rest.substr(2)))};
  }
  return {letter(i), std::string(text)};
}

std::optional<std::vector<Choice>> from_list(const Json& list) {
  std::vector<Choice> choices;
  for (const Json& item : list) {
    if (item.is_object()) {
      const auto label = item.find("label");
      const auto text = item.find("text");
      if (text == item.end()) return std::nullopt;
      choices.push_back(
          {label == item.end() ? letter(choices.size()) : text_of(*label), text_of(*text)});
    } else if (item.is_string() || item.is_number()) {
      choices.push_back(labelled(text_of(item), choices.size()));
    } else {
      return std::nullopt;
    }
  }
  return choices;
}

std::optional<std::vector<Choice>> from_object(const Json& object) {
  std::vector<Choice> choices;
  const auto labels = object.find("label");
  const auto texts = object.find("text");
  if (labels != object.end() && texts != object.end() && labels->is_array() && texts->is_array() &&
      labels->size() == texts->size()) {
    for (std::size_t i = 0; i < texts->size(); ++i) {
      choices.push_back({text_of((*labels)[i]), text_of((*texts)[i])});
    }
    return choices;
  }
  for (const auto& [label, text] : object.items()) {
    if (!text.is_string() || label.size() != 1) return std::nullopt;
    choices.push_back({label, text.get<std::string>()});
  }
  return choices;
}

}  // namespace

std::optional<std::vector<Choice>> read_choices(const Json& value) {
  if (!value.is_array() && !value.is_object()) return std::nullopt;
  if (value.size() < 2 || value.size() > kChoicesMax) return std::nullopt;
  return value.is_array() ? from_list(value) : from_object(value);
}

std::string with_choices(std::string_view question, const std::vector<Choice>& choices) {
  std::string out(trim(question));
  out += '\n';
  for (const Choice& choice : choices) out += "\n" + choice.label + ") " + choice.text;
  return out;
}

std::string choice_label(const std::string& answer, bool number,
                         const std::vector<Choice>& choices) {
  for (const Choice& choice : choices) {
    if (choice.label == answer) return answer;
  }
  if (number) {
    const auto position = parse_int(answer);
    if (position && *position >= 0 && *position < static_cast<std::int64_t>(choices.size())) {
      return choices[static_cast<std::size_t>(*position)].label;
    }
  }
  for (const Choice& choice : choices) {
    if (choice.text == answer) return choice.label;
  }
  return answer;
}

}  // namespace drp::problems
