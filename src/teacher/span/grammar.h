// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "teacher/span/reply.h"

namespace drp::teacher {

// How long the free parts of a reply may get, in characters.
struct GrammarLimits {
  std::size_t skill_max = 40;
  std::size_t text_max = 600;
};

// A grammar (GBNF, as llama.cpp reads it) of exactly the replies that read_reply() takes for these
// units: last units rise and reach the last one, every S and every merge has its text. Two rules a
// unit: one where a step may begin with any action, one inside a merge that has no text yet. A
// model that is held to it cannot break the protocol, whatever it knows.
std::string reply_grammar(UnitNumbers units, const GrammarLimits& limits = {});

}  // namespace drp::teacher
