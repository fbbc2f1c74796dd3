// SPDX-License-Identifier: Apache-2.0
//
// The wordings of moves that are set aside: a fifth of all. The student learns them beside the
// others; whoever writes prune rules does not read this file, so that what the rules do with them
// says what they do with wordings they were not made for.
#include <utility>

#include "problems/solution_moves.h"

namespace drp::problems {
namespace {

constexpr std::pair<Move, std::string_view> kHeldOut[] = {
    {Move::kOpen, "Right, time to sort out this story about {N}."},
    {Move::kOpen, "Let us look at this one calmly."},
    {Move::kGivens, "My notes so far: {givens}."},
    {Move::kGivens, "As I understand it, {givens}."},
    {Move::kGoal, "The unknown is {goal}."},
    {Move::kGoal, "What matters is {goal}."},
    {Move::kDoubtGiven, "Did I get the facts straight? I think so: {given}."},
    {Move::kMusing, "I wonder where to begin with this."},
    {Move::kPlanOne, "A single calculation gives {label}."},
    {Move::kPlan, "A sensible route is {plan}."},
    {Move::kFalseStart, "It is tempting to {wrong_do}, yet the story tells otherwise."},
    {Move::kFalseStartSum,
     "Suppose I {wrong_do}, which is {wrong_eq}. That leads nowhere, so back to the start."},
    {Move::kFirstLead, "Opening with {label}."},
    {Move::kNextLead, "From there I move on to {label}."},
    {Move::kLastLead, "All that remains is {label}."},
    {Move::kMethod, "The story tells me to {do}."},
    {Move::kSplit, "Taken apart, {chain}."},
    {Move::kConfirm, "I doubt that for a second, but {eq} is true."},
    {Move::kConfirm, "Could I have slipped? {eq}. Apparently not."},
    {Move::kRecap, "Noted: {result}."},
    {Move::kNumberSlip, "Oh no, that was sloppy: {eq}. I replace {wrong_result} by {result}."},
    {Move::kOperationSlip,
     "Oops, it was a bad choice to {wrong_verb}. The story wants me to {do}. {core}"},
    {Move::kLateSlip,
     "Looking over my work, {eq}. I put down {wrong_result} there, so the rest must change too."},
    {Move::kConclude, "Put into words, {conclusion}."},
    {Move::kConclude, "With this in hand, {conclusion}."},
    {Move::kRecheck, "One more pass over my work: {chain}. Nothing to change."},
    {Move::kRecheck, "Reviewing the figures, {chain}. They stand."},
    {Move::kInverse, "In reverse I find {eq}, just as it ought to be."},
    {Move::kOtherWay, "A second route gives {chain}, with no surprise."},
    {Move::kEstimate, "A result {compared} {left} is plausible, and {result} is one."},
    {Move::kFinal, "With that I settle on {answer}."},
    {Move::kFinal, "I am done, it comes to {answer}."},
};

}  // namespace

std::vector<std::string_view> held_out_wordings(Move move) {
  std::vector<std::string_view> found;
  for (const auto& [owner, text] : kHeldOut) {
    if (owner == move) found.push_back(text);
  }
  return found;
}

}  // namespace drp::problems
