// SPDX-License-Identifier: Apache-2.0
#include "teacher/paper/paper_protocol.h"

#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"
#include "path/answer_view.h"
#include "path/reference_answer.h"
#include "path/skill.h"
#include "teacher/paper/align.h"

namespace drp::teacher {
namespace {

constexpr int kTokensBase = 256;
constexpr int kTokensPerStep = 20;
constexpr std::size_t kBytesPerToken = 2;  // of the worst text; usual ones have four
constexpr int kOwnTokensMax = 4096;

constexpr std::string_view kPass = "paper";

enum class Stage { kSplit, kPrune, kWhole, kOwn, kCorrect, kOver };

// The steps of the plan: aligned spans with the actions of their numbers. A step that is not found
// in the trace falls away; a merge's text that it carried goes to the merged step before it.
std::vector<Step> plan_steps(const std::vector<TypedStep>& typed,
                             const std::vector<StepAction>& actions, const std::vector<Span>& spans,
                             bool texts) {
  std::vector<Step> steps;
  for (std::size_t i = 0; i < typed.size(); ++i) {
    const StepAction& chosen = actions[i];
    if (spans[i].empty()) {
      const bool carries = texts && chosen.text && chosen.action == Action::kMultiStepCompress;
      if (carries && !steps.empty() && steps.back().action == Action::kMultiStepCompress &&
          !steps.back().text) {
        steps.back().text = chosen.text;
      }
      continue;
    }
    Step step;
    step.span = spans[i];
    step.action = chosen.action;
    if (texts) step.text = chosen.text;
    if (!typed[i].skill.empty()) step.skill = std::string(path::normal_skill(typed[i].skill));
    step.said = typed[i].skill;
    step.pass = kPass;
    steps.push_back(std::move(step));
  }
  return steps;
}

class PaperDialogue final : public Dialogue {
 public:
  PaperDialogue(const PaperOptions& options, const Problem& problem, const Trace& trace)
      : options_(options),
        prompt_{options.split, options.keep_checks, options.synthesis},
        problem_(problem),
        trace_(trace) {
    if (trim(trace.reasoning_text()).empty()) {
      stop({Reason::kNoReasoning, "the response has no reasoning to prune"});
    } else if (options.target == Target::kOwn) {
      stage_ = Stage::kOwn;
    } else if (options.split == SplitBy::kNone) {
      stage_ = Stage::kWhole;
    }
    if (stage_ != Stage::kOver) look_at_answer();
  }

  std::optional<Question> next() override {
    Question question;
    const std::size_t bytes = trace_.reasoning_text().size();
    question.tokens_max = kTokensBase + static_cast<int>(bytes / kBytesPerToken);
    const std::string again = fault_.empty() ? "" : " again";
    switch (stage_) {
      case Stage::kSplit:
        question.name = "split" + again;
        question.prompt_version = prompt_.split_version();
        question.messages = prompt_.split_call(trace_.reasoning_text(), fault_);
        // Every word once more, and a skill for each few of them.
        question.tokens_max += static_cast<int>(bytes / 8);
        return question;
      case Stage::kPrune:
        question.name = "prune" + again;
        question.prompt_version = prompt_.prune_version();
        question.messages = prompt_.prune_call(problem_, typed_, fault_);
        question.tokens_max += kTokensPerStep * static_cast<int>(typed_.size());
        return question;
      case Stage::kWhole:
        question.name = "whole";
        question.prompt_version = prompt_.whole_version();
        question.messages = prompt_.whole_call(problem_, trace_.reasoning_text());
        return question;
      case Stage::kOwn:
        question.name = "own";
        question.prompt_version = PaperPrompt::own_version();
        question.messages = prompt_.own_call(problem_);
        question.tokens_max = kOwnTokensMax;
        return question;
      case Stage::kCorrect:
        return correction_question(problem_, goal_answer(), uncorrected_);
      case Stage::kOver:
        return std::nullopt;
    }
    return std::nullopt;
  }

  void answer(const llm::ChatReply& reply) override {
    if (stage_ == Stage::kCorrect) return take_correction(reply);
    if (std::optional<Rejection> cut = refuse_reply(reply)) return stop(*std::move(cut));
    switch (stage_) {
      case Stage::kSplit:
        return take_split(spoken_part(reply));
      case Stage::kPrune:
        return take_pruned(spoken_part(reply));
      case Stage::kWhole:
      case Stage::kOwn:
        return take_text(text_of_reply(reply));
      case Stage::kCorrect:
      case Stage::kOver:
        DRP_CHECK(false, "a reply to nothing");
    }
  }

  expected<Plan, Rejection> result() override {
    DRP_CHECK(stage_ == Stage::kOver, "the dialogue goes on");
    if (rejection_) return unexpected<Rejection>(*rejection_);
    return plan_;
  }

 private:
  // Of a wrong trace that is to be corrected, the trace as it should have ended takes its place.
  void look_at_answer() {
    if (options_.correction != Correction::kAnswer || options_.target == Target::kOwn) return;
    if (!path::misses_reference(problem_, trace_)) return;
    mended_ = path::with_reference(problem_, trace_);
    if (mended_) {
      plan_.corrected = Corrected::kAnswer;
      plan_.notes.push_back("the trace's answer is wrong: the path is to come to " + goal_answer());
    } else {
      stop({Reason::kAnswerLost, "the answer section cannot state the reference"});
    }
  }

