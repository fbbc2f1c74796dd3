// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "records/scored.h"

namespace drp::pipeline {

// Responses that were graded before: a run folder (eval/scored.jsonl) or a folder that `drp
// evaluate
// --traces -o` made (scored.jsonl).
class StoredScores {
 public:
  // Throws Error{kData} where the folder holds no graded responses.
  explicit StoredScores(std::filesystem::path folder);

  // The students in it, in order of their first response.
  std::vector<std::string> arms() const;
  // In the file's order. Throws Error{kData} that names FILE:LINE.
  void visit(const std::string& arm, const std::function<void(Scored&&)>& visit) const;
  // "tokens", or "characters" where it was counted so.
  std::string length_unit() const;
  // What its evaluation was made with, by name: "evaluate.tokens_max": "512"; empty where unknown.
  std::map<std::string, std::string> settings() const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path file_;
};

}  // namespace drp::pipeline
