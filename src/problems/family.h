// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace drp::problems {

// A family is a kind of word problem as data: numbers to draw, operations to do, and wordings with
// slots. Goals: a new family is one constant in a families_*.cc file; every text about a quantity
// is written once, beside the operation that computes it. Not goals: conditions, loops, grammar.
//
// Slots in any text: {a} a drawn or derived number; {r1}, {r2}, ... the result of an operation;
// {eq} the equation of the operation at hand ("4 * 6 = 24"); {N} {M} {L} three people; {he} {He}
// {his} {His} {him} for N, {he2} {He2} {his2} {him2} for M; {x} {xs} and {y} {ys} the two nouns of
// the cast; {an x}, {An x} with its article; {times k} "twice" or "3 times".

// One number of the question and the values it may take.
struct Draw {
  std::string_view name;
  std::vector<std::int64_t> values;
};

// `left` and `right` name a number or are digits; `sign` is one of + - * /; a division is exact.
struct Relation {
  std::string_view result;
  std::string_view left;
  char sign;
  std::string_view right;
};

// One operation of the solution. `label` is a noun phrase for what it computes ("the total number
// of pencils"); `sentences` say it with {eq}.
struct StepTemplate {
  Relation relation;
  std::string_view label;
  std::vector<std::string_view> sentences;
};

struct Noun {
  std::string_view singular;
  std::string_view plural;
};

// The nouns of one telling: a thing, and what it comes in or a second thing.
struct Cast {
  Noun x;
  Noun y;
};

// Which casts suit a family (cast.h).
enum class CastKind { kCollected, kPacked, kPriced, kTwoPriced, kPlain };

struct FamilyTemplate {
  std::string_view name;
  CastKind cast;
  std::vector<Draw> draws;
  // Numbers of the question that follow from the draws, so that divisions come out even.
  std::vector<Relation> derived;
  std::vector<StepTemplate> steps;
  // Clauses that tell the question's facts, for restating them.
  std::vector<std::string_view> givens;
  // An indirect question: "how many pencils are left".
  std::string_view goal;
  // A clause with the last result: "{r2} pencils are left".
  std::string_view conclusion;
  std::vector<std::string_view> wordings;
};

// All families, ordered by number of operations; names are unique. The wordings that are set aside
// for the test split are in held_out_questions.cc.
const std::vector<const FamilyTemplate*>& family_templates();
std::vector<std::string_view> held_out_questions(std::string_view family);

// low, low + step, ... up to high.
std::vector<std::int64_t> range(std::int64_t low, std::int64_t high, std::int64_t step = 1);

std::vector<const FamilyTemplate*> one_operation_families();
std::vector<const FamilyTemplate*> two_operation_families();
std::vector<const FamilyTemplate*> two_operation_rate_families();
std::vector<const FamilyTemplate*> three_operation_families();
std::vector<const FamilyTemplate*> four_operation_families();

}  // namespace drp::problems
