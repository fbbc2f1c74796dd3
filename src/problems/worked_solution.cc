// SPDX-License-Identifier: Apache-2.0
#include "problems/worked_solution.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "base/text.h"
#include "problems/puzzle_solution.h"
#include "problems/solution_moves.h"
#include "problems/told_operation.h"

namespace drp::problems {
namespace {

enum class SlipKind { kNone, kNumber, kOperation, kLate };

// Writes one solution. Paragraphs: story, plan, one for each operation, result, checks. The core is
// laid down first; moves of choice are then added in random order until the size is reached.
class SolutionWriter {
 public:
  SolutionWriter(const GeneratedProblem& problem, Random& random, const SolutionOptions& options)
      : problem_(problem),
        family_(*problem.family),
        operations_(problem.operations),
        random_(random),
        slots_(problem.slots) {
    const std::size_t size = std::min<std::size_t>(operations_.size(), 4) - 1;
    bytes_wanted_ = static_cast<std::size_t>(
        random_.between(options.bytes_low[size], options.bytes_high[size]));
    if (random_.chance(options.slip_share)) choose_slip();
    fill_story_slots();
  }

  WorkedSolution write() {
    write_story();
    write_plan();
    for (std::size_t i = 0; i < operations_.size(); ++i) write_operation(i);
    if (slip_ == SlipKind::kLate) write_late_mending();
    result_.push_back(told(Move::kConclude));
    add_moves_of_choice();
    return assemble();
  }

 private:
  using Text = std::vector<std::string>;
  // The paragraph of one operation: before its computing sentence, the sentence with what mends it,
  // and after.
  struct OperationText {
    Text before;
    Text core;
    Text after;
  };
  struct Choice {
    Text* where;
    std::string text;
    bool held_out;
  };

  void choose_slip() {
    slip_at_ = random_.index(operations_.size());
    const Operation& operation = operations_[slip_at_];
    slip_operation_ = operation;
    const double kind = random_.uniform();
    if (kind < 0.35) {
      slip_ = SlipKind::kOperation;
      slip_operation_ = mistaken_operation(operation);
      return;
    }
    slip_ = SlipKind::kNumber;
    slip_operation_.result = mistaken_result(operation, random_);
    if (kind > 0.7 && later_operations_possible()) slip_ = SlipKind::kLate;
  }

  // The operations after a late slip, as they come out with the wrong number.
  bool later_operations_possible() {
    told_ = operations_;
    told_[slip_at_] = slip_operation_;
    for (std::size_t i = slip_at_ + 1; i < told_.size(); ++i) {
      Operation& operation = told_[i];
      if (operation.left_from >= 0) operation.left = told_[operation.left_from].result;
      if (operation.right_from >= 0) operation.right = told_[operation.right_from].result;
      const auto result = apply_sign(operation.sign, operation.left, operation.right);
      if (!result || *result < 2) return false;
      operation.result = *result;
    }
    return true;
  }

  void fill_story_slots() {
    Text givens;
    for (const std::string_view given : family_.givens) givens.push_back(fill_slots(given, slots_));
    slots_["givens"] = listed(givens);
    slots_["given"] = random_.pick(givens);
    slots_["goal"] = fill_slots(family_.goal, slots_);
    slots_["conclusion"] = fill_slots(family_.conclusion, slots_);
    slots_["answer"] = problem_.problem.answer;
    Text plan;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      std::string label = fill_slots(family_.steps[i].label, slots_);
      if (i == 0 && operations_.size() > 1) label = "first " + label;
      if (i > 0) label = (i + 1 < operations_.size() || i == 1 ? "then " : "finally ") + label;
      plan.push_back(std::move(label));
    }
    slots_["plan"] = listed(plan);
  }

  // Sets the slots that speak of operation i as it is right.
  void fill_operation_slots(std::size_t i) {
    const Operation& operation = operations_[i];
    slots_["label"] = fill_slots(family_.steps[i].label, slots_);
    slots_["eq"] = equation_text(operation);
    slots_["left"] = std::to_string(operation.left);
    slots_["result"] = std::to_string(operation.result);
    slots_["do"] = operation_phrase(operation);
    slots_["verb"] = operation_verb(operation.sign);
    const Operation wrong = mistaken_operation(operation);
    slots_["wrong_do"] = operation_phrase(wrong);
    slots_["wrong_verb"] = operation_verb(wrong.sign);
    slots_["wrong_eq"] = equation_text(wrong);
    slots_["wrong_result"] = std::to_string(slip_operation_.result);
  }

