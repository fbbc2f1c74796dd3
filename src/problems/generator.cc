// SPDX-License-Identifier: Apache-2.0
#include "problems/generator.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"
#include "problems/cast.h"
#include "problems/content_id.h"

namespace drp::problems {
namespace {

// Draws of a problem before the generator gives up on finding a new one.
constexpr int kAttemptsMax = 400;
// Draws of numbers for one family before another is taken.
constexpr int kDrawsMax = 200;
constexpr std::uint64_t kTestShare = 5;
constexpr std::size_t kOperationsMax = 4;

using Numbers = std::map<std::string, std::int64_t, std::less<>>;

std::int64_t operand(std::string_view name, const Numbers& numbers) {
  const auto found = numbers.find(name);
  if (found != numbers.end()) return found->second;
  const auto literal = parse_int(name);
  DRP_CHECK(literal.has_value(), std::string(name).c_str());
  return *literal;
}

// Fills numbers[relation.result]; false where the draw does not suit.
bool derive(const Relation& relation, Numbers& numbers) {
  const auto result =
      apply_sign(relation.sign, operand(relation.left, numbers), operand(relation.right, numbers));
  if (!result || *result < 2 || *result > kResultMax) return false;
  numbers[std::string(relation.result)] = *result;
  return true;
}

std::optional<Numbers> draw_numbers(const FamilyTemplate& family, Random& random) {
  Numbers numbers;
  for (const Draw& draw : family.draws) {
    numbers[std::string(draw.name)] = random.pick(draw.values);
  }
  for (const Relation& relation : family.derived) {
    if (!derive(relation, numbers)) return std::nullopt;
  }
  for (const StepTemplate& step : family.steps) {
    if (!derive(step.relation, numbers)) return std::nullopt;
  }
  return numbers;
}

ProblemSplit split_of(std::string_view key) {
  return derive_seed(0, key) % kTestShare == 0 ? ProblemSplit::kTest : ProblemSplit::kTrain;
}

// The side of a (family, numbers) pair.
ProblemSplit split_of(const FamilyTemplate& family, const Numbers& numbers) {
  std::string key(family.name);
  for (const auto& [name, value] : numbers) key += ' ' + name + '=' + std::to_string(value);
  return split_of(key);
}

// Numbers that suit the family and belong to the split.
std::optional<Numbers> draw_numbers(const FamilyTemplate& family, ProblemSplit split,
                                    Random& random) {
  for (int i = 0; i < kDrawsMax; ++i) {
    auto numbers = draw_numbers(family, random);
    if (numbers && split_of(family, *numbers) == split) return numbers;
  }
  return std::nullopt;
}

void add_person(Slots& slots, std::string_view suffix, const Person& person) {
  const std::string end(suffix);
  slots["he" + end] = person.female ? "she" : "he";
  slots["He" + end] = person.female ? "She" : "He";
  slots["his" + end] = person.female ? "her" : "his";
  slots["His" + end] = person.female ? "Her" : "His";
  slots["him" + end] = person.female ? "her" : "him";
}

Slots make_slots(const FamilyTemplate& family, const Numbers& numbers, Random& random) {
  Slots slots;
  for (const auto& [name, value] : numbers) slots[name] = std::to_string(value);
  const std::vector<Person> people = draw_people(random);
  slots["N"] = people[0].name;
  slots["M"] = people[1].name;
  slots["L"] = people[2].name;
  add_person(slots, "", people[0]);
  add_person(slots, "2", people[1]);
  const Cast cast = draw_cast(family.cast, random);
  slots["x"] = cast.x.singular;
  slots["xs"] = cast.x.plural;
  slots["y"] = cast.y.singular;
  slots["ys"] = cast.y.plural;
  return slots;
}

// The operation that computes `name`, or -1.
int source_of(const FamilyTemplate& family, std::string_view name) {
  for (std::size_t i = 0; i < family.steps.size(); ++i) {
    if (family.steps[i].relation.result == name) return static_cast<int>(i);
  }
  return -1;
}

std::vector<Operation> make_operations(const FamilyTemplate& family, const Numbers& numbers) {
  std::vector<Operation> operations;
  for (const StepTemplate& step : family.steps) {
    const Relation& relation = step.relation;
    operations.push_back({.sign = relation.sign,
                          .left = operand(relation.left, numbers),
                          .right = operand(relation.right, numbers),
                          .result = operand(relation.result, numbers),
                          .left_from = source_of(family, relation.left),
                          .right_from = source_of(family, relation.right)});
  }
  return operations;
}

GeneratedProblem make_problem(const FamilyTemplate& family, const Numbers& numbers,
                              ProblemSplit split, Random& random) {
  GeneratedProblem made;
  made.family = &family;
  made.slots = make_slots(family, numbers, random);
  made.operations = make_operations(family, numbers);
  std::vector<std::string_view> wordings = family.wordings;
  if (split == ProblemSplit::kTest) {
    for (const std::string_view wording : held_out_questions(family.name)) {
      wordings.push_back(wording);
    }
  }
  const std::size_t chosen = random.index(wordings.size());
  Problem& problem = made.problem;
  problem.question = fill_slots(wordings[chosen], made.slots);
  problem.answer = std::to_string(made.operations.back().result);
  problem.id = content_id(problem);
  problem.tags = {{"family", std::string(family.name)},
                  {"operations", std::to_string(made.operations.size())},
                  {"wording", std::to_string(chosen)},
                  {"wording_set", chosen < family.wordings.size() ? "main" : "held_out"}};
  return made;
}

std::optional<GeneratedProblem> draw_problem(const FamilyTemplate& family, ProblemSplit split,
                                             Random& random) {
  const auto numbers = draw_numbers(family, split, random);
  if (!numbers) return std::nullopt;
  return make_problem(family, *numbers, split, random);
}

// A puzzle of the split.
std::optional<GeneratedProblem> draw_puzzle(const PuzzleFamily& family, ProblemSplit split,
                                            Random& random) {
  for (int i = 0; i < kDrawsMax; ++i) {
    std::optional<Puzzle> puzzle = family.draw(random, split == ProblemSplit::kTest);
    if (!puzzle || split_of(puzzle->key) != split) continue;
    GeneratedProblem made;
    made.problem.question = puzzle->question;
    made.problem.answer = puzzle->answer;
    made.problem.domain = puzzle->domain;
    made.problem.id = content_id(made.problem);
    made.problem.tags = {{"family", puzzle->family},
                         {"wording", std::to_string(puzzle->wording)},
                         {"wording_set", puzzle->held_out ? "held_out" : "main"}};
    made.puzzle = std::move(puzzle);
    return made;
  }
  return std::nullopt;
}

// families[n]: those of n + 1 operations that the options allow.
using FamiliesByOperations = std::array<std::vector<const FamilyTemplate*>, kOperationsMax>;

struct AllowedFamilies {
  FamiliesByOperations math;
  std::vector<const PuzzleFamily*> puzzles;

