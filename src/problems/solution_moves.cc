// SPDX-License-Identifier: Apache-2.0
#include "problems/solution_moves.h"

#include <iterator>

namespace drp::problems {
namespace {

struct Wording {
  Move move;
  std::string_view text;
};

constexpr Wording kBegin[] = {
    {Move::kOpen, "Okay, let me read this slowly."},
    {Move::kOpen, "Alright, a word problem about {N}."},
    {Move::kOpen, "Okay, so I have to figure this one out."},
    {Move::kOpen, "Let me see what is going on here."},
    {Move::kOpen, "First, let me understand the story."},
    {Move::kOpen, "Okay, let me think about this step by step."},
    {Move::kOpen, "So, what do we have here?"},
    {Move::kOpen, "Let me work through this one."},
    {Move::kGivens, "I am told that {givens}."},
    {Move::kGivens, "The facts are: {givens}."},
    {Move::kGivens, "From the text I get this: {givens}."},
    {Move::kGivens, "Here is what I know: {givens}."},
    {Move::kGivens, "It says that {givens}."},
    {Move::kGivens, "So {givens}."},
    {Move::kGivens, "What is given: {givens}."},
    {Move::kGivens, "Reading it again, {givens}."},
    {Move::kGoal, "I need to find out {goal}."},
    {Move::kGoal, "The question is {goal}."},
    {Move::kGoal, "What I want to know is {goal}."},
    {Move::kGoal, "They ask {goal}."},
    {Move::kGoal, "My job is to tell {goal}."},
    {Move::kGoal, "So the question is really {goal}."},
    {Move::kGoal, "In the end I must know {goal}."},
    {Move::kGoal, "The task is to work out {goal}."},
    {Move::kDoubtGiven, "Wait, did I read that correctly? Yes, {given}."},
    {Move::kDoubtGiven, "Hmm, is it true that {given}? Yes, that is what it says."},
    {Move::kDoubtGiven, "Let me look at the text once more. Right, {given}."},
    {Move::kDoubtGiven, "Just to be sure, {given}. Okay."},
    {Move::kDoubtGiven, "Hold on, I want to read one part again: {given}. Good."},
    {Move::kDoubtGiven, "Am I missing something? No, {given}, and that is all there is to it."},
    {Move::kMusing, "Hmm, let me think for a moment."},
    {Move::kMusing, "I should be careful with the numbers here."},
    {Move::kMusing, "This does not look too hard, but I will take my time."},
    {Move::kMusing, "Okay, let me think about how these numbers fit together."},
    {Move::kMusing, "Let me not rush this."},
    {Move::kMusing, "Hmm, what is the best way to do this?"},
    {Move::kPlanOne, "All I need is {label}."},
    {Move::kPlanOne, "One operation should do: {label}."},
    {Move::kPlanOne, "So the plan is short: I work out {label}."},
    {Move::kPlanOne, "This only takes {label}."},
    {Move::kPlan, "My plan is this: {plan}."},
    {Move::kPlan, "I can do this in order: {plan}."},
    {Move::kPlan, "I will work out {plan}."},
    {Move::kPlan, "So the steps are: {plan}."},
    {Move::kPlan, "I think the order is {plan}."},
    {Move::kPlan, "To get there I need {plan}."},
    {Move::kFalseStart,
     "My first idea is to {wrong_do}. But no, that would not answer the question."},
    {Move::kFalseStart, "Should I {wrong_do}? No, that makes no sense here."},
    {Move::kFalseStart, "Maybe I could {wrong_do}. Hmm, no, that does not fit the story."},
    {Move::kFalseStart, "I was about to {wrong_do}, but that is not what the text describes."},
    {Move::kFalseStartSum,
     "What if I {wrong_do}? That is {wrong_eq}. No, this number means nothing here."},
    {Move::kFalseStartSum,
     "Let me try something: {wrong_eq}. Hmm, that is not useful, so I drop it."},
    {Move::kFalseStartSum, "One idea is to {wrong_do}: {wrong_eq}. But that is not what I need."},
    {Move::kFalseStartSum, "Perhaps {wrong_eq}? No, I should not {wrong_verb} in this story."},
};

constexpr Wording kMiddle[] = {
    {Move::kFirstLead, "First I need {label}."},
    {Move::kFirstLead, "I start with {label}."},
    {Move::kFirstLead, "Let me begin with {label}."},
    {Move::kFirstLead, "The first thing is {label}."},
    {Move::kFirstLead, "To start, let me get {label}."},
    {Move::kFirstLead, "Let me compute {label}."},
    {Move::kNextLead, "Next comes {label}."},
    {Move::kNextLead, "Now I need {label}."},
    {Move::kNextLead, "Then I look at {label}."},
    {Move::kNextLead, "The next thing is {label}."},
    {Move::kNextLead, "With that I can get {label}."},
    {Move::kNextLead, "Okay, now for {label}."},
    {Move::kLastLead, "Finally I need {label}."},
    {Move::kLastLead, "What is missing is {label}."},
    {Move::kLastLead, "The last thing is {label}."},
    {Move::kLastLead, "What I still need is {label}."},
    {Move::kLastLead, "To finish I want {label}."},
    {Move::kMethod, "To get it I {do}."},
    {Move::kMethod, "For this part I have to {do}."},
    {Move::kMethod, "Here I should {do}."},
    {Move::kMethod, "The right thing is to {do}."},
    {Move::kMethod, "I need to {verb} here."},
    {Move::kSplit, "Piece by piece: {chain}."},
    {Move::kSplit, "In small pieces that is {chain}."},
    {Move::kSplit, "I can split it up: {chain}."},
    {Move::kSplit, "To make it easy: {chain}."},
    {Move::kConfirm, "Let me make sure: {eq}. Yes, that is right."},
    {Move::kConfirm, "Wait, is that correct? {eq}. Yes."},
    {Move::kConfirm, "I will do that again: {eq}. Good, same result."},
    {Move::kConfirm, "Hmm, {eq}, right? Yes, it is."},
    {Move::kConfirm, "Hold on, let me compute that again. {eq}. Okay, it stays the same."},
    {Move::kConfirm, "Does that work? {eq}. It does."},
    {Move::kRecap, "So {label} is {result}."},
    {Move::kRecap, "Okay, I have {result} now."},
    {Move::kRecap, "I will keep {result} in mind."},
    {Move::kRecap, "That gives me {result} to go on with."},
    {Move::kRecap, "Good, {result} it is."},
    {Move::kNumberSlip,
     "Wait, let me do that again: {eq}. So {wrong_result} was wrong, it is {result}."},
    {Move::kNumberSlip,
     "Hmm, that does not look right. {eq}, not {wrong_result}. So it is {result}."},
    {Move::kNumberSlip,
     "Hold on, let me check that. {eq}. I made a mistake, the number is {result}."},
    {Move::kNumberSlip,
     "Is that correct? {eq}. No, I had {wrong_result} before, so I change it to {result}."},
    {Move::kNumberSlip, "Wait, is it {wrong_result}? {eq}. I was off, it is {result}."},
    {Move::kOperationSlip, "Wait, that is wrong. I should {do}. {core}"},
    {Move::kOperationSlip, "Hmm, no, I must not {wrong_verb} here. I need to {verb}. {core}"},
    {Move::kOperationSlip,
     "Hold on, why did I {wrong_verb}? The story says I have to {verb}. {core}"},
    {Move::kOperationSlip,
     "That cannot be right, I used the wrong operation. I have to {do}. {core}"},
};

constexpr Wording kEnd[] = {
    {Move::kLateSlip,
     "Let me check the numbers. {eq}. But I wrote {wrong_result}, so I have to correct that."},
    {Move::kLateSlip,
     "Before I answer, let me look back. {eq}, and not {wrong_result}. I redo it from there."},
    {Move::kLateSlip,
     "Wait, something is off. {eq}. I had {wrong_result}, which is a mistake. Once more."},
    {Move::kLateSlip,
     "Let me verify the work. {eq}. So {wrong_result} was wrong, and I fix it now."},
    {Move::kConclude, "So {conclusion}."},
    {Move::kConclude, "That means {conclusion}."},
    {Move::kConclude, "This tells me that {conclusion}."},
    {Move::kConclude, "Therefore {conclusion}."},
    {Move::kConclude, "In other words, {conclusion}."},
    {Move::kConclude, "And so {conclusion}."},
    {Move::kRecheck, "Let me go over it again: {chain}. Everything fits."},
    {Move::kRecheck, "Let me double-check the whole thing. {chain}. Yes, that holds."},
    {Move::kRecheck, "Checking once more: {chain}. No mistake there."},
    {Move::kRecheck, "I want to verify this: {chain}. It all agrees."},
    {Move::kRecheck, "Did I make an error? {chain}. No, it is fine."},
    {Move::kRecheck, "To be safe I repeat it: {chain}. Good."},
    {Move::kInverse, "Going backwards, {eq}. That matches."},
    {Move::kInverse, "I can test the last part: {eq}, and that is what I started from."},
    {Move::kInverse, "Working back from the result, {eq}. Okay."},
    {Move::kInverse, "A quick test the other way: {eq}. It works."},
    {Move::kInverse, "If I undo it, I get {eq}, so it is right."},
    {Move::kOtherWay, "Another way to see it: {chain}. Same number."},
    {Move::kOtherWay, "Let me try it differently: {chain}. It comes out the same."},
    {Move::kOtherWay, "One could also do {chain}. I get the same thing."},
    {Move::kOtherWay, "Alternatively, {chain}, which agrees."},
    {Move::kEstimate, "Is this reasonable? It should be {compared} {left}, and it is."},
    {Move::kEstimate, "The result must be {compared} {left}. {result} is, so it makes sense."},
    {Move::kEstimate, "{result} is {compared} {left}, as one would expect."},
    {Move::kEstimate, "Does the size make sense? {result} is {compared} {left}, so yes."},
    {Move::kFinal, "So the answer is {answer}."},
    {Move::kFinal, "I am sure now: {answer}."},
    {Move::kFinal, "The result is {answer}."},
    {Move::kFinal, "My answer is {answer}."},
    {Move::kFinal, "Okay, {answer} is the answer."},
    {Move::kFinal, "I can answer with {answer}."},
};

void collect(const Wording* first, const Wording* last, Move move,
             std::vector<std::string_view>& out) {
  for (; first != last; ++first) {
    if (first->move == move) out.push_back(first->text);
  }
}

}  // namespace

std::vector<std::string_view> main_wordings(Move move) {
  std::vector<std::string_view> found;
  collect(std::begin(kBegin), std::end(kBegin), move, found);
  collect(std::begin(kMiddle), std::end(kMiddle), move, found);
  collect(std::begin(kEnd), std::end(kEnd), move, found);
  return found;
}

}  // namespace drp::problems
