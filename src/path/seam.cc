// SPDX-License-Identifier: Apache-2.0
#include "path/seam.h"

#include "base/text.h"

namespace drp::path {
namespace {

bool must_drop(const Opening& opening, const SeamContext& context) {
  if (opening.plain()) {
    return false;
  }
  if (context.after_deletion && (opening.hesitates || opening.contrasts || opening.alternative)) {
    return true;
  }
  if (context.first_of_path && context.after_deletion && (opening.concludes || opening.continues)) {
    return true;
  }
  if (opening.first && !context.ordinal_follows) {
    return true;
  }
  return opening.later && (context.first_of_path || !context.ordinal_precedes) &&
         context.after_deletion;
}

// "So, wait, the total" keeps its "So" where something before it is still there to conclude from.
bool keeps_so(const Opening& opening, const SeamContext& context) {
  return opening.concludes && !context.first_of_path && !opening.contrasts;
}

}  // namespace

Break break_of(std::string_view white_space) {
  std::size_t lines = 0;
  for (const char c : white_space) {
    lines += c == '\n' ? 1 : 0;
  }
  if (lines > 0) {
    return lines > 1 ? Break::kParagraph : Break::kLine;
  }
  return white_space.empty() ? Break::kNone : Break::kSpace;
}

std::string mend_opening(std::string_view text, const Opening& opening,
                         const SeamContext& context) {
  std::string mended;
  if (must_drop(opening, context)) {
    if (keeps_so(opening, context)) {
      const bool lower = opening.begin < text.size() && is_lower(text[opening.begin]);
      mended = (lower ? "so " : "So ") + std::string(text.substr(opening.core));
    } else {
      mended = reopened(text, opening.core);
    }
  } else {
    mended = std::string(text);
  }
  if (context.after_deletion && context.opens_sentence && !context.lower_case_style) {
    capitalise(mended);
  }
  return mended;
}

}  // namespace drp::path
