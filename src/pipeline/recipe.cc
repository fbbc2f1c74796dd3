// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recipe.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "pipeline/recipe_fields.h"
#include "problems/presets.h"

namespace drp::pipeline {
namespace {

using Origins = std::map<std::string, std::string>;

const RecipeField& find_field(const std::vector<RecipeField>& fields, const std::string& name,
                              const std::string& where) {
  std::vector<std::string> names;
  bool section = false;
  for (const RecipeField& field : fields) {
    if (field.name == name) return field;
    names.push_back(field.name);
    section = section || field.name.starts_with(name + ".");
  }
  if (section) {
    throw Error(ErrorKind::kConfig, where + ": '" + name + "' is a section, not a value",
                "write its keys below it, or " + name + ".KEY=VALUE");
  }
  // A mistyped section is nearer to a section than to any key.
  for (const RecipeField& field : fields) {
    const std::string head = field.name.substr(0, field.name.find('.'));
    if (name.find('.') == std::string::npos && (names.empty() || names.back() != head)) {
      names.push_back(head);
    }
  }
  const auto close = nearest(name, names);
  throw Error(ErrorKind::kConfig, where + ": unknown key '" + name + "'",
              close ? "did you mean '" + *close + "'?" : "see `drp config show` for all keys");
}

WrittenValue written_value(const YAML::Node& node, const std::string& key,
                           const std::string& where) {
  if (node.IsScalar()) return {false, {node.Scalar()}};
  if (node.IsNull()) return {false, {""}};
  WrittenValue value{true, {}};
  for (const YAML::Node& item : node) {
    if (!node.IsSequence() || !item.IsScalar()) {
      throw Error(ErrorKind::kConfig, where + ": " + key + " must be one value or a flat list");
    }
    value.items.push_back(item.Scalar());
  }
  return value;
}

void apply_node(const YAML::Node& node, const std::string& prefix, const std::string& file,
                const std::vector<RecipeField>& fields, Origins& origins) {
  for (const auto& item : node) {
    const std::string key = prefix + item.first.Scalar();
    const std::string where = std::filesystem::path(file).filename().string() + ":" +
                              std::to_string(item.first.Mark().line + 1);
    const bool section = std::any_of(fields.begin(), fields.end(), [&](const RecipeField& field) {
      return field.name.starts_with(key + ".");
    });
    if (section && item.second.IsMap()) {
      apply_node(item.second, key + ".", file, fields, origins);
    } else if (key == "train" && item.second.IsScalar()) {  // `train: external`
      const std::string kind = key + ".kind";
      set_value(find_field(fields, kind, where), written_value(item.second, kind, where), where);
      origins[kind] = where;
    } else if (!(section && item.second.IsNull())) {  // "sample:" with nothing below is fine
      const RecipeField& field = find_field(fields, key, where);
      set_value(field, written_value(item.second, key, where), where);
      origins[key] = where;
    }
  }
}

void apply_file(const std::string& file, const std::vector<RecipeField>& fields, Origins& origins) {
  const std::string text = read_file(file);
  try {
    const YAML::Node root = YAML::Load(text);
    if (root.IsNull()) return;
    if (!root.IsMap()) {
      throw Error(ErrorKind::kConfig, "'" + file + "' is not a recipe",
                  "a recipe is a YAML map such as `run: {seed: 1}`");
    }
    apply_node(root, "", file, fields, origins);
  } catch (const YAML::Exception& problem) {
    throw Error(ErrorKind::kConfig,
                file + ":" + std::to_string(problem.mark.line + 1) + ": " + problem.msg,
                "recipes are YAML");
  }
}

void apply_override(const std::string& text, const std::vector<RecipeField>& fields,
                    Origins& origins) {
  const std::size_t equals = text.find('=');
  const std::string where = "command line";
  if (equals == std::string::npos || equals == 0) {
    throw Error(ErrorKind::kUsage, "'" + text + "' is not an override",
                "write key.sub=value, such as sample.temperature=0.7");
  }
  const std::string key = text.substr(0, equals);
  const std::string value = text.substr(equals + 1);
  const RecipeField& field = find_field(fields, key, where);
  WrittenValue written{false, {value}};
  if (std::holds_alternative<std::vector<std::string>*>(field.target) ||
      std::holds_alternative<std::vector<double>*>(field.target)) {
    try {
      written = written_value(YAML::Load(value), key, where);
    } catch (const YAML::Exception&) {
      throw Error(ErrorKind::kConfig, where + ": " + key + " is '" + value + "', expected a list",
                  "write " + key + "=[a, b]");
    }
  }
  set_value(field, written, where);
  origins[key] = where;
}

// The demo's model is no stand-in for the tokenizer of a student that answers elsewhere.
void forget_default_model(Recipe& recipe, const Origins& origins) {
  if (recipe.student.endpoint.used() && !origins.contains("student.model")) {
    recipe.student.model.clear();
  }
}

// Adapter, model and problem paths in a recipe file are relative to that file.
void resolve_paths(Recipe& recipe, const std::string& file, const Origins& origins) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  const auto from_file = [&](const std::string& key) {
    const auto found = origins.find(key);
    return found != origins.end() && found->second != "command line";
  };
  const auto resolve = [&](std::string& path) {
    const std::filesystem::path candidate = folder / path;
    if (!path.empty() && std::filesystem::exists(candidate)) path = candidate.string();
  };
  if (from_file("student.model")) resolve(recipe.student.model);
  if (from_file("student.adapters")) {
    for (std::string& adapter : recipe.student.adapters) resolve(adapter);
  }
  if (from_file("teacher.prices")) resolve(recipe.teacher.prices);
  if (from_file("ablate.students")) {
    for (std::string& student : recipe.ablate.students) resolve(student);
  }
  if (from_file("problems.train.file")) resolve(recipe.problems.train.file);
  if (from_file("problems.test.file")) resolve(recipe.problems.test.file);
}

// What evaluate.profile says about keys that nobody set.
void apply_profile(const Recipe& recipe, const std::vector<RecipeField>& fields, Origins& origins) {
  if (recipe.evaluate.profile == "none") return;
  const problems::Profile& profile = problems::find_profile(recipe.evaluate.profile);
  const std::string& source = recipe.problems.test.source;
  const auto names = problems::preset_names();
  const bool benchmark = std::find(names.begin(), names.end(), source) != names.end();
  const problems::Preset& preset = problems::find_preset(benchmark ? source : "gsm8k");
  const std::int64_t samples = profile.many_samples && benchmark ? preset.samples : 1;
  const std::string prompt =
      benchmark ? problems::profile_prompt(profile, preset) : preset.prompt;  // the boxed one
  const std::pair<std::string, std::string> settings[] = {
      {"evaluate.temperature", format_fixed(profile.temperature, 2)},
      {"evaluate.top_p", format_fixed(profile.top_p, 2)},
      {"evaluate.tokens_max", std::to_string(profile.tokens_max)},
      {"evaluate.samples", std::to_string(samples)},
      {"evaluate.prompt", prompt},
      {"evaluate.response_prefix", profile.response_prefix}};
  for (const auto& [key, value] : settings) {
    if (origins.contains(key)) continue;
    set_value(find_field(fields, key, "evaluate.profile"), {false, {value}}, "evaluate.profile");
    origins[key] = "evaluate.profile";
  }
}

}  // namespace

