// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "pipeline/recipe.h"

namespace drp::pipeline {

// One setting: where it lives in a Recipe and what it may be. The only list of the recipe's keys.
struct RecipeField {
  using Target = std::variant<std::string*, std::int64_t*, double*, bool*,
                              std::vector<std::string>*, std::vector<double>*>;

  std::string name;
  Target target;
  std::string doc;
  double low = -1e300;  // numbers, also in lists: allowed range, both ends included
  double high = 1e300;
  std::vector<std::string> choices;  // strings and lists: allowed words; empty: any
  Fingerprinted fingerprinted = Fingerprinted::kAlways;
  std::size_t items_max = 1000;  // lists of numbers: most items
};

// The fields of `recipe`, pointing into it, in documentation order.
std::vector<RecipeField> recipe_fields(Recipe& recipe);
// Those of them about services behind an API: where the student answers, and the teacher's.
std::vector<RecipeField> student_endpoint_fields(Recipe& recipe);
std::vector<RecipeField> teacher_service_fields(Recipe& recipe);
// Those about the evaluation.
std::vector<RecipeField> evaluate_fields(Recipe& recipe);

// "integer >= 1", "number from 0 to 1", "one of first, shortest", "text", "list of text".
std::string describe_type(const RecipeField& field);
// The present value as YAML flow text.
std::string show_value(const RecipeField& field);

// A value as written: one scalar, or a list of scalars.
struct WrittenValue {
  bool is_list = false;
  std::vector<std::string> items;  // exactly one for a scalar

  bool operator==(const WrittenValue&) const = default;
};
// Throws Error{kConfig} whose message starts with `where` and names key, value and allowed range.
void set_value(const RecipeField& field, const WrittenValue& value, const std::string& where);

// Sets a key as the command line would; `origin` says who did. Throws Error{kConfig}.
void set_key(LoadedRecipe& recipe, const std::string& name, const std::string& value,
             const std::string& origin);

}  // namespace drp::pipeline