  const Trace& goal() const { return mended_ ? *mended_ : trace_; }
  std::string goal_answer() const { return path::final_answer(goal().response, problem_.domain); }

  // Asks once more, at the first fault of a call.
  void object(std::string what) {
    if (!fault_.empty()) return stop({Reason::kBadReply, std::move(what)});
    plan_.notes.push_back("asked again: " + what);
    fault_ = std::move(what);
  }

  void take_split(std::string_view text) {
    auto typed = read_split(text, options_.split == SplitBy::kSkill);
    if (!typed) return object(typed.error().detail);
    std::vector<std::string> pieces;
    for (const TypedStep& step : *typed) pieces.push_back(step.text);
    Alignment alignment = align_pieces(trace_.reasoning_text(), pieces);
    if (alignment.coverage < options_.coverage_min) {
      return object("the steps hold only " + format_fixed(100 * alignment.coverage, 1) +
                    " % of the words of the reasoning; every word must be copied");
    }
    typed_ = *std::move(typed);
    spans_ = std::move(alignment.spans);
    plan_.coverage = alignment.coverage;
    fault_.clear();
    stage_ = Stage::kPrune;
  }

  void take_pruned(std::string_view text) {
    const bool whole = options_.synthesis == Synthesis::kTeacher;
    auto pruned = read_pruned(text, typed_.size(), whole);
    if (!pruned) return object(pruned.error().detail);
    plan_.steps = plan_steps(typed_, pruned->actions, spans_, !whole);
    const std::size_t lost = typed_.size() - plan_.steps.size();
    if (lost > 0) {
      plan_.notes.push_back(std::to_string(lost) + " typed steps are not in the trace");
    }
    stage_ = Stage::kOver;
    if (whole) take_path(pruned->synthesis);
  }

  // One text for the whole reasoning.
  void take_text(std::string_view text) {
    if (text.empty()) return stop({Reason::kBadReply, "the reply is empty"});
    plan_.own = stage_ == Stage::kOwn;
    Step step;
    step.span = {0, trace_.reasoning_text().size()};
    step.action = Action::kSingleStepCompress;
    step.pass = kPass;
    plan_.steps = {std::move(step)};
    stage_ = Stage::kOver;
    if (plan_.own) {
      plan_.synthesis = std::string(text);
    } else {
      take_path(text);
    }
  }

  // The path as the teacher wrote it; where it comes to another answer the teacher is asked for a
  // correction.
  void take_path(std::string_view text) {
    if (options_.correction == Correction::kNone || path::comes_to_answer(problem_, goal(), text)) {
      plan_.synthesis = end_with_answer(problem_, goal(), text);
      return;
    }
    uncorrected_ = std::string(text);
    stage_ = Stage::kCorrect;
  }

  // A path of a right trace that could not be corrected is left to the gates.
  void take_correction(const llm::ChatReply& reply) {
    stage_ = Stage::kOver;
    std::optional<Rejection> refused = refuse_reply(reply);
    const std::string_view text = text_of_reply(reply);
    if (!refused && text.empty()) refused = {Reason::kBadReply, "the correction is empty"};
    if (refused && mended_) return stop(*std::move(refused));
    if (refused) {
      plan_.notes.push_back("correction refused: " + refused->detail);
      plan_.synthesis = end_with_answer(problem_, trace_, uncorrected_);
      return;
    }
    plan_.notes.push_back("corrected by the teacher to come to " + goal_answer());
    if (!plan_.corrected) plan_.corrected = Corrected::kPath;
    plan_.synthesis = end_with_answer(problem_, goal(), text);
  }

  void stop(Rejection rejection) {
    rejection_ = std::move(rejection);
    stage_ = Stage::kOver;
  }

  const PaperOptions& options_;
  PaperPrompt prompt_;
  const Problem& problem_;
  const Trace& trace_;
  std::optional<Trace> mended_;  // of a wrong trace, with the reference for its answer
  Stage stage_ = Stage::kSplit;
  std::string fault_;  // of the last reply to the call in hand
  std::vector<TypedStep> typed_;
  std::vector<Span> spans_;
  std::string uncorrected_;  // the path that is being corrected
  Plan plan_;
  std::optional<Rejection> rejection_;
};

}  // namespace

Target target_from(std::string_view name) {
  if (name == "trace") return Target::kTrace;
  if (name == "own") return Target::kOwn;
  throw Error(ErrorKind::kConfig, "teacher.target is \"" + std::string(name) + "\"",
              "it is one of trace, own");
}

std::string PaperProtocol::identity() const {
  std::string name =
      "paper " + PaperPrompt{options_.split, options_.keep_checks, options_.synthesis}.identity();
  name += options_.synthesis == Synthesis::kTeacher ? " synthesis" : " stitch";
  if (options_.target == Target::kOwn) name += " own";
  if (options_.correction == Correction::kPath) name += " correction path " + correction_identity();
  if (options_.correction == Correction::kAnswer) {
    name += " correction answer " + correction_identity();
  }
  return name + " coverage_min " + format_fixed(options_.coverage_min, 2);
}

std::unique_ptr<Dialogue> PaperProtocol::open(const Problem& problem, const Trace& trace) const {
  return std::make_unique<PaperDialogue>(options_, problem, trace);
}

}  // namespace drp::teacher
