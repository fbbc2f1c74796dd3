// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "problems/cast.h"
#include "problems/puzzle.h"
#include "problems/slots.h"

namespace drp::problems {
namespace {

// Says whether the liar is one of one or two people.
struct Statement {
  bool inside = true;
  std::size_t a = 0;
  std::optional<std::size_t> b;

  bool is_true(std::size_t liar) const { return (liar == a || (b && liar == *b)) == inside; }
  bool operator==(const Statement&) const = default;
};

using Statements = std::vector<Statement>;  // one a speaker

Statement draw_statement(std::size_t speaker, std::size_t people, Random& random) {
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < people; ++i) {
    if (i != speaker) others.push_back(i);
  }
  random.shuffle(others);
  Statement statement;
  statement.inside = random.chance(0.5);
  statement.a = others[0];
  if (random.chance(0.4)) {
    statement.a = std::min(others[0], others[1]);
    statement.b = std::max(others[0], others[1]);
  }
  return statement;
}

// The first speaker whose words do not fit `liar`.
std::optional<std::size_t> contradiction(const Statements& statements, std::size_t liar) {
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (statements[i].is_true(liar) == (i == liar)) return i;
  }
  return std::nullopt;
}

// The one liar that fits; nothing where none or several do.
std::optional<std::size_t> only_liar(const Statements& statements) {
  std::optional<std::size_t> found;
  for (std::size_t liar = 0; liar < statements.size(); ++liar) {
    if (contradiction(statements, liar)) continue;
    if (found) return std::nullopt;
    found = liar;
  }
  return found;
}

class Teller {
 public:
  Teller(const Statements& statements, std::vector<Person> people)
      : statements_(statements), people_(std::move(people)) {}

  std::string name(std::size_t i) const { return std::string(people_[i].name); }

  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < people_.size(); ++i) all.push_back(name(i));
    return all;
  }

  // What speaker `i` says, as a clause.
  std::string clause(std::size_t i) const {
    const Statement& said = statements_[i];
    if (!said.b) return name(said.a) + (said.inside ? " is the liar" : " tells the truth");
    const std::string second = name(*said.b);
    return said.inside ? "the liar is " + name(said.a) + " or " + second
                       : "neither " + name(said.a) + " nor " + second + " is the liar";
  }

  std::string statements() const {
    std::string text;
    for (std::size_t i = 0; i < people_.size(); ++i) {
      text += (i > 0 ? " " : "") + name(i) + " says: \"" + capitalised(clause(i)) + ".\"";
    }
    return text;
  }

  PuzzleStep step(std::size_t liar) const {
    PuzzleStep step;
    step.before.push_back("Suppose " + name(liar) + " is the liar.");
    const auto against = contradiction(statements_, liar);
    if (!against) return fitting(std::move(step), liar);
    if (*against == liar) {
      step.after.push_back("Then what " + name(liar) + " says must be false.");
      step.after.push_back("But " + clause(liar) + ", so " + name(liar) +
                           " would be telling the truth.");
    } else {
      step.after.push_back("Then " + name(*against) + " tells the truth, so " + clause(*against) +
                           ".");
      step.after.push_back("But in this case " + opposite(*against) + ".");
      step.slip = "That seems to fit, so " + name(liar) + " is the one.";
    }
    step.after.push_back("So " + name(liar) + " is not the liar.");
    return step;
  }

 private:
  PuzzleStep fitting(PuzzleStep step, std::size_t liar) const {
    for (std::size_t i = 0; i < people_.size(); ++i) {
      step.after.push_back(i == liar
                               ? name(i) + " lies, and it is indeed false that " + clause(i) + "."
                               : name(i) + " tells the truth, and indeed " + clause(i) + ".");
    }
    step.after.push_back("So everything fits when " + name(liar) + " is the liar.");
    return step;
  }

  // That the statement of speaker `i` is false, as a clause.
  std::string opposite(std::size_t i) const {
    const Statement& said = statements_[i];
    if (!said.b) return name(said.a) + (said.inside ? " tells the truth" : " is the liar");
    return said.inside ? "both " + name(said.a) + " and " + name(*said.b) + " tell the truth"
                       : "one of " + name(said.a) + " and " + name(*said.b) + " is the liar";
  }

  const Statements& statements_;
  std::vector<Person> people_;
};

std::string key_of(const Statements& statements) {
  std::string key = "liars";
  for (const Statement& said : statements) {
    key += said.inside ? " +" : " -";
    key += std::to_string(said.a);
    if (said.b) key += "," + std::to_string(*said.b);
  }
  return key;
}

constexpr std::array<std::string_view, kFrames> kQuestions = {
    "One of {people} always lies, and the others always tell the truth. {statements} Who is the "
    "liar?",
    "Among {people} there is exactly one liar; everybody else tells the truth. {statements} Which "
    "of them lies?",
    "{people} sit at a table. All of them are honest except for one, who says nothing true. "
    "{statements} Who of them is the liar?",
    "You meet {people}. You know that one of them is a liar and that the rest never lie. "
    "{statements} Name the liar.",
    "A game has one liar, and all other players speak the truth. The players are {people}. "
    "{statements} Which player is the liar?"};

}  // namespace

std::optional<Puzzle> draw_liars(Random& random, bool held_out_frames) {
  const auto count = static_cast<std::size_t>(random.between(3, 4));
  Statements statements;
  for (std::size_t i = 0; i < count; ++i) {
    statements.push_back(draw_statement(i, count, random));
  }
  const auto liar = only_liar(statements);
  if (!liar) return std::nullopt;
  const Teller teller(statements, draw_people(random, count));
  Puzzle puzzle;
  puzzle.family = "liars";
  puzzle.domain = "text";
  puzzle.answer = teller.name(*liar);
  puzzle.key = key_of(statements);
  choose_frame(puzzle, random, held_out_frames);
  const Slots slots = {{"people", listed(teller.names())}, {"statements", teller.statements()}};
  puzzle.question = fill_slots(kQuestions[puzzle.wording], slots);
  puzzle.goal = "which of them lies";
  puzzle.conclusion = "the liar is " + puzzle.answer;
  for (std::size_t i = 0; i < count; ++i) {
    puzzle.givens.push_back(teller.name(i) + " says that " + teller.clause(i));
    puzzle.steps.push_back(teller.step(i));
    puzzle.checks.push_back(teller.name(i) + " says that " + teller.clause(i) + ", which is " +
                            (i == *liar ? "false" : "true") + ".");
  }
  return puzzle;
}

}  // namespace drp::problems
