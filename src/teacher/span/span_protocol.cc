// SPDX-License-Identifier: Apache-2.0
#include "teacher/span/span_protocol.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "path/try_plan.h"
#include "teacher/span/grammar.h"

namespace drp::teacher {
namespace {

// A reply line takes about a dozen tokens; all new text together is no longer than the trace.
constexpr int kTokensBase = 64;
constexpr int kTokensPerUnit = 16;
constexpr std::size_t kBytesPerToken = 3;
// Under a grammar each text may be twice as long as the mean unit, and the limit lets a model that
// only babbles come to the end of what the grammar allows.
constexpr std::size_t kTextMin = 80;
constexpr std::size_t kTextMax = 600;
constexpr int kHeldTokensPerUnit = 24;

constexpr std::string_view kPass = "span";

// Two calls at most for the plan, then one a wish.
enum class Stage { kPlan, kPlanAgain, kLook, kSynthesis, kOver };

class SpanDialogue final : public Dialogue {
 public:
  SpanDialogue(const SpanOptions& options, const Problem& problem, const Trace& trace)
      : options_(options),
        prompt_{options.split, options.keep_checks},
        problem_(problem),
        trace_(trace),
        ends_(unit_ends(trace.reasoning_text(), options.split)),
        units_{1, ends_.size()} {
    if (trim(trace.reasoning_text()).empty()) {
      stop({Reason::kNoReasoning, "the response has no reasoning to prune"});
    }
  }

  std::optional<Question> next() override {
    switch (stage_) {
      case Stage::kPlan:
      case Stage::kPlanAgain:
        return plan_question();
      case Stage::kLook:
        return look_question();
      case Stage::kSynthesis:
        return synthesis_question(problem_, trace_, stitched());
      case Stage::kOver:
        return std::nullopt;
    }
    return std::nullopt;
  }

  void answer(const llm::ChatReply& reply) override {
    switch (stage_) {
      case Stage::kPlan:
      case Stage::kPlanAgain:
        return take_plan(reply);
      case Stage::kLook:
        take_look(reply);
        stage_ = after_look();
        return;
      case Stage::kSynthesis:
        plan_ = with_synthesis(problem_, trace_, std::move(plan_), reply);
        stage_ = Stage::kOver;
        return;
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
  std::string units_text() const { return numbered(trace_.reasoning_text(), ends_, units_); }

  Question plan_question() const {
    Question question;
    question.name = stage_ == Stage::kPlan ? "plan" : "plan again";
    question.prompt_version = prompt_.plan_version();
    question.messages = prompt_.plan(problem_, units_text(), units_, fault_);
    const std::size_t bytes = trace_.reasoning_text().size();
    question.tokens_max = kTokensBase + kTokensPerUnit * static_cast<int>(units_.count) +
                          static_cast<int>(bytes / kBytesPerToken);
    if (options_.grammar) {
      GrammarLimits limits;
      limits.text_max = std::clamp(2 * bytes / units_.count, kTextMin, kTextMax);
      question.tokens_max = kTokensBase + kHeldTokensPerUnit * static_cast<int>(units_.count) +
                            static_cast<int>(bytes);
      question.grammar = reply_grammar(units_, limits);
    }
    return question;
  }

  Question look_question() const {
    Question question;
    question.name = "look";
    question.prompt_version = prompt_.look_version();
    question.messages =
        prompt_.look(problem_, units_text(), units_, write_reply(lines_), stitched(), objection_);
    question.tokens_max = plan_question().tokens_max;
    return question;
  }

  std::string stitched() const {
    const auto applied = path::apply_plan(trace_.reasoning_text(), plan_);
    return applied ? applied->reasoning : std::string();
  }

  void take_plan(const llm::ChatReply& reply) {
    // A reply that ran out of room runs out of it again.
    if (std::optional<Rejection> cut = refuse_reply(reply)) return stop(*std::move(cut));
    expected<std::vector<ReplyLine>, Rejection> lines = read_reply(spoken_part(reply), units_);
    if (!lines) {
      if (stage_ == Stage::kPlanAgain) return stop(std::move(lines.error()));
      fault_ = lines.error().detail;
      stage_ = Stage::kPlanAgain;
      return;
    }
    if (!fault_.empty()) plan_.notes.push_back("asked again: " + fault_);
    lines_ = *std::move(lines);
    plan_.steps = steps();
    const auto tried = path::try_plan(problem_, trace_, plan_);
    objection_ = tried ? std::string() : tried.error().detail;
    stage_ = options_.second_look ? Stage::kLook : after_look();
  }

  std::vector<Step> steps() const {
    std::vector<Step> steps = steps_of(lines_, ends_, units_);
    for (Step& step : steps) step.pass = kPass;
    return steps;
  }

  // Whatever is wrong with this reply, the plan there was stays.
  void take_look(const llm::ChatReply& reply) {
    const std::string_view text = trim(spoken_part(reply));
    if (const auto cut = refuse_reply(reply)) {
      plan_.notes.push_back("second look refused: " + cut->detail);
      return;
    }
    if (to_lower(text.substr(0, 2)) == "ok" && (text.size() == 2 || !is_letter(text[2]))) {
      plan_.notes.emplace_back("second look: ok");
      return;
    }
    auto changed = read_changes(text, lines_, units_);
    if (!changed) {
      plan_.notes.push_back("second look refused: " + changed.error().detail);
      return;
    }
    Plan mended = plan_;
    std::swap(lines_, *changed);
    mended.steps = steps();
    const auto tried = path::try_plan(problem_, trace_, mended);
    if (!tried && objection_.empty()) {
      std::swap(lines_, *changed);
      plan_.notes.push_back("second look refused: " + tried.error().detail);
      return;
    }
    plan_ = std::move(mended);
    plan_.notes.emplace_back("second look: mended");
  }

  Stage after_look() const {
    return options_.synthesis == Synthesis::kTeacher ? Stage::kSynthesis : Stage::kOver;
  }

  void stop(Rejection rejection) {
    rejection_ = std::move(rejection);
    stage_ = Stage::kOver;
  }

  const SpanOptions& options_;
  SpanPrompt prompt_;
  const Problem& problem_;
  const Trace& trace_;
  std::vector<std::size_t> ends_;
  UnitNumbers units_;
  Stage stage_ = Stage::kPlan;
  std::string fault_;      // of the first reply
  std::string objection_;  // of the gates to the plan
  std::vector<ReplyLine> lines_;
  Plan plan_;
  std::optional<Rejection> rejection_;
};

}  // namespace

std::string SpanProtocol::identity() const {
  std::string name = "span " + SpanPrompt{options_.split, options_.keep_checks}.identity();
  if (options_.second_look) name += " second_look";
  if (options_.synthesis == Synthesis::kTeacher) {
    name += " synthesis " + synthesis_identity();
  }
  if (options_.grammar) name += " grammar";
  return name;
}

std::unique_ptr<Dialogue> SpanProtocol::open(const Problem& problem, const Trace& trace) const {
  return std::make_unique<SpanDialogue>(options_, problem, trace);
}

}  // namespace drp::teacher
