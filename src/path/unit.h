// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/text.h"

namespace drp::path {

enum class UnitKind { kSentence, kLine, kFormula, kListItem, kHeading, kCode };

// The smallest piece of reasoning that is never cut: a sentence, a line, a displayed formula.
struct Unit {
  Span span;
  UnitKind kind = UnitKind::kSentence;

  bool operator==(const Unit&) const = default;
};

// Cuts any byte string into units that tile it exactly. A unit owns the white space after it; white
// space before the first word belongs to the first unit, so that no unit is white space alone
// unless the whole text is. Nothing is cut inside a formula, a code fence, a quotation, a number,
// after an abbreviation, a list marker or the "!" of a factorial. Time is linear in the text.
std::vector<Unit> cut_units(std::string_view reasoning);

std::string_view unit_kind_name(UnitKind kind);

}  // namespace drp::path
