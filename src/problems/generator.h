// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "problems/family.h"
#include "problems/puzzle.h"
#include "problems/slots.h"
#include "records/problem.h"

namespace drp::problems {

// Train and test share no (family, numbers) pair, and no puzzle but for its names: each belongs to
// one of the two by a hash that depends on nothing else. So no question of one occurs in the other,
// whatever the seeds, and no test problem differs from a train problem by names alone. About one
// in five is test.
enum class ProblemSplit { kTrain, kTest };

struct GeneratorOptions {
  std::int64_t count = 300;
  std::uint64_t seed = 1;
  ProblemSplit split = ProblemSplit::kTrain;
  // Names of families to draw from, or of groups: "math" (word problems), "logic" (puzzles), "all";
  // empty means math. Where both sorts are named, half of the problems are puzzles.
  std::vector<std::string> families;
  // Share of problems with 1, 2, 3 and 4 operations, cut at operations_max and scaled to 1.
  std::array<double, 4> operations_mix = {0.30, 0.35, 0.22, 0.13};
  std::int64_t operations_max = 4;
};

// One operation as it was done: left sign right = result.
struct Operation {
  char sign = '+';
  std::int64_t left = 0;
  std::int64_t right = 0;
  std::int64_t result = 0;
  // Number of the earlier operation (0-based) that gave the operand, or -1 for a number of the
  // question.
  int left_from = -1;
  int right_from = -1;

  bool operator==(const Operation&) const = default;
};

// A problem, and all that is needed to tell its solution (worked_solution.h): of a word problem its
// operations, family and slots, else the puzzle.
struct GeneratedProblem {
  Problem problem;
  std::vector<Operation> operations;
  const FamilyTemplate* family = nullptr;
  Slots slots;
  std::optional<Puzzle> puzzle;
};

// "4 * 6 = 24"
std::string equation_text(const Operation& operation);
// The result of a sign; nothing where it is not a whole number.
std::optional<std::int64_t> apply_sign(char sign, std::int64_t left, std::int64_t right);

// `count` problems with different questions, the same for the same options on every machine. The
// answers of word problems are whole numbers from 2 to kResultMax; a puzzle's is a word (domain
// text) or an option's letter (choice). Tags: family, operations ("2", of word problems), wording
// ("3") and wording_set ("main", or "held_out" in the test split: one wording in five). Throws
// Error{kConfig} for an unknown family (names the nearest), a mix that is nothing, or a count that
// the families cannot fill.
inline constexpr std::int64_t kResultMax = 400;
std::vector<GeneratedProblem> generate_problems(const GeneratorOptions& options);

// The names of the families of word problems, in order, and of the puzzles.
std::vector<std::string> family_names();
std::vector<std::string> puzzle_names();
// "train" or "test".
std::string_view split_name(ProblemSplit split);

}  // namespace drp::problems