  bool has_math() const {
    return std::any_of(math.begin(), math.end(), [](const auto& part) { return !part.empty(); });
  }
};

bool names_family(const std::vector<std::string>& wanted, std::string_view group,
                  std::string_view name) {
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& entry) {
    return entry == group || entry == "all" || entry == name;
  });
}

void check_family_names(const std::vector<std::string>& wanted) {
  std::vector<std::string> known = {"math", "logic", "all"};
  for (const auto& names : {family_names(), puzzle_names()}) {
    known.insert(known.end(), names.begin(), names.end());
  }
  for (const std::string& name : wanted) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto close = nearest(name, known);
    throw Error(ErrorKind::kConfig, "no problem family is named '" + name + "'",
                close ? "did you mean '" + *close + "'?" : "known: " + join(known, ", "));
  }
}

AllowedFamilies allowed_families(const GeneratorOptions& options) {
  check_family_names(options.families);
  const auto& wanted = options.families;
  AllowedFamilies allowed;
  for (const FamilyTemplate* family : family_templates()) {
    if (!wanted.empty() && !names_family(wanted, "math", family->name)) continue;
    if (static_cast<std::int64_t>(family->steps.size()) > options.operations_max) continue;
    allowed.math[family->steps.size() - 1].push_back(family);
  }
  for (const PuzzleFamily& family : puzzle_families()) {
    if (names_family(wanted, "logic", family.name)) allowed.puzzles.push_back(&family);
  }
  return allowed;
}

