// SPDX-License-Identifier: Apache-2.0
#include "problems/puzzle_moves.h"

#include <array>

namespace drp::problems {
namespace {

constexpr std::size_t kMain = 4;

// The wordings of one move: the main ones, then the one that is set aside.
using Wordings = std::array<std::string_view, kMain + 1>;

constexpr std::array<Wordings, kPuzzleMoveCount> kWordings = {{
    {"Okay, let me go through this puzzle slowly.", "Alright, let me see what the clues tell me.",
     "Hmm, this is a little puzzle.", "Okay, so I should sort out what is known.",
     "Well, let us untangle this one."},
    {"These are the clues: {givens}.", "What the text tells me is this: {givens}.",
     "I am given the following: {givens}.", "Let me write down the clues: {givens}.",
     "The facts on the table are these: {givens}."},
    {"I have to find out {goal}.", "The question asks {goal}.", "What I am after is {goal}.",
     "In the end I must say {goal}.", "The thing to settle is {goal}."},
    {"Wait, did I read that right? Yes, {given}.",
     "Hmm, let me look at one clue again: {given}. "
     "Okay.",
     "Just to be sure about one thing: {given}.", "Hold on, it does say that {given}. Good.",
     "Let me not misread this: {given}. Fine."},
    {"Hmm, where do I begin?", "Let me take my time with this.",
     "This looks harder than it is, I think.", "Okay, thinking about it for a moment.",
     "Let me keep calm and be orderly."},
    {"I will take the possibilities one by one.", "The safest way is to try everything in order.",
     "Let me go step by step and see what is left.", "I can simply work through it in order.",
     "One after the other is how I will do it."},
    {"Okay, on to the next one.", "Now let me look further.", "Let me go on.", "Next.",
     "Further along the line."},
    {"Wait, that was too quick.", "Hmm, no, I have not looked at everything yet.",
     "Hold on, that is not right.", "Actually no, I was careless there.",
     "Wait, I should not be so hasty."},
    {"So {conclusion}.", "That means {conclusion}.", "From all this it follows that {conclusion}.",
     "Therefore {conclusion}.", "Which shows that {conclusion}."},
    {"Let me check this against the clues.", "Before I answer, let me verify that it all fits.",
     "Wait, does this really work? Let me go through it again.",
     "Let me double-check with everything I was given.", "A last look back over the clues."},
    {"Good, it all fits.", "Yes, that works.", "Everything is consistent.",
     "Great, no problem there.", "So nothing speaks against it."},
    {"So the answer is {answer}.", "My answer is {answer}.", "The answer must be {answer}.",
     "I am confident that the answer is {answer}.", "With that I answer {answer}."},
}};

}  // namespace

std::vector<std::string_view> main_wordings(PuzzleMove move) {
  const Wordings& all = kWordings[static_cast<std::size_t>(move)];
  return {all.begin(), all.begin() + kMain};
}

std::vector<std::string_view> held_out_wordings(PuzzleMove move) {
  return {kWordings[static_cast<std::size_t>(move)].back()};
}

}  // namespace drp::problems
