// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "path/claims.h"
#include "path/counted.h"
#include "path/equation.h"
#include "path/number.h"
#include "path/opening.h"

namespace drp::path {

// The values that one piece of text uses and makes.
struct Flow {
  std::vector<std::int64_t> figures;   // keys of the numbers written in digits
  std::vector<std::int64_t> mentions;  // those and the number words
  std::vector<std::int64_t> results;   // what the piece computes or states
  std::vector<Equation> equations;
  std::uint64_t symbols = 0;  // one bit a letter that stands for an unknown
  std::uint64_t defines = 0;  // those that the piece introduces ("let x be", "denote ... as W")
  Opening opening;
  bool points_back = false;  // "this number", "to do that", "similarly": needs what stood before

  bool computes() const { return !equations.empty(); }
};

Flow read_flow(std::string_view text);

// Values that a reader has before the first step: the question's numbers, and what a percentage or
// a fraction word makes of them (20 % gives 0.2, 0.8 and 1.2).
struct Given {
  std::vector<std::int64_t> values;
  std::vector<std::int64_t> numbers;  // those that stand in the question itself
  // What every reader makes of its words: the 4 of "one-fourth", the 60 of hours and minutes.
  std::vector<std::int64_t> implied;
  std::vector<Counted> counted;  // the numbers of the question with what each counts
  std::uint64_t symbols = 0;
  std::vector<std::string> names;   // capitalised words but common openers, in order
  std::vector<std::string> people;  // those that a pronoun may mean: no day, no month
  bool names_someone = false;       // a person or thing that "he", "she", "they", "it" may mean
  // Where values flow in words; else without names, and no claim is looked for.
  ClaimWords claim_words;
  std::vector<std::uint64_t> claims;  // of the question
};
Given read_given(std::string_view question);
// The same for a problem whose way to the answer leads through words.
Given read_given_in_words(std::string_view question);

// A piece of the trace in order: kept (with its text as the path has it) or deleted.
struct FlowItem {
  const Flow* flow = nullptr;
  std::string_view text;
  bool kept = true;
};

enum class MissingKind { kValue, kSymbol, kReferent, kClaim };

// Kept item `user` needs something whose introduction, item `introducer`, was deleted.
struct Missing {
  std::size_t user = 0;
  std::size_t introducer = 0;
  MissingKind kind = MissingKind::kValue;
  std::string what;
};

// Everything that is missing, in order of its user. A value is there when the question gives it, a
// kept item before has it, or the item itself computes it or brings it (path/at_hand.h); a value of
// the question is not there for another thing for which a deleted item worked it out. Its
// introduction is the last deleted item that computed it, else the first that named it; a value
// never named before is the item's own. A claim is missing where an item takes it as known ("since
// Ben is third") that only deleted ones made.
std::vector<Missing> find_missing(const Given& given, const std::vector<FlowItem>& items);

// Whether `item` opens with a back reference to the item right before it.
bool leans_back(const Flow& flow, const Given& given, bool first_of_path);

}  // namespace drp::path
