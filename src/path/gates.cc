// SPDX-License-Identifier: Apache-2.0
#include "path/gates.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "answers/grade.h"
#include "path/answer_view.h"
#include "path/flow.h"
#include "path/unit.h"

namespace drp::path {
namespace {

constexpr std::size_t kPairNumbersMax = 40;

Verdict pass(std::string gate) { return {{std::move(gate), true, {}}, Reason::kBadPlan}; }
Verdict fail(std::string gate, Reason reason, std::string detail) {
  return {{std::move(gate), false, std::move(detail)}, reason};
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
  const bool stated = mentions_answer(reasoning, read_flow(reasoning), view);
  if (stated &&
      !mentions_answer(input.applied.reasoning, read_flow(input.applied.reasoning), view)) {
    return fail("answer", Reason::kAnswerLost, "the reasoning no longer states " + before);
  }
  return pass("answer");
}

// Whether one operation on two of `values` gives `wanted`.
bool one_operation_away(const std::vector<double>& values, double wanted) {
  const std::size_t count = std::min(values.size(), kPairNumbersMax);
  const auto hits = [wanted](double value) {
    return std::isfinite(value) && number_key(value) == number_key(wanted);
  };
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < count; ++j) {
      const double a = values[i];
      const double b = values[j];
      if (hits(a + b) || hits(a - b) || hits(a * b) || (b != 0 && hits(a / b)) ||
          hits(a * b / 100) || hits(std::pow(a, std::min(b, 12.0)))) {
        return true;
      }
    }
  }
  return false;
}

std::vector<double> values_of(std::string_view text) {
  std::vector<double> values;
  for (const Number& number : find_numbers(text)) {
    values.push_back(number.value);
  }
  return values;
}

Verdict grounded_gate(const GateInput& input) {
  const std::string_view reasoning = input.trace.reasoning_text();
  std::vector<std::int64_t> known;
  bool known_ready = false;
  for (const Piece& piece : input.applied.pieces) {
    if (piece.action == Action::kKeep) {
      continue;
    }
    if (!known_ready) {
      known = number_keys(find_numbers(reasoning));
      for (const std::int64_t key : read_given(input.problem.question).values) {
        add_key(known, key);
      }
      known_ready = true;
    }
    const std::string_view text = slice(input.applied.reasoning, piece.path);
    for (const Number& number : find_numbers(text)) {
      if (number.fraction || number.word || has_key(known, number_key(number.value))) {
        continue;
      }
      if (!one_operation_away(values_of(slice(reasoning, piece.source)), number.value)) {
        return fail("grounded", Reason::kUngroundedNumber,
                    "new text has " + std::string(slice(text, number.span)) +
                        ", which the trace neither holds nor yields");
      }
      add_key(known, number_key(number.value));
    }
  }
  return pass("grounded");
}

// The units of the path's pieces and of the deleted steps, in the order of the trace.
class ItemList {
 public:
  explicit ItemList(const GateInput& input) {
    const std::string_view reasoning = input.trace.reasoning_text();
    std::size_t piece = 0;
    for (const Step& step : input.plan.steps) {
      if (step.action == Action::kDelete) {
        add(slice(reasoning, step.span), false);
      } else if (piece < input.applied.pieces.size() &&
                 input.applied.pieces[piece].source.end == step.span.end) {
        add(slice(input.applied.reasoning, input.applied.pieces[piece].path), true);
        ++piece;
      }
    }
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
  const bool order = fault && fault->reason == Reason::kOrder;
  std::vector<Verdict> verdicts;
  verdicts.push_back(fault && !order ? fail("coverage", Reason::kBadPlan, fault->detail)
                                     : pass("coverage"));
  verdicts.push_back(order ? fail("order", Reason::kOrder, fault->detail) : pass("order"));
  return verdicts;
}

std::vector<Verdict> run_gates(const GateInput& input) {
  std::vector<Verdict> verdicts = plan_gates(input.trace.reasoning_text(), input.plan);
  if (verdicts[1].result.passed && !pieces_in_order(input.applied)) {
    verdicts[1] =
        fail("order", Reason::kOrder, "the pieces of the path are out of the trace's order");
  }
  verdicts.push_back(answer_gate(input));
  verdicts.push_back(grounded_gate(input));
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
