// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "problems/cast.h"
#include "problems/puzzle.h"
#include "problems/slots.h"

namespace drp::problems {
namespace {

constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};

// `forward`: the day so many days later, else so many days before.
struct Shift {
  std::size_t start = 0;
  std::size_t days = 0;
  bool forward = true;

  std::size_t after(std::size_t count) const {
    return (start + (forward ? count : 7 * count - count)) % 7;
  }
};

std::string day(std::size_t index) { return std::string(kDays[index]); }

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

constexpr std::array<std::string_view, kFrames> kLater = {
    "Today is {day}. Which day of the week is it in {days} days?",
    "{N} plants a seed on a {day}, and it sprouts {days} days later. On which day of the week does "
    "it sprout?",
    "A parcel leaves on {day} and arrives exactly {days} days later. Which weekday is that?",
    "If it is {day} now, what weekday will it be {days} days from now?",
    "{N} starts a course on a {day} and ends it {days} days after that. What weekday is the end?"};
constexpr std::array<std::string_view, kFrames> kBefore = {
    "Today is {day}. Which day of the week was it {days} days ago?",
    "{N} got a letter on a {day} that was sent {days} days before. On which day of the week was it "
    "sent?",
    "A fair closed on {day}, {days} days after it opened. On which weekday did it open?",
    "If it is {day} now, what weekday was it {days} days back?",
    "{N} finished a book on a {day}, having begun it {days} days earlier. What weekday was that?"};

PuzzleStep weeks_step(const Shift& shift) {
  const std::size_t weeks = shift.days / 7;
  const std::size_t rest = shift.days % 7;
  PuzzleStep step;
  step.before.push_back("A week has 7 days, and after a whole week the weekday is the same.");
  const std::string product = std::to_string(weeks) + " * 7 = " + std::to_string(7 * weeks);
  step.after.push_back(counted(weeks, "week") + (weeks == 1 ? " is " : " are ") + product +
                       " days.");
  step.after.push_back("That leaves " + std::to_string(shift.days) + " - " +
                       std::to_string(7 * weeks) + " = " + counted(rest, "day") + ".");
  return step;
}

PuzzleStep counting_step(const Shift& shift) {
  const std::size_t rest = shift.days % 7;
  PuzzleStep step;
  const std::string where = shift.forward ? "forward" : "back";
  if (rest == 0) {
    step.after.push_back("So there is nothing left to count, and it is a " + day(shift.start) +
                         " again.");
    return step;
  }
  std::vector<std::string> row;
  for (std::size_t i = 1; i <= rest; ++i) row.push_back(day(shift.after(i)));
  step.before.push_back("I count " + counted(rest, "day") + " " + where + " from " +
                        day(shift.start) + ".");
  step.slip = "That is " + day(shift.after(rest - 1)) + ".";
  step.after.push_back("The days are " + in_row(row) + ".");
  return step;
}

}  // namespace

std::optional<Puzzle> draw_weekday(Random& random, bool held_out_frames) {
  Shift shift;
  shift.start = random.index(kDays.size());
  shift.days = static_cast<std::size_t>(random.between(8, 90));
  shift.forward = random.chance(0.6);
  Puzzle puzzle;
  puzzle.family = "weekday";
  puzzle.domain = "text";
  puzzle.answer = day(shift.after(shift.days));
  puzzle.key = "weekday " + std::to_string(shift.start) + (shift.forward ? "+" : "-") +
               std::to_string(shift.days);
  choose_frame(puzzle, random, held_out_frames);
  const std::string days = std::to_string(shift.days);
  puzzle.question = fill_slots(
      (shift.forward ? kLater : kBefore)[puzzle.wording],
      {{"day", day(shift.start)}, {"days", days}, {"N", std::string(draw_people(random)[0].name)}});
  puzzle.givens = {"the known day is a " + day(shift.start),
                   "the wanted day is " + days + " days " + (shift.forward ? "later" : "earlier")};
  puzzle.goal = "which weekday that is";
  puzzle.steps = {weeks_step(shift), counting_step(shift)};
  puzzle.conclusion = "the wanted day is a " + puzzle.answer;
  const std::size_t rest = shift.days % 7;
  if (rest > 0) {
    puzzle.checks.push_back("From " + puzzle.answer + " it takes " + counted(rest, "day") +
                            (shift.forward ? " back" : " forward") + " to come to " +
                            day(shift.start) + ".");
  }
  return puzzle;
}

}  // namespace drp::problems
