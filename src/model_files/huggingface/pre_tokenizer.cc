// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/pre_tokenizer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.h"

namespace drp::model_files {
namespace {

using nlohmann::json;

// Regular expressions as the models' tokenizer.json files have them.
constexpr const char* kLlama3 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N)"
    R"(}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen2 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\)"
    R"(r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kQwen35 =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p)"
    R"({M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr const char* kTekken =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\)"
    R"(r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}|)"
    R"( ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// One way to cut. `split`: the expression of a Split step in front of ByteLevel; nullptr: ByteLevel
// with its own expression (GPT-2's).
struct Rule {
  const char* name;
  const char* split;
  bool digits_first = false;  // a Digits step in front: every digit for itself
  bool ignore_merges = false;
  bool composed = false;  // Hugging Face normalises to NFC; llama.cpp takes text as it comes
};
constexpr Rule kRules[] = {
    {"llama-bpe", kLlama3, false, true},
    {"smaug-bpe", kLlama3},
    {"qwen2", kQwen2, false, false, true},
    {"smollm", nullptr, true},
    {"gpt-2", nullptr},
    {"tekken", kTekken, false, true},
    {"qwen35", kQwen35, false, false, true},
};
// Further names that llama.cpp treats as one of the table.
struct Alias {
  const char* name;
  const char* rule;
};
constexpr Alias kAliases[] = {
    {"llama3", "llama-bpe"}, {"llama-v3", "llama-bpe"}, {"deepseek-r1-qwen", "qwen2"},
    {"stablelm2", "qwen2"},  {"dbrx", "smaug-bpe"},     {"phi-2", "gpt-2"},
    {"olmo", "gpt-2"},       {"mpt", "gpt-2"},          {"jais", "gpt-2"},
    {"starcoder", "smollm"}, {"refact", "smollm"},      {"command-r", "smollm"},
    {"codeshell", "smollm"}};

void add_steps(const json& step, std::vector<std::string>& steps) {
  if (step.is_null()) return;
  const std::string type = step.value("type", "");
  if (type == "Sequence") {
    const auto parts = step.find("pretokenizers");
    if (parts == step.end() || !parts->is_array()) return;
    for (const json& part : *parts) add_steps(part, steps);
  } else if (type == "ByteLevel") {
    std::string text = "ByteLevel";
    if (step.value("use_regex", true)) text += " with its expression";
    if (step.value("add_prefix_space", true)) text += " with a space in front";
    steps.push_back(text);
  } else if (type == "Digits") {
    steps.push_back(step.value("individual_digits", false) ? "each digit" : "Digits");
  } else if (type == "Split") {
    const auto pattern = step.find("pattern");
    const json* expression = pattern == step.end() ? nullptr : &*pattern;
    if (expression != nullptr && expression->is_object()) {
      const auto regex = expression->find("Regex");
      expression = regex == expression->end() ? nullptr : &*regex;
    }
    const std::string behavior = to_lower(step.value("behavior", ""));
    const bool plain = behavior == "isolated" && !step.value("invert", false);
    // Removed and inverted says the same: what matches is kept.
    const bool inverted = behavior == "removed" && step.value("invert", false);
    if (expression != nullptr && expression->is_string() && (plain || inverted)) {
      steps.push_back("split by " + expression->get<std::string>());
    } else {
      steps.push_back("Split of another kind");
    }
  } else {
    steps.push_back(type.empty() ? "a step without type" : type);
  }
}

std::vector<std::string> steps_of(const json& tokenizer) {
  std::vector<std::string> steps;
  const auto found = tokenizer.find("pre_tokenizer");
  try {
    if (found != tokenizer.end()) add_steps(*found, steps);
  } catch (const json::exception&) {  // a member of another kind than its name says
    steps.emplace_back("a step that cannot be read");
  }
  return steps;
}

std::vector<std::string> steps_of(const Rule& rule) {
  std::vector<std::string> steps;
  if (rule.digits_first) steps.emplace_back("each digit");
  if (rule.split != nullptr) steps.push_back("split by " + std::string(rule.split));
  steps.emplace_back(rule.split != nullptr ? "ByteLevel" : "ByteLevel with its expression");
  return steps;
}

bool ignores_merges(const json& tokenizer) {
  const auto model = tokenizer.find("model");
  if (model == tokenizer.end() || !model->is_object()) return false;
  const auto flag = model->find("ignore_merges");
  return flag != model->end() && flag->is_boolean() && flag->get<bool>();
}

}  // namespace

std::optional<std::string> pre_tokenizer_name(const json& tokenizer) {
  const std::vector<std::string> steps = steps_of(tokenizer);
  for (const Rule& rule : kRules) {
    if (steps == steps_of(rule) && ignores_merges(tokenizer) == rule.ignore_merges) {
      return rule.name;
    }
  }
  return std::nullopt;
}

std::string describe_pre_tokenizer(const json& tokenizer) {
  const std::vector<std::string> steps = steps_of(tokenizer);
  std::string text = steps.empty() ? "none" : join(steps, ", then ");
  if (ignores_merges(tokenizer)) text += ", ignore_merges";
  return text;
}

std::string pre_tokenizer_names() {
  std::vector<std::string> names;
  for (const Rule& rule : kRules) names.emplace_back(rule.name);
  return join(names, ", ");
}

std::optional<json> pre_tokenizer_rule(std::string_view name) {
  for (const Alias& alias : kAliases) {
    if (name == alias.name) name = alias.rule;
  }
  const auto* rule = std::find_if(std::begin(kRules), std::end(kRules),
                                  [&](const Rule& r) { return name == r.name; });
  if (rule == std::end(kRules)) return std::nullopt;
  json steps = json::array();
  if (rule->digits_first) steps.push_back({{"type", "Digits"}, {"individual_digits", true}});
  if (rule->split != nullptr) {
    steps.push_back({{"type", "Split"},
                     {"pattern", {{"Regex", rule->split}}},
                     {"behavior", "Isolated"},
                     {"invert", false}});
  }
  steps.push_back({{"type", "ByteLevel"},
                   {"add_prefix_space", false},
                   {"trim_offsets", true},
                   {"use_regex", rule->split == nullptr}});
  return json{{"pre_tokenizer", {{"type", "Sequence"}, {"pretokenizers", steps}}},
              {"normalizer", rule->composed ? json{{"type", "NFC"}} : json()},
              {"ignore_merges", rule->ignore_merges}};
}

}  // namespace drp::model_files
