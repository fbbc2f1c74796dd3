// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "llm/chat_model.h"
#include "path/keep_checks.h"
#include "records/problem.h"
#include "teacher/model/split.h"
#include "teacher/span/reply.h"

namespace drp::teacher {

// The byte ends of what is numbered: units as path cuts them, paragraphs for split default, the
// whole reasoning for split none.
std::vector<std::size_t> unit_ends(std::string_view reasoning, SplitBy split);

// "[1] first unit", one unit a line, a pilcrow behind the last one of a paragraph. The units' own
// line breaks and bytes stay.
std::string numbered(std::string_view reasoning, const std::vector<std::size_t>& ends,
                     UnitNumbers units);

struct SpanPrompt {
  SplitBy split = SplitBy::kSkill;
  path::KeepChecks keep_checks = path::KeepChecks::kMending;

  // What to ask for a plan. `fault` is what was wrong with the reply before; empty at first. The
  // prompt of a second try is longer by the fault alone.
  std::vector<llm::Message> plan(const Problem& problem, std::string_view numbered_reasoning,
                                 UnitNumbers units, std::string_view fault) const;
  // What to ask for a second look at the path that `reply` gave. `objection` is what a gate said
  // against it; may be empty.
  std::vector<llm::Message> look(const Problem& problem, std::string_view numbered_reasoning,
                                 UnitNumbers units, std::string_view reply, std::string_view path,
                                 std::string_view objection) const;
  // Name and fingerprint of the fixed texts of the two: "span plan 1f0c9a2b".
  std::string plan_version() const;
  std::string look_version() const;
  // Options and a fingerprint of every fixed text.
  std::string identity() const;
};

}  // namespace drp::teacher
