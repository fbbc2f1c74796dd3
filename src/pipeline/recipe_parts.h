// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

// Groups of settings in a Recipe.
namespace drp::pipeline {

// Where problems come from. `source` is "generated", a preset name (gsm8k, ...) or a file.
struct ProblemsRecipe {
  std::string source = "generated";
  std::string file;
  std::vector<std::string> columns;  // "question=NAME"
  std::int64_t count = 0;
  std::string split = "train";
  std::vector<std::string> families;  // of "generated"; empty: math
  std::vector<double> operations;     // of "generated": weights of 1, 2, ... operations
};

// Where the student answers; with neither url nor model it is the local one.
struct EndpointRecipe {
  std::vector<std::string> url;
  std::string model;
  std::string api_key_env;
  std::int64_t concurrency = 64;
  std::string extra_body;
  std::string prefill = "none";

  bool used() const { return !url.empty() || !model.empty(); }
};

// Which paths become training rows.
struct CurateRecipe {
  std::string select = "shortest";
  std::int64_t rows_max = 0;
  double near_duplicate = 0.95;
  std::int64_t tokens_max = 4096;
  double validation = 0.05;
  std::string problems;
};

// What `drp ablate` repeats the run for.
struct AblateRecipe {
  std::vector<std::string> cells = {"skill", "default", "none", "unpruned", "random", "foreign"};
  std::vector<std::string> seeds;
  std::vector<std::string> teachers;
  std::vector<std::string> students;
};

}  // namespace drp::pipeline
