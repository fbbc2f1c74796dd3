// SPDX-License-Identifier: Apache-2.0
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/recipe_fields.h"

namespace drp::pipeline {
namespace {

std::string show_number(double value) {
  std::string text = std::to_string(value);
  if (value != 0 && (value < 1e-3 && value > -1e-3)) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", value);
    return buffer;
  }
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string show_text(const std::string& value) {
  YAML::Emitter out;
  out << YAML::Flow;
  const bool plain = !value.empty() && value.find_first_of("\n\"'#:{}[],&*!|>%@` ") == value.npos;
  if (plain) {
    out << value;
  } else {
    out << YAML::DoubleQuoted << value;
  }
  return out.c_str();
}

std::string range_text(const RecipeField& field, const std::string& kind) {
  const bool low = field.low > -1e299;
  const bool high = field.high < 1e299;
  if (low && high)
    return kind + " from " + show_number(field.low) + " to " + show_number(field.high);
  if (low) return kind + " >= " + show_number(field.low);
  return kind;
}

[[noreturn]] void refuse(const RecipeField& field, const WrittenValue& value,
                         const std::string& where) {
  const std::string shown =
      value.is_list ? "[" + join(value.items, ", ") + "]" : value.items.front();
  std::string hint;
  if (const auto close = nearest(shown, field.choices)) hint = "did you mean '" + *close + "'?";
  throw Error(ErrorKind::kConfig,
              where + ": " + field.name + " is " + (shown.empty() ? "empty" : "'" + shown + "'") +
                  ", expected " + describe_type(field),
              hint);
}

bool allowed(const RecipeField& field, const std::string& word) {
  return field.choices.empty() ||
         std::find(field.choices.begin(), field.choices.end(), word) != field.choices.end();
}

// Sets one alternative of the target; false when the value does not fit it.
struct Setter {
  const RecipeField& field;
  const WrittenValue& value;

  const std::string& scalar() const { return value.items.front(); }
  bool in_range(double number) const { return number >= field.low && number <= field.high; }

  bool operator()(std::string* target) const {
    if (value.is_list || !allowed(field, scalar())) return false;
    *target = scalar();
    return true;
  }
  bool operator()(std::int64_t* target) const {
    const auto number = value.is_list ? std::nullopt : parse_int(scalar());
    if (!number || !in_range(static_cast<double>(*number))) return false;
    *target = *number;
    return true;
  }
  bool operator()(double* target) const {
    const auto number = value.is_list ? std::nullopt : parse_double(scalar());
    if (!number || !in_range(*number)) return false;
    *target = *number;
    return true;
  }
  bool operator()(bool* target) const {
    const std::string word = value.is_list ? "" : to_lower(scalar());
    const bool yes = word == "true" || word == "on" || word == "yes";
    if (!yes && word != "false" && word != "off" && word != "no") return false;
    *target = yes;
    return true;
  }
  bool operator()(std::vector<std::string>* target) const {
    std::vector<std::string> items = value.items;
    if (!value.is_list && scalar().empty()) items.clear();
    for (const std::string& item : items) {
      if (!allowed(field, item)) return false;
    }
    *target = std::move(items);
    return true;
  }
  bool operator()(std::vector<double>* target) const {
    std::vector<double> numbers;
    if (!value.is_list || value.items.size() > field.items_max) return false;
    for (const std::string& item : value.items) {
      const auto number = parse_double(item);
      if (!number || !in_range(*number)) return false;
      numbers.push_back(*number);
    }
    *target = std::move(numbers);
    return true;
  }
};

}  // namespace

std::string describe_type(const RecipeField& field) {
  if (!field.choices.empty()) return "one of " + join(field.choices, ", ");
  struct Namer {
    const RecipeField& field;
    std::string operator()(std::string*) const { return "text"; }
    std::string operator()(std::int64_t*) const { return range_text(field, "integer"); }
    std::string operator()(double*) const { return range_text(field, "number"); }
    std::string operator()(bool*) const { return "true or false"; }
    std::string operator()(std::vector<std::string>*) const { return "list of text"; }
    std::string operator()(std::vector<double>*) const {
      return "list of at most " + std::to_string(field.items_max) + ", each a " +
             range_text(field, "number");
    }
  };
  return std::visit(Namer{field}, field.target);
}

std::string show_value(const RecipeField& field) {
  struct Shower {
    std::string operator()(const std::string* value) const { return show_text(*value); }
    std::string operator()(const std::int64_t* value) const { return std::to_string(*value); }
    std::string operator()(const double* value) const { return show_number(*value); }
    std::string operator()(const bool* value) const { return *value ? "true" : "false"; }
    std::string operator()(const std::vector<std::string>* value) const {
      std::vector<std::string> parts;
      for (const std::string& item : *value) parts.push_back(show_text(item));
      return "[" + join(parts, ", ") + "]";
    }
    std::string operator()(const std::vector<double>* value) const {
      std::vector<std::string> parts;
      for (const double item : *value) parts.push_back(show_number(item));
      return "[" + join(parts, ", ") + "]";
    }
  };
  return std::visit(Shower{}, field.target);
}

void set_value(const RecipeField& field, const WrittenValue& value, const std::string& where) {
  if (!std::visit(Setter{field, value}, field.target)) refuse(field, value, where);
}

}  // namespace drp::pipeline
