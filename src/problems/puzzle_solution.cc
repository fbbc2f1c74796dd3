// SPDX-License-Identifier: Apache-2.0
#include "problems/puzzle_solution.h"

#include "base/text.h"
#include "problems/puzzle_moves.h"
#include "problems/slots.h"

namespace drp::problems {
namespace {

// Writes one solution. Paragraphs: story, one for each step, result, checks.
class PuzzleWriter {
 public:
  PuzzleWriter(const Puzzle& puzzle, Random& random, const SolutionOptions& options)
      : puzzle_(puzzle), random_(random) {
    slots_["givens"] = told_givens();
    slots_["given"] = random_.pick(puzzle_.givens);
    slots_["goal"] = puzzle_.goal;
    slots_["conclusion"] = puzzle_.conclusion;
    slots_["answer"] = puzzle_.answer;
    if (random_.chance(options.slip_share)) choose_slip();
  }

  WorkedSolution write() {
    write_story();
    for (std::size_t i = 0; i < puzzle_.steps.size(); ++i) write_step(i);
    write_end();
    solution_.text =
        "<think>\n" + body_ + "\n</think>\n\nThe answer is \\boxed{" + puzzle_.answer + "}.";
    return std::move(solution_);
  }

 private:
  using Text = std::vector<std::string>;

  std::string told_givens() const {
    std::string text;
    for (const std::string& given : puzzle_.givens) text += (text.empty() ? "" : "; ") + given;
    return text;
  }

  void choose_slip() {
    std::vector<std::size_t> offers;
    for (std::size_t i = 0; i < puzzle_.steps.size(); ++i) {
      if (!puzzle_.steps[i].slip.empty()) offers.push_back(i);
    }
    if (!offers.empty()) slip_at_ = random_.pick(offers);
  }

  std::string told(PuzzleMove move) {
    std::vector<std::string_view> wordings = main_wordings(move);
    const std::size_t main_count = wordings.size();
    for (const std::string_view wording : held_out_wordings(move)) wordings.push_back(wording);
    const std::size_t chosen = random_.index(wordings.size());
    solution_.held_out_moves += chosen >= main_count ? 1 : 0;
    return capitalised(fill_slots(wordings[chosen], slots_));
  }

  void write_story() {
    Text story;
    if (random_.chance(0.85)) story.push_back(told(PuzzleMove::kOpen));
    if (random_.chance(0.45)) story.push_back(told(PuzzleMove::kGivens));
    if (random_.chance(0.55)) story.push_back(told(PuzzleMove::kGoal));
    if (random_.chance(0.35)) story.push_back(told(PuzzleMove::kDoubtGiven));
    append_paragraph(story);
    Text plan;
    if (random_.chance(0.3)) plan.push_back(told(PuzzleMove::kMusing));
    if (random_.chance(0.4)) plan.push_back(told(PuzzleMove::kMethod));
    append_paragraph(plan);
  }

  void write_step(std::size_t i) {
    const PuzzleStep& step = puzzle_.steps[i];
    Text text;
    if (i > 0 && random_.chance(0.2)) text.push_back(told(PuzzleMove::kNext));
    text.insert(text.end(), step.before.begin(), step.before.end());
    if (slip_at_ == i) {
      text.push_back(step.slip);
      text.push_back(told(PuzzleMove::kSlip));
      solution_.slips.push_back({step.slip, step.after.front()});
    }
    text.insert(text.end(), step.after.begin(), step.after.end());
    append_paragraph(text);
  }

  void write_end() {
    Text result;
    result.push_back(told(PuzzleMove::kConclude));
    append_paragraph(result);
    Text checks;
    if (!puzzle_.checks.empty() && random_.chance(0.6)) {
      checks.push_back(told(PuzzleMove::kRecheck));
      checks.insert(checks.end(), puzzle_.checks.begin(), puzzle_.checks.end());
      if (random_.chance(0.5)) checks.push_back(told(PuzzleMove::kApprove));
    }
    if (random_.chance(0.6)) checks.push_back(told(PuzzleMove::kFinal));
    append_paragraph(checks);
  }

  void append_paragraph(const Text& sentences) {
    if (sentences.empty()) return;
    if (!body_.empty()) body_ += "\n\n";
    body_ += join(sentences, " ");
  }

  const Puzzle& puzzle_;
  Random& random_;
  Slots slots_;
  std::optional<std::size_t> slip_at_;
  std::string body_;
  WorkedSolution solution_;
};

}  // namespace

WorkedSolution puzzle_solution(const Puzzle& puzzle, Random& random,
                               const SolutionOptions& options) {
  return PuzzleWriter(puzzle, random, options).write();
}

}  // namespace drp::problems
