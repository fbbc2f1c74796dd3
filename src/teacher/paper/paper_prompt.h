// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/chat_model.h"
#include "path/keep_checks.h"
#include "records/problem.h"
#include "teacher/model/split.h"
#include "teacher/model/synthesis.h"
#include "teacher/paper/paper_reply.h"

namespace drp::teacher {

// The messages of the paper protocol. `fault` is what was wrong with the reply before, empty at
// first.
struct PaperPrompt {
  SplitBy split = SplitBy::kSkill;
  path::KeepChecks keep_checks = path::KeepChecks::kMending;
  Synthesis synthesis = Synthesis::kTeacher;

  // The first call: the reasoning typed off in steps, each with its skill (split skill).
  std::vector<llm::Message> split_call(std::string_view reasoning, std::string_view fault) const;
  // The second call: an action a step, then the synthesis or new texts.
  std::vector<llm::Message> prune_call(const Problem& problem, const std::vector<TypedStep>& steps,
                                       std::string_view fault) const;
  // Instead of both, for split none: the reasoning at once.
  std::vector<llm::Message> whole_call(const Problem& problem, std::string_view reasoning) const;
  // The teacher's own short solution.
  std::vector<llm::Message> own_call(const Problem& problem) const;

  // Names and fingerprints of the fixed texts of each call: "paper split 1f0c9a2b".
  std::string split_version() const;
  std::string prune_version() const;
  std::string whole_version() const;
  static std::string own_version();
  // Options and a fingerprint of every fixed text.
  std::string identity() const;
};

}  // namespace drp::teacher