  // A wording of the move, filled. Held-out wordings are as likely as any other.
  std::string told(Move move) {
    bool held_out = false;
    std::string text = told(move, held_out);
    held_out_moves_ += held_out ? 1 : 0;
    return text;
  }

  std::string told(Move move, bool& held_out) {
    std::vector<std::string_view> wordings = main_wordings(move);
    std::size_t main_count = wordings.size();
    for (const std::string_view wording : held_out_wordings(move)) wordings.push_back(wording);
    if (!contains(problem_.problem.question, slots_.at("N"))) {
      // A question without a name is not spoken of by name.
      const auto named = [](std::string_view wording) { return contains(wording, "{N}"); };
      main_count -= static_cast<std::size_t>(std::count_if(
          wordings.begin(), wordings.begin() + static_cast<std::ptrdiff_t>(main_count), named));
      std::erase_if(wordings, named);
    }
    const std::size_t chosen = random_.index(wordings.size());
    held_out = chosen >= main_count;
    return capitalised(fill_slots(wordings[chosen], slots_));
  }

  std::string core_sentence(std::size_t i, const Operation& operation) {
    slots_["eq"] = equation_text(operation);
    return capitalised(fill_slots(random_.pick(family_.steps[i].sentences), slots_));
  }

  void write_story() {
    if (random_.chance(0.85)) story_.push_back(told(Move::kOpen));
    // A student that always takes in and plans first computes badly without: so about a third of
    // the operations follow on nothing but the question and what was computed before.
    if (random_.chance(0.45)) story_.push_back(told(Move::kGivens));
    if (random_.chance(0.55)) story_.push_back(told(Move::kGoal));
  }

  void write_plan() {
    fill_operation_slots(0);
    if (!random_.chance(0.35)) return;
    plan_.push_back(told(operations_.size() == 1 ? Move::kPlanOne : Move::kPlan));
    planned_ = true;
  }

  void write_operation(std::size_t i) {
    OperationText& text = texts_.emplace_back();
    fill_operation_slots(i);
    const bool last = i + 1 == operations_.size();
    if (random_.chance(planned_ ? 0.2 : 0.5)) {
      const Move lead = i == 0 ? Move::kFirstLead : last ? Move::kLastLead : Move::kNextLead;
      text.before.push_back(told(lead));
    }
    const bool slips = slip_ != SlipKind::kNone && i == slip_at_;
    if (!slips) {
      const bool carries_slip = slip_ == SlipKind::kLate && i > slip_at_;
      text.core.push_back(core_sentence(i, carries_slip ? told_[i] : operations_[i]));
      return;
    }
    text.core.push_back(core_sentence(i, slip_operation_));
    if (slip_ != SlipKind::kLate) write_mending(i, text);
  }

  void write_mending(std::size_t i, OperationText& text) {
    slots_["core"] = core_sentence(i, operations_[i]);
    fill_operation_slots(i);
    const bool operation = slip_ == SlipKind::kOperation;
    text.core.push_back(told(operation ? Move::kOperationSlip : Move::kNumberSlip));
    slips_.push_back({equation_text(slip_operation_), equation_text(operations_[i])});
  }

  void write_late_mending() {
    fill_operation_slots(slip_at_);
    late_.push_back(told(Move::kLateSlip));
    slips_.push_back({equation_text(slip_operation_), equation_text(operations_[slip_at_])});
    for (std::size_t i = slip_at_; i < operations_.size(); ++i) {
      late_.push_back(core_sentence(i, operations_[i]));
    }
  }

  // Whether moves about operation i may stand in its paragraph.
  bool is_right_there(std::size_t i) const { return slip_ != SlipKind::kLate || i < slip_at_; }

  void offer(Text& where, Move move) {
    Choice choice{.where = &where};
    choice.text = told(move, choice.held_out);
    choices_.push_back(std::move(choice));
  }

  void offer_for_operation(std::size_t i) {
    if (!is_right_there(i)) return;
    fill_operation_slots(i);
    const bool slips = slip_ != SlipKind::kNone && i == slip_at_;
    if (!slips) {
      if (random_.chance(0.4)) offer(texts_[i].before, Move::kMethod);
      const auto chain = split_chain(operations_[i]);
      if (chain && random_.chance(0.8)) {
        slots_["chain"] = *chain;
        offer(texts_[i].before, Move::kSplit);
      }
      if (random_.chance(0.6)) offer(texts_[i].after, Move::kConfirm);
    }
    if (i + 1 < operations_.size() && random_.chance(0.5)) offer(texts_[i].after, Move::kRecap);
  }

