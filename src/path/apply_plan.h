// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/text.h"
#include "records/path.h"
#include "records/plan.h"

namespace drp::path {

// Whether the joints that a deletion leaves are mended (see seam.h) or every byte stays as planned.
enum class Seams { kMend, kVerbatim };

struct ApplyOptions {
  Seams seams = Seams::kMend;
};

// A stretch of the path and what it came from. `source` covers the whole group of a multi-step
// compression; `mended` says that a seam changed its first words.
struct Piece {
  Span source;
  Span path;
  Action action = Action::kKeep;
  bool mended = false;
};

struct AppliedPlan {
  std::string reasoning;
  std::vector<Piece> pieces;
};

// The first fault of a plan: a gap, an overlap, a compress action without text, a text where none
// belongs (kBadPlan), steps out of order (kOrder), a merge over a step that is no part of it
// (kFarMerge). Nothing where the plan is sound.
std::optional<Rejection> check_plan(std::string_view reasoning, const Plan& plan);

// Builds the path that `plan` yields for `reasoning`. White space: a rewritten step takes over the
// white space after its last unit; a deleted end of a paragraph leaves one break; the white space
// that opens and closes the reasoning stays. A line break written as U+23CE in new text becomes
// one. A plan with a synthesis gives one piece, which comes from the whole trace.
expected<AppliedPlan, Rejection> apply_plan(std::string_view reasoning, const Plan& plan,
                                            const ApplyOptions& options = {});

}  // namespace drp::path
