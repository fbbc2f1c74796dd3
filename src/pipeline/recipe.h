// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pipeline/recipe_parts.h"

namespace drp::pipeline {

// All settings of a run. The names, documentation and limits of the keys are in recipe_fields.cc;
// docs/recipe.md is printed from there.
struct Recipe {
  struct {
    std::string model = "smollm2-135m-instruct";
    std::vector<std::string> adapters;
    std::string system;
    std::string prompt = "{question}";
    std::string response_prefix;
    EndpointRecipe endpoint;
  } student;
  struct {
    ProblemsRecipe train{.count = 300, .split = "train"};
    ProblemsRecipe test{.count = 300, .split = "test"};
    std::int64_t operations_max = 4;
  } problems;
  struct {
    std::int64_t samples = 1;
    double temperature = 0.6;
    double top_p = 0.95;
    std::int64_t top_k = 0;
    std::int64_t tokens_max = 512;
  } sample;
  struct {
    std::string kind = "rules";
    std::vector<std::string> rules_off;
    std::string keep_checks = "mending";
    std::string like;
    std::string model;
    double keep_answer_prob = 0.95;
    std::string protocol = "span";
    std::string split = "skill";
    std::string synthesis = "auto";
    std::string target = "trace";
    std::string correction = "none";
    bool second_look = false;
    double max_usd = 0;
    std::int64_t max_tokens = 0;
    std::string prices;
    std::string cache = "on";
    std::string endpoint;
    std::string api_key_env;
    std::string extra_body;
    std::int64_t concurrency = 64;
    std::int64_t rpm = 0;
    std::int64_t tpm = 0;
    std::string batch = "off";
    std::string grammar = "off";
  } teacher;
  struct {
    std::string command;
  } grade;
  struct {
    std::string answer_section = "statement";
    std::vector<std::string> gates_off;
  } path;
  CurateRecipe curate;
  struct {
    std::string kind = "lora";
    std::vector<std::string> targets = {"all"};
    std::int64_t rank = 8;
    double alpha = 16;
    double dropout = 0;
    double learning_rate = 3e-5;
    std::string schedule = "cosine";
    double warmup = 0.1;
    std::int64_t epochs = 3;
    std::int64_t batch = 8;
    std::int64_t threads = 0;
    std::string precision = "auto";
    std::string device = "auto";
    std::int64_t micro_batch_tokens = 4096;
    std::int64_t patience = 0;
    bool rank_stabilised = false;
    std::string recompute = "auto";
    std::string weights = "auto";
    std::string share_prompts = "off";
  } train;
  struct {
    std::int64_t samples = 1;
    double temperature = 0;
    double top_p = 1;
    std::int64_t tokens_max = 512;
    bool control = false;
    std::int64_t judged = 100;
    std::string tuned_model;
    std::string profile = "none";
    std::string prompt;
    std::string response_prefix;
    std::string chat_template = "student";
    std::vector<std::string> stop;
    std::string count = "generated";
  } evaluate;
  struct {
    std::string title = "drp run";
    std::int64_t examples_max = 50000;
  } report;
  AblateRecipe ablate;
  struct {
    std::int64_t seed = 1;
    std::string folder = "runs/default";
    std::int64_t failures_allowed = 0;
    std::int64_t threads = 0;
  } run;
};

// Whether a key is part of what work was made from, so that another value makes the work stale.
enum class Fingerprinted {
  kAlways,
  kUnlessDefault,  // for keys newer than the work of others: their default is what was before
  kNever,          // caps and places, which change no result
};

// One key of the recipe as the user sees it.
struct RecipeKey {
  std::string name;     // "sample.temperature"
  std::string value;    // the effective value as YAML text
  std::string origin;   // "default", "demo.yaml:12" or "command line"
  std::string type;     // "number >= 0", "one of first, shortest", ...
  std::string initial;  // the default
  std::string doc;
  Fingerprinted fingerprinted = Fingerprinted::kAlways;
};

// A recipe read from a file and overridden from the command line, with the origin of each value.
struct LoadedRecipe {
  Recipe recipe;
  std::vector<RecipeKey> keys;  // in documentation order
};

// `file` is a YAML path or empty for defaults; `overrides` are "key.sub=value", later ones win.
// Throws Error{kConfig} naming file:line, key, value and allowed range; an unknown key is refused
// with the nearest name.
LoadedRecipe load_recipe(const std::string& file, const std::vector<std::string>& overrides);

// The effective recipe as YAML, in documentation order.
std::string recipe_yaml(const LoadedRecipe& recipe);

}  // namespace drp::pipeline