  void offer_checks() {
    Text equations;
    for (const Operation& operation : operations_) equations.push_back(equation_text(operation));
    std::string chain;
    for (const std::string& equation : equations) chain += (chain.empty() ? "" : ", ") + equation;
    slots_["chain"] = chain;
    offer(checks_, Move::kRecheck);
    const Operation& last = operations_.back();
    fill_operation_slots(operations_.size() - 1);
    if (const auto compared = compared_to_left(last)) {
      slots_["compared"] = *compared;
      offer(checks_, Move::kEstimate);
    }
    const std::size_t chosen = random_.index(operations_.size());
    fill_operation_slots(chosen);
    if (const auto other = other_way_chain(operations_[chosen])) {
      slots_["chain"] = *other;
      offer(checks_, Move::kOtherWay);
    }
    slots_["eq"] = equation_text(inverse_operation(last));
    slots_["result"] = std::to_string(last.result);
    offer(checks_, Move::kInverse);
  }

  void add_moves_of_choice() {
    fill_operation_slots(0);
    const bool slips_first = slip_ == SlipKind::kOperation && slip_at_ == 0;
    if (random_.chance(0.45)) offer(story_, Move::kDoubtGiven);
    if (random_.chance(0.35)) offer(plan_, Move::kMusing);
    if (!slips_first && random_.chance(0.45)) {
      offer(false_start_, random_.chance(0.5) ? Move::kFalseStart : Move::kFalseStartSum);
    }
    for (std::size_t i = 0; i < operations_.size(); ++i) offer_for_operation(i);
    offer_checks();
    random_.shuffle(choices_);
    if (random_.chance(0.6)) offer(final_, Move::kFinal);
    // A stated answer and one check come first in the order of taking.
    std::rotate(choices_.begin(), std::prev(choices_.end()), choices_.end());
    std::size_t size = text_size() + 50;
    for (Choice& choice : choices_) {
      if (size + choice.text.size() > bytes_wanted_) continue;
      size += choice.text.size() + 1;
      held_out_moves_ += choice.held_out ? 1 : 0;
      choice.where->push_back(std::move(choice.text));
    }
  }

  std::vector<const Text*> paragraphs() const {
    std::vector<const Text*> all = {&story_, &false_start_, &plan_};
    for (const OperationText& text : texts_) {
      for (const Text* part : {&text.before, &text.core, &text.after}) all.push_back(part);
    }
    for (const Text* part : {&late_, &result_, &checks_, &final_}) all.push_back(part);
    return all;
  }

  std::size_t text_size() const {
    std::size_t size = 0;
    for (const Text* part : paragraphs()) {
      for (const std::string& sentence : *part) size += sentence.size() + 1;
    }
    return size;
  }

  static void append_paragraph(std::string& out, std::initializer_list<const Text*> parts) {
    std::string paragraph;
    for (const Text* part : parts) {
      for (const std::string& sentence : *part) {
        if (!paragraph.empty()) paragraph += ' ';
        paragraph += sentence;
      }
    }
    if (paragraph.empty()) return;
    if (!out.empty()) out += "\n\n";
    out += paragraph;
  }

  WorkedSolution assemble() {
    std::string body;
    append_paragraph(body, {&story_});
    append_paragraph(body, {&false_start_, &plan_});
    for (const OperationText& text : texts_) {
      append_paragraph(body, {&text.before, &text.core, &text.after});
    }
    append_paragraph(body, {&late_});
    append_paragraph(body, {&result_});
    append_paragraph(body, {&checks_, &final_});
    return {.text = "<think>\n" + body + "\n</think>\n\nThe answer is \\boxed{" +
                    problem_.problem.answer + "}.",
            .slips = std::move(slips_),
            .held_out_moves = held_out_moves_};
  }

  const GeneratedProblem& problem_;
  const FamilyTemplate& family_;
  const std::vector<Operation>& operations_;
  Random& random_;
  Slots slots_;
  std::size_t bytes_wanted_ = 0;

  SlipKind slip_ = SlipKind::kNone;
  std::size_t slip_at_ = 0;
  Operation slip_operation_;
  std::vector<Operation> told_;

  bool planned_ = false;
  int held_out_moves_ = 0;
  std::vector<WorkedSolution::Slip> slips_;
  Text story_, false_start_, plan_, late_, result_, checks_, final_;
  std::vector<OperationText> texts_;
  std::vector<Choice> choices_;
};

}  // namespace

WorkedSolution worked_solution(const GeneratedProblem& problem, Random& random,
                               const SolutionOptions& options) {
  if (problem.puzzle) return puzzle_solution(*problem.puzzle, random, options);
  DRP_CHECK(problem.family != nullptr && !problem.operations.empty(), "not a generated problem");
  return SolutionWriter(problem, random, options).write();
}

}  // namespace drp::problems