// The mix over what the allowed families offer; its sum is above 0.
std::array<double, kOperationsMax> effective_mix(const GeneratorOptions& options,
                                                 const FamiliesByOperations& families) {
  std::array<double, kOperationsMax> mix{};
  double sum = 0;
  for (std::size_t i = 0; i < kOperationsMax; ++i) {
    if (!families[i].empty()) mix[i] = std::max(0.0, options.operations_mix[i]);
    sum += mix[i];
  }
  if (!(sum > 0)) {
    throw Error(ErrorKind::kConfig,
                "no problem family fits: operations_max is " +
                    std::to_string(options.operations_max) + " (1 to 4), the mix is " +
                    format_fixed(options.operations_mix[0], 2) + ", " +
                    format_fixed(options.operations_mix[1], 2) + ", " +
                    format_fixed(options.operations_mix[2], 2) + ", " +
                    format_fixed(options.operations_mix[3], 2),
                "allow more families or raise their share");
  }
  for (double& share : mix) share /= sum;
  return mix;
}

// Where a uniform number falls in the mix; an empty class is never hit.
std::size_t pick_class(const std::array<double, kOperationsMax>& mix, double at) {
  std::size_t last = 0;
  for (std::size_t i = 0; i < mix.size(); ++i) {
    if (mix[i] <= 0) continue;
    last = i;
    if (at < mix[i]) return i;
    at -= mix[i];
  }
  return last;
}

}  // namespace

std::string equation_text(const Operation& operation) {
  return std::to_string(operation.left) + ' ' + operation.sign + ' ' +
         std::to_string(operation.right) + " = " + std::to_string(operation.result);
}

std::optional<std::int64_t> apply_sign(char sign, std::int64_t left, std::int64_t right) {
  switch (sign) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right == 0 || left % right != 0) return std::nullopt;
      return left / right;
    default:
      DRP_CHECK(false, "unknown sign");
      return std::nullopt;
  }
}

std::vector<GeneratedProblem> generate_problems(const GeneratorOptions& options) {
  const AllowedFamilies families = allowed_families(options);
  const bool puzzles_alone = !families.puzzles.empty() && !families.has_math();
  const auto mix =
      puzzles_alone ? std::array<double, kOperationsMax>{} : effective_mix(options, families.math);
  std::vector<GeneratedProblem> problems;
  std::set<std::string> questions;
  for (std::int64_t i = 0; i < options.count; ++i) {
    Random random(
        derive_seed(options.seed, split_name(options.split), static_cast<std::uint64_t>(i)));
    const bool puzzle = puzzles_alone || (!families.puzzles.empty() && random.chance(0.5));
    const std::size_t size = puzzle ? 0 : pick_class(mix, random.uniform());
    int attempts = 0;
    while (true) {
      if (++attempts > kAttemptsMax) {
        throw Error(ErrorKind::kConfig,
                    "problems: " + std::to_string(options.count) +
                        " different problems were asked for, the families gave " +
                        std::to_string(problems.size()),
                    "ask for fewer or allow more families");
      }
      auto made = puzzle ? draw_puzzle(*random.pick(families.puzzles), options.split, random)
                         : draw_problem(*random.pick(families.math[size]), options.split, random);
      if (!made || !questions.insert(made->problem.question).second) continue;
      problems.push_back(std::move(*made));
      break;
    }
  }
  return problems;
}

std::vector<std::string> family_names() {
  std::vector<std::string> names;
  for (const FamilyTemplate* family : family_templates()) names.emplace_back(family->name);
  return names;
}

std::vector<std::string> puzzle_names() {
  std::vector<std::string> names;
  for (const PuzzleFamily& family : puzzle_families()) names.emplace_back(family.name);
  return names;
}

std::string_view split_name(ProblemSplit split) {
  return split == ProblemSplit::kTrain ? "train" : "test";
}

}  // namespace drp::problems
