// SPDX-License-Identifier: Apache-2.0
#include "path/gates.h"

#include <algorithm>

#include "answers/grade.h"
#include "path/answer_view.h"
#include "path/flow.h"
#include "path/text_gates.h"
#include "path/unit.h"

namespace drp::path {
namespace {

Verdict pass(std::string gate) { return gate_passed(std::move(gate)); }
Verdict fail(std::string gate, Reason reason, std::string detail) {
  return gate_failed(std::move(gate), reason, std::move(detail));
}

// A program judges the domains code and command: there only the same text is the same answer.
bool same_answer(std::string_view before, std::string_view after, std::string_view domain) {
  return answers::compare(before, after, {.domain = domain}).verdict == answers::Verdict::kEqual;
}

Verdict answer_gate(const GateInput& input) {
  const std::string_view domain = input.problem.domain;
  const std::string before = final_answer(input.trace.response, domain);
  const std::string after = final_answer(input.response, domain);
  if (after.empty() && !before.empty()) {
    return fail("answer", Reason::kAnswerLost,
                "the path states no answer; the trace's was " + before);
  }
  if (before != after && !same_answer(before, after, domain)) {
    return fail("answer", Reason::kAnswerChanged, "answer was " + before + ", now " + after);
  }
  if (!input.problem.answer.empty() && before != after &&
      answers::compare(input.problem.answer, after, {.domain = domain}).verdict ==
          answers::Verdict::kUnequal) {
    return fail("answer", Reason::kAnswerChanged,
                "answer is " + after + ", the reference is " + input.problem.answer);
  }
  const AnswerView view = view_answer(before, input.problem);
  const std::string_view reasoning = input.trace.reasoning_text();
  const bool stated = mentions_answer(reasoning, view);
  if (stated && !mentions_answer(input.applied.reasoning, view)) {
    return fail("answer", Reason::kAnswerLost, "the reasoning no longer states " + before);
  }
  return pass("answer");
}

// The units of the path's pieces and of the deleted steps, in the order of the trace; a synthesis
// comes after all that was deleted.
class ItemList {
 public:
  explicit ItemList(const GateInput& input) {
    const std::string_view reasoning = input.trace.reasoning_text();
    std::size_t piece = 0;
    for (const Step& step : input.plan.steps) {
      if (step.action == Action::kDelete) {
        add(slice(reasoning, step.span), false);
      } else if (!input.plan.synthesis && piece < input.applied.pieces.size() &&
                 input.applied.pieces[piece].source.end == step.span.end) {
        add(slice(input.applied.reasoning, input.applied.pieces[piece].path), true);
        ++piece;
      }
    }
    if (input.plan.synthesis) add(trim(input.applied.reasoning), true);
    items_.resize(texts_.size());
    flows_.reserve(texts_.size());
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      flows_.push_back(read_flow(texts_[i]));
      items_[i] = {&flows_[i], texts_[i], kept_[i]};
    }
  }

  const std::vector<FlowItem>& items() const { return items_; }

 private:
  void add(std::string_view text, bool kept) {
    for (const Unit& unit : cut_units(text)) {
      texts_.push_back(slice(text, unit.span));
      kept_.push_back(kept);
    }
  }

  std::vector<std::string_view> texts_;
  std::vector<bool> kept_;
  std::vector<Flow> flows_;
  std::vector<FlowItem> items_;
};

Verdict dangling_gate(const GateInput& input) {
  if (input.plan.own) return pass("dangling");
  const ItemList list(input);
  const std::string before = final_answer(input.trace.response, input.problem.domain);
  const bool in_words = view_answer(before, input.problem).in_words();
  const std::string_view question = input.problem.question;
  const Given given = in_words ? read_given_in_words(question) : read_given(question);
  const std::vector<Missing> missing = find_missing(given, list.items());
  if (missing.empty()) {
    return pass("dangling");
  }
  const Missing& first = missing.front();
  const auto shortened = [&](std::size_t i) {
    const std::string_view text = trim(list.items()[i].text);
    return "\"" + std::string(text.substr(0, 60)) + (text.size() > 60 ? "...\"" : "\"");
  };
  const auto sort = [&]() -> std::string {
    switch (first.kind) {
      case MissingKind::kReferent:
        return "refers back with ";
      case MissingKind::kSymbol:
        return "uses the unknown ";
      case MissingKind::kClaim:
        return "takes as known ";
      case MissingKind::kValue:
        return "uses the value ";
    }
    return {};
  };
  return fail("dangling", Reason::kDangling,
              shortened(first.user) + " " + sort() + first.what + ", which the deleted " +
                  shortened(first.introducer) + " introduced");
}

Verdict shorter_gate(const GateInput& input) {
  if (input.tokens_after < input.tokens_before) {
    return pass("shorter");
  }
  return fail("shorter", Reason::kNotShorter,
              std::to_string(input.tokens_before) + " tokens before, " +
                  std::to_string(input.tokens_after) + " after");
}

bool pieces_in_order(const AppliedPlan& applied) {
  return std::is_sorted(
      applied.pieces.begin(), applied.pieces.end(),
      [](const Piece& a, const Piece& b) { return a.source.begin < b.source.begin; });
}

}  // namespace

std::vector<Verdict> plan_gates(std::string_view reasoning, const Plan& plan) {
  const std::optional<Rejection> fault = check_plan(reasoning, plan);
  const auto verdict = [&fault](std::string gate, Reason reason) {
    return fault && fault->reason == reason ? fail(std::move(gate), reason, fault->detail)
                                            : pass(std::move(gate));
  };
  return {verdict("coverage", Reason::kBadPlan), verdict("order", Reason::kOrder),
          verdict("merge", Reason::kFarMerge)};
}

std::vector<Verdict> run_gates(const GateInput& input) {
  std::vector<Verdict> verdicts = plan_gates(input.trace.reasoning_text(), input.plan);
  if (verdicts[1].result.passed && !pieces_in_order(input.applied)) {
    verdicts[1] =
        fail("order", Reason::kOrder, "the pieces of the path are out of the trace's order");
  }
  verdicts.push_back(answer_gate(input));
  verdicts.push_back(early_gate(input));
  verdicts.push_back(grounded_gate(input));
  verdicts.push_back(leak_gate(input));
  verdicts.push_back(dangling_gate(input));
  verdicts.push_back(shorter_gate(input));
  return verdicts;
}

std::optional<Rejection> first_rejection(const std::vector<Verdict>& verdicts) {
  const auto failed = std::find_if(verdicts.begin(), verdicts.end(),
                                   [](const Verdict& verdict) { return !verdict.result.passed; });
  if (failed == verdicts.end()) {
    return std::nullopt;
  }
  return Rejection{failed->reason, failed->result.detail};
}

std::string rebuild_response(const Trace& trace, std::string_view reasoning,
                             std::string_view answer) {
  const std::string_view response = trace.response;
  std::string result(response.substr(0, trace.reasoning.begin));
  result += reasoning;
  result += response.substr(trace.reasoning.end, trace.answer.begin - trace.reasoning.end);
  result += answer;
  result += response.substr(trace.answer.end);
  return result;
}

}  // namespace drp::path
