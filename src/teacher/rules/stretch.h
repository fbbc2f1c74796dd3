// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// The stretches before the answer, in order, none inside another: from the unit that doubts, asks
// itself or sets out to check to the one that settles it (an approval, a firm conclusion, the turn
// to other work), unless it is taken up again right behind that. A check, which goes over what is
// known, ends at the latest where a new value is made. Needs draft.anchor.
std::vector<Stretch> find_stretches(const Draft& draft);

// "Wait, so both terms cancel." sees something; it asks and checks nothing.
bool realises(const UnitFacts& unit);

// Whether the unit says something in its stretch, were it only "Wait, no." or "That can't be.".
bool speaks(const UnitFacts& unit);

// "Because ...", "That means ...", "Conversely, ...": says nothing without the sentence before it.
bool stands_on_last(const UnitFacts& unit);

// Whether a conclusion can be drawn from what was said before it: it takes one of its numbers, or
// speaks of the same things.
bool follows_from(const path::Flow& flow, const Words& words, const path::Flow& before,
                  const Words& words_before);

// Whether unit `next` reads on after unit `before`, the last one of the path so far if any.
bool reads_on(const Draft& draft, std::optional<std::size_t> before, std::size_t next);

}  // namespace drp::teacher
