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

  std::string identity() const;
};

}  // namespace drp::teacher
