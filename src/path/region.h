// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::path {

enum class RegionKind { kInlineMath, kDisplayMath, kCode, kQuote };

// A stretch of text that is never cut.
struct Region {
  Span span;
  RegionKind kind = RegionKind::kInlineMath;

  bool operator==(const Region&) const = default;
};

// Longest formula and longest quotation that count as one piece; an opening sign whose closing sign
// lies further away is an ordinary character.
inline constexpr std::size_t kFormulaBytesMax = 4000;
inline constexpr std::size_t kQuoteBytesMax = 600;

// The formulas ($..$, $$..$$, \(..\), \[..\], \begin..\end), code (fenced, or by its lines, see
// code_lines.h) and quotations of `text`, in order and disjoint; where they nest, the outermost. A
// dollar sign before a price opens nothing: an inline formula neither begins nor ends with white
// space, and no digit follows it. Time is linear in the text whatever it holds.
std::vector<Region> find_regions(std::string_view text);

}  // namespace drp::path
