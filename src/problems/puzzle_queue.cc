// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <numeric>

#include "problems/cast.h"
#include "problems/puzzle.h"
#include "problems/slots.h"

namespace drp::problems {
namespace {

constexpr std::size_t kCluesMax = 6;
constexpr std::size_t kOrdersToldMax = 3;

using Order = std::vector<std::size_t>;  // place by person
using Orders = std::vector<Order>;

enum class Sort { kAhead, kNext, kApart, kNotAt };

// A fact about people `a` and `b`, or about `a` and place `b`.
struct Clue {
  Sort sort = Sort::kAhead;
  std::size_t a = 0;
  std::size_t b = 0;

  bool holds(const Order& order) const {
    switch (sort) {
      case Sort::kAhead:
        return order[a] < order[b];
      case Sort::kNext:
        return order[a] + 1 == order[b];
      case Sort::kApart:
        return order[a] + 1 != order[b] && order[b] + 1 != order[a];
      case Sort::kNotAt:
        return order[a] != b;
    }
    return false;
  }
  bool operator==(const Clue&) const = default;
};

using Clues = std::vector<Clue>;

Orders all_orders(std::size_t people) {
  Order order(people);
  std::iota(order.begin(), order.end(), 0);
  Orders all;
  do {
    all.push_back(order);
  } while (std::next_permutation(order.begin(), order.end()));
  return all;
}

Orders orders_with(Orders orders, const Clue& clue) {
  std::erase_if(orders, [&](const Order& order) { return !clue.holds(order); });
  return orders;
}

Orders orders_with(Orders orders, const Clues& clues) {
  for (const Clue& clue : clues) orders = orders_with(std::move(orders), clue);
  return orders;
}

Clue draw_clue(std::size_t people, Random& random) {
  Clue clue;
  clue.sort = static_cast<Sort>(random.index(4));
  clue.a = random.index(people);
  clue.b = clue.sort == Sort::kNotAt ? random.index(people)
                                     : (clue.a + 1 + random.index(people - 1)) % people;
  if (clue.sort == Sort::kApart && clue.a > clue.b) std::swap(clue.a, clue.b);
  return clue;
}

// Clues that leave one order alone and of which none can be left out; empty where the draws do not
// come to that.
Clues draw_clues(const Orders& all, const Order& solution, Random& random) {
  constexpr int kDrawsMax = 40;
  Clues clues;
  Orders left = all;
  for (int i = 0; i < kDrawsMax && left.size() > 1; ++i) {
    const Clue clue = draw_clue(solution.size(), random);
    Orders fewer = orders_with(left, clue);
    if (!clue.holds(solution) || fewer.size() == left.size()) continue;
    clues.push_back(clue);
    left = std::move(fewer);
  }
  if (left.size() != 1) return {};
  for (std::size_t i = clues.size(); i > 0; --i) {
    Clues without = clues;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i - 1));
    if (orders_with(all, without).size() == 1) clues = std::move(without);
  }
  return clues.size() > kCluesMax ? Clues{} : clues;
}

// The person in most clues, on whose place the cases are split.
std::size_t pivot_of(const Clues& clues, std::size_t people) {
  std::vector<int> named(people, 0);
  for (const Clue& clue : clues) {
    ++named[clue.a];
    if (clue.sort != Sort::kNotAt) ++named[clue.b];
  }
  return static_cast<std::size_t>(std::max_element(named.begin(), named.end()) - named.begin());
}

class Teller {
 public:
  Teller(const Clues& clues, const Orders& all, std::vector<std::string> names)
      : clues_(clues), all_(all), names_(std::move(names)) {}

  std::string clause(const Clue& clue) const {
    const std::string& a = names_[clue.a];
    switch (clue.sort) {
      case Sort::kAhead:
        return a + " is somewhere ahead of " + names_[clue.b];
      case Sort::kNext:
        return a + " is directly ahead of " + names_[clue.b];
      case Sort::kApart:
        return a + " and " + names_[clue.b] + " do not stand next to each other";
      case Sort::kNotAt:
        return a + " is not " + std::string(ordinal(clue.b));
    }
    return a;
  }

  std::string in_order(const Order& order) const {
    std::vector<std::string> row(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) row[order[i]] = names_[i];
    return in_row(row);
  }

