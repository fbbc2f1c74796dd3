// SPDX-License-Identifier: Apache-2.0
#include "cli/planned_calls.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/model_teachers.h"
#include "path/answer_view.h"
#include "path/reference_answer.h"
#include "teacher/paper/correction.h"
#include "teacher/span/prompt.h"

namespace drp::cli {
namespace {

using pipeline::Band;
using pipeline::PlannedCall;

// A step in a trace of 54 units took 2.6 of them (docs/teacher-money.md).
constexpr std::size_t kUnitsPerStep = 3;

// Reply tokens of each call as a share of the trace's: spans as 40 replies of a capable teacher had
// them (long traces, pooled, short ones), a re-typed trace with its labels, a path at the sizes of
// the paper. A second look is mostly an "ok".
struct Share {
  std::string_view call;
  Band tokens;
};
constexpr std::array<Share, 8> kShares = {{{"plan", {0.14, 0.21, 0.42}},
                                           {"look", {0.005, 0.06, 0.42}},
                                           {"synthesis", {0.2, 0.3, 0.6}},
                                           {"split", {1.24, 1.26, 1.28}},
                                           {"prune", {0.25, 0.36, 0.75}},
                                           {"whole", {0.25, 0.36, 0.75}},
                                           {"correct", {0.25, 0.36, 0.75}},
                                           {"own", {0.1, 0.3, 0.6}}}};

// For how many traces a correction is asked for: of right ones where the path came to another
// answer, of wrong ones nearly always. Before there are traces nobody knows how many are wrong.
// Assumed, not measured.
constexpr Band kPathsCorrected = {0, 0.03, 0.1};
constexpr Band kWrongCorrected = {0.8, 1, 1};
constexpr Band kUnknownCorrected = {0.05, 0.2, 0.5};

Band output_of(const std::string& call, std::int64_t trace_tokens) {
  for (const Share& share : kShares) {
    if (share.call != call) continue;
    const auto tokens = static_cast<double>(trace_tokens);
    return {share.tokens.low * tokens, share.tokens.likely * tokens, share.tokens.high * tokens};
  }
  return {};
}

// Replies that a dialogue takes, as long as usual: the first two thirds of the steps go.
class LikelyReplies {
 public:
  LikelyReplies(const Trace& trace, teacher::SplitBy split)
      : reasoning_(trace.reasoning_text()), ends_(teacher::unit_ends(reasoning_, split)) {
    for (std::size_t i = kUnitsPerStep; i < ends_.size() + kUnitsPerStep; i += kUnitsPerStep) {
      steps_.push_back(std::min(i, ends_.size()));
    }
  }

  llm::ChatReply to(const std::string& call) const {
    llm::ChatReply reply;
    reply.finish = FinishReason::kStop;
    if (call == "plan") reply.text = plan();
    if (call == "look") reply.text = "ok";
    if (call == "split") reply.text = typed_off();
    if (call == "prune") reply.text = actions() + "##\n" + path();
    if (reply.text.empty()) reply.text = path();
    return reply;
  }

 private:
  bool goes(std::size_t step) const { return 3 * step < 2 * steps_.size(); }

  std::string plan() const {
    std::string text;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const bool last = i + 1 == steps_.size();
      text += std::to_string(steps_[i]) + (goes(i) && !last ? " D checking\n" : " K computation\n");
    }
    return text;
  }

  std::string typed_off() const {
    std::string text;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const std::size_t end = ends_[steps_[i] - 1];
      text += "Step " + std::to_string(i + 1) + ": " +
              std::string(trim(slice(reasoning_, {begin, end}))) + "\nSkill: computation\n";
      begin = end;
    }
    return text;
  }

  std::string actions() const {
    std::string text;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      text += "Step " + std::to_string(i + 1) + (goes(i) ? ": DELETE\n" : ": KEEP\n");
    }
    return text;
  }

  std::string path() const {
    return std::string(reasoning_.substr(reasoning_.size() - reasoning_.size() / 3));
  }

  std::string_view reasoning_;
  std::vector<std::size_t> ends_;
  std::vector<std::size_t> steps_;  // the last unit of each, from 1 on
};

std::size_t calls_a_trace(const pipeline::Recipe& recipe) {
  const auto& teacher = recipe.teacher;
  if (teacher.protocol == "paper") {
    return teacher.split == "none" || teacher.target == "own" ? 1 : 2;
  }
  return 1 + (teacher.second_look ? 1 : 0) + (teacher.synthesis == "teacher" ? 1 : 0);
}

std::string basis_of(const pipeline::Recipe& recipe) {
  if (recipe.teacher.protocol != "paper") {
    return "replies of 0.14 to 0.42 of a trace's tokens, measured on 40 traces";
  }
  std::string basis = "a re-typed trace (1.24 to 1.28 of its tokens) and a path (0.25 to 0.75)";
  if (recipe.teacher.correction == "path") {
    basis += ", and once more where it is corrected (assumed of 0 / 3 / 10 % of the right traces)";
  } else if (recipe.teacher.correction == "answer") {
    basis +=
        ", and once more where it is corrected (assumed of 0 / 3 / 10 % of the right traces and of "
        "80 / 100 / 100 % of the wrong ones; before there are traces of 5 / 20 / 50 %)";
  }
  return basis;
}

// What asks the teacher to correct the path that it wrote.
std::optional<PlannedCall> correction_call(const pipeline::Recipe& recipe, const Problem& problem,
                                           const Trace& trace, std::int64_t tokens) {
  const teacher::Correction correction = teacher::correction_from(recipe.teacher.correction);
  if (correction == teacher::Correction::kNone) return std::nullopt;
  const std::string_view reasoning = trace.reasoning_text();
  teacher::Question question = teacher::correction_question(
      problem, problem.answer, reasoning.substr(reasoning.size() - reasoning.size() / 3));
  PlannedCall call;
  call.request.messages = std::move(question.messages);
  call.request.sampling.tokens_max = question.tokens_max;
  call.output = output_of(question.name, tokens);
  call.share = kPathsCorrected;
  if (correction == teacher::Correction::kAnswer) {
    if (path::final_answer(trace.response, problem.domain).empty()) call.share = kUnknownCorrected;
    if (path::misses_reference(problem, trace)) call.share = kWrongCorrected;
  }
  return call;
}

}  // namespace

pipeline::CallShape planned_calls(const pipeline::Recipe& recipe) {
  const std::shared_ptr<teacher::Protocol> protocol = make_protocol(recipe, Grammars::kUnknown);
  const teacher::SplitBy split = teacher::split_from(recipe.teacher.split);
  const std::size_t count = calls_a_trace(recipe);
  const auto calls = [protocol, split, count, recipe](const Problem& problem, const Trace& trace,
                                                      std::int64_t tokens) {
    std::vector<PlannedCall> planned;
    const auto dialogue = protocol->open(problem, trace);
    std::optional<teacher::Question> question = dialogue->next();
    while (question && !question->name.ends_with(" again") && question->name != "correct") {
      PlannedCall call;
      call.request.messages = std::move(question->messages);
      call.request.sampling.tokens_max = question->tokens_max;
      call.output = output_of(question->name, tokens);
      planned.push_back(std::move(call));
      if (planned.size() == count) break;
      dialogue->answer(LikelyReplies(trace, split).to(question->name));
      question = dialogue->next();
    }
    if (!planned.empty()) {
      if (auto correction = correction_call(recipe, problem, trace, tokens)) {
        planned.push_back(*std::move(correction));
      }
    }
    return planned;
  };
  return {recipe.teacher.protocol, basis_of(recipe), calls};
}

}  // namespace drp::cli