LoadedRecipe load_recipe(const std::string& file, const std::vector<std::string>& overrides) {
  LoadedRecipe loaded;
  Recipe defaults;
  const std::vector<RecipeField> initial = recipe_fields(defaults);
  const std::vector<RecipeField> fields = recipe_fields(loaded.recipe);
  Origins origins;
  if (!file.empty()) apply_file(file, fields, origins);
  for (const std::string& text : overrides) apply_override(text, fields, origins);
  apply_profile(loaded.recipe, fields, origins);
  if (!file.empty()) resolve_paths(loaded.recipe, file, origins);
  forget_default_model(loaded.recipe, origins);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto origin = origins.find(fields[i].name);
    loaded.keys.push_back({fields[i].name, show_value(fields[i]),
                           origin == origins.end() ? "default" : origin->second,
                           describe_type(fields[i]), show_value(initial[i]), fields[i].doc,
                           fields[i].fingerprinted});
  }
  return loaded;
}

void set_key(LoadedRecipe& recipe, const std::string& name, const std::string& value,
             const std::string& origin) {
  const std::vector<RecipeField> fields = recipe_fields(recipe.recipe);
  const RecipeField& field = find_field(fields, name, origin);
  set_value(field, {false, {value}}, origin);
  for (RecipeKey& key : recipe.keys) {
    if (key.name != name) continue;
    key.value = show_value(field);
    key.origin = origin;
  }
}

std::string recipe_yaml(const LoadedRecipe& recipe) {
  std::string out;
  std::vector<std::string> open;
  for (const RecipeKey& key : recipe.keys) {
    const auto parts = split(key.name, '.');
    for (std::size_t depth = 0; depth + 1 < parts.size(); ++depth) {
      if (depth < open.size() && open[depth] == parts[depth]) continue;
      open.resize(depth);
      open.emplace_back(parts[depth]);
      out += std::string(2 * depth, ' ') + open.back() + ":\n";
    }
    open.resize(parts.size() - 1);
    out += std::string(2 * open.size(), ' ') + std::string(parts.back()) + ": " + key.value + "\n";
  }
  return out;
}

}  // namespace drp::pipeline
