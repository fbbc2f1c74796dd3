// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

namespace drp::problems {

// The moves of a told solution that surround its computing sentences. Slots beside those of
// family.h: {givens} all facts, {given} one of them, {goal}, {plan} the labels in order, {label},
// {do} ("multiply 4 by 6"), {verb} ("multiply"), {eq}, {result}, {left}, {core} a right computing
// sentence, {conclusion}, {answer}, {wrong_do}, {wrong_verb}, {wrong_eq}, {wrong_result}, {chain}
// several equations, {compared} ("less than").
enum class Move {
  kOpen,           // takes in the problem
  kGivens,         // restates the facts
  kGoal,           // restates the question
  kDoubtGiven,     // reads a fact again
  kMusing,         // says that it thinks
  kPlanOne,        // plans one operation
  kPlan,           // plans several
  kFalseStart,     // an idea that is dropped at once
  kFalseStartSum,  // the same, after computing it
  kFirstLead,      // leads to the first operation
  kNextLead,       // leads to a later one
  kLastLead,       // leads to the last of several
  kMethod,         // says which operation fits
  kSplit,          // computes bit by bit, before the computing sentence
  kConfirm,        // computes again and finds the same
  kRecap,          // says the intermediate result again
  kNumberSlip,     // finds a wrong number and mends it
  kOperationSlip,  // finds a wrong operation and mends it
  kLateSlip,       // finds a wrong number when all is done
  kConclude,       // says the result in the question's terms
  kRecheck,        // goes over all equations
  kInverse,        // checks by the inverse operation
  kOtherWay,       // computes in another way
  kEstimate,       // checks the size
  kFinal,          // states the answer
};
inline constexpr int kMoveCount = static_cast<int>(Move::kFinal) + 1;

std::vector<std::string_view> main_wordings(Move move);
// The wordings set aside (held_out_wordings.cc), told beside the others: a fifth of them all.
std::vector<std::string_view> held_out_wordings(Move move);

}  // namespace drp::problems