  // The case that `person` stands at `place`.
  PuzzleStep step(std::size_t person, std::size_t place) const {
    Orders orders = all_;
    std::erase_if(orders, [&](const Order& order) { return order[person] != place; });
    const std::string here = names_[person] + " is " + std::string(ordinal(place));
    PuzzleStep step;
    step.before.push_back("Suppose " + here + ".");
    if (orders_with(orders, clues_).empty()) {
      const Clues reasons = conflict(orders);
      std::string told;
      for (const Clue& clue : reasons) told += (told.empty() ? "" : " and that ") + clause(clue);
      step.after.push_back("Then it cannot be that " + told + ".");
      step.after.push_back("So " + names_[person] + " is not " + std::string(ordinal(place)) + ".");
      return step;
    }
    for (const Clue& clue : clues_) {
      Orders fewer = orders_with(orders, clue);
      if (fewer.size() < orders.size() && fewer.size() <= kOrdersToldMax) {
        step.after.push_back("Since " + clause(clue) + ", " + told(fewer) + ".");
      }
      orders = std::move(fewer);
    }
    step.after.push_back("So the queue is " + in_order(orders.front()) + ".");
    return step;
  }

 private:
  std::string told(const Orders& orders) const {
    if (orders.size() == 1) return "the order must be " + in_order(orders.front());
    std::vector<std::string> rows;
    for (const Order& order : orders) rows.push_back(in_order(order));
    std::string text = "the order can be ";
    for (std::size_t i = 0; i < rows.size(); ++i) text += (i > 0 ? "; or " : "") + rows[i];
    return text;
  }

  // Clues of which none can be left out that no order of `orders` satisfies together.
  Clues conflict(const Orders& orders) const {
    Clues reasons = clues_;
    for (std::size_t i = reasons.size(); i > 0; --i) {
      Clues without = reasons;
      without.erase(without.begin() + static_cast<std::ptrdiff_t>(i - 1));
      if (orders_with(orders, without).empty()) reasons = std::move(without);
    }
    return reasons;
  }

  const Clues& clues_;
  const Orders& all_;
  std::vector<std::string> names_;
};

constexpr std::array<std::string_view, kFrames> kQuestions = {
    "{people} stand in a queue, not in this order. {clues} Who is {place}?",
    "There is a queue of {count} people: {people}. {clues} Which of them is {place} in the queue?",
    "{people} wait in line for the bus. The following is known. {clues} Who waits in the {place} "
    "place?",
    "A line at the bakery is made of {people} in some order. {clues} Name the person who is "
    "{place}.",
    "{people} lined up at the counter. {clues} Whose place is the {place} one?"};

std::string key_of(const Clues& clues, std::size_t people, std::size_t asked) {
  std::string key = "queue " + std::to_string(people) + " ?" + std::to_string(asked);
  for (const Clue& clue : clues) {
    key += " " + std::to_string(static_cast<int>(clue.sort)) + ":" + std::to_string(clue.a) + "," +
           std::to_string(clue.b);
  }
  return key;
}

}  // namespace

std::optional<Puzzle> draw_queue(Random& random, bool held_out_frames) {
  const auto people = static_cast<std::size_t>(random.between(3, 5));
  const Orders all = all_orders(people);
  const Order solution = random.pick(all);
  const Clues clues = draw_clues(all, solution, random);
  if (clues.size() < 2) return std::nullopt;
  std::vector<std::string> names;
  for (const Person& person : draw_people(random, people)) names.emplace_back(person.name);
  const Teller teller(clues, all, names);
  const std::size_t asked = random.index(people);
  Puzzle puzzle;
  puzzle.family = "queue";
  puzzle.domain = "text";
  puzzle.key = key_of(clues, people, asked);
  for (std::size_t i = 0; i < people; ++i) {
    if (solution[i] == asked) puzzle.answer = names[i];
  }
  choose_frame(puzzle, random, held_out_frames);
  std::string told;
  for (const Clue& clue : clues) {
    puzzle.givens.push_back(teller.clause(clue));
    puzzle.checks.push_back("It is true that " + teller.clause(clue) + ".");
    told += (told.empty() ? "" : " ") + teller.clause(clue) + ".";
  }
  const std::string place(ordinal(asked));
  puzzle.question = fill_slots(kQuestions[puzzle.wording], {{"people", listed(names)},
                                                            {"clues", told},
                                                            {"place", place},
                                                            {"count", std::to_string(people)}});
  puzzle.goal = "who is " + place;
  const std::size_t pivot = pivot_of(clues, people);
  for (std::size_t at = 0; at < people; ++at) puzzle.steps.push_back(teller.step(pivot, at));
  puzzle.conclusion = puzzle.answer + " is " + place;
  return puzzle;
}

}  // namespace drp::problems
