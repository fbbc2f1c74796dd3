// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::teacher {

// Where re-typed pieces of a text stand in it.
struct Alignment {
  // One span a piece; together they tile the text in order. A piece of which no word was found
  // again has an empty span.
  std::vector<Span> spans;
  // Share of the text's words that the pieces hold, in order. 1 for a text without words.
  double coverage = 0;
};

// Aligns pieces that were typed off `text` one after another, with slips, omissions and additions.
// Words are compared without regard to case, white space and typesetting; a boundary goes to the
// end of a unit where one lies between the last word of a piece and the first of the next. Runs of
// words that stand once on both sides are anchors, and only what lies between them is compared word
// by word, so time is near linear; a stretch of more than some thousand words without any anchor
// counts as not found.
Alignment align_pieces(std::string_view text, const std::vector<std::string>& pieces);

}  // namespace drp::teacher
