// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::answers {

// Whether the reasoning part ended: with its close marker, not at all (cut in the middle), or there
// were no markers.
enum class Closing { kClosed, kCut, kNone };

// What opens and closes the reasoning part of a response in one convention.
struct Marker {
  std::string open;
  std::string close;
  std::string name;
};

struct Markers {
  std::vector<Marker> tags;
};

// <think>, <Thought>, <|begin_of_thought|>, gpt-oss channels and their kin. Bare words on lines of
// their own ("think\n ... \nanswer\n") are recognised beside them.
const Markers& default_markers();

// The two parts of a response; the bytes outside both spans are markers and white space about them.
struct ResponseParts {
  Span reasoning;
  Span answer;
  Closing closing = Closing::kNone;
  std::string form;  // name of the convention, "none" without markers
};

// Splits a raw response. The answer begins after the last close marker (several occur). A close
// without an open is a template that had written the open already. Without markers the whole text
// is reasoning and the answer is empty at its end. Linear time.
ResponseParts split_response(std::string_view response, const Markers& markers = default_markers());

}  // namespace drp::answers
