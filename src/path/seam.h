// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "path/opening.h"

namespace drp::path {

// White space between two pieces, weakest first.
enum class Break { kNone, kSpace, kLine, kParagraph };

Break break_of(std::string_view white_space);

// What a seam must know of one piece.
struct SeamContext {
  bool first_of_path = false;
  bool after_deletion = false;    // what stood right before it in the trace is gone
  bool ordinal_follows = false;   // a later piece goes on counting ("Second", "Then", "Finally")
  bool ordinal_precedes = false;  // an earlier piece began to ("First")
  bool lower_case_style = false;  // the whole trace writes sentences in lower case
  bool opens_sentence = true;     // the path before it ended a sentence or a line
};

// Drops the connectives that lost what they referred to and capitalises what now opens a sentence:
// a hesitation or "But" after a deletion, "So" or "Then" at the head of the path, "First" that
// nothing follows, "Second" that nothing precedes. Everything else stays the student's.
std::string mend_opening(std::string_view text, const Opening& opening, const SeamContext& context);

}  // namespace drp::path
