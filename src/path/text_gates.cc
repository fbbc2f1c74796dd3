// SPDX-License-Identifier: Apache-2.0
#include "path/text_gates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>

#include "path/answer_view.h"
#include "path/equation.h"
#include "path/flow.h"
#include "path/unit.h"

namespace drp::path {
namespace {

constexpr std::size_t kPairNumbersMax = 40;
constexpr std::size_t kShownMax = 60;

std::string shown(std::string_view text) {
  const std::string_view body = trim(text);
  return "\"" + repair_utf8(body.substr(0, kShownMax)) + (body.size() > kShownMax ? "...\"" : "\"");
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

// What the trace and the question hold, grown by what new text rightly computes.
class Ground {
 public:
  explicit Ground(const GateInput& input)
      : reasoning_(input.trace.reasoning_text()),
        numbers_(find_numbers(reasoning_)),
        known_(number_keys(numbers_)) {
    for (const std::int64_t key : read_given(input.problem.question).values) {
      add_key(known_, key);
    }
  }

  // The first fault of one new text, or a pass.
  Verdict check(std::string_view text, Span source) {
    const std::vector<Number> numbers = find_numbers(text);
    for (const Equation& equation : find_equations(text, numbers)) {
      if (!equation.holds) {
        if (holds_equation(equation_key(equation))) continue;
        return gate_failed("grounded", Reason::kUngroundedEquation,
                           "new text has " + shown(slice(text, equation.span)) +
                               ", which is wrong and which the trace does not hold");
      }
      const bool follows =
          std::all_of(equation.operands.begin(), equation.operands.end(),
                      [this](double operand) { return has_key(known_, number_key(operand)); });
      if (follows) {
        add_key(known_, number_key(equation.result));
      }
    }
    return check_numbers(text, numbers, source);
  }

 private:
  // Looked for where new text has a wrong equation, which is seldom.
  bool holds_equation(const std::string& key) {
    if (!equations_) {
      equations_.emplace();
      for (const Equation& equation : find_equations(reasoning_, numbers_)) {
        equations_->insert(equation_key(equation));
      }
    }
    return equations_->contains(key);
  }

  Verdict check_numbers(std::string_view text, const std::vector<Number>& numbers, Span source) {
    std::vector<double> replaced;
    for (const Number& number : numbers) {
      if (number.fraction || number.word || has_key(known_, number_key(number.value))) {
        continue;
      }
      if (replaced.empty()) {
        replaced = values_of(slice(reasoning_, source));
      }
      if (!one_operation_away(replaced, number.value)) {
        return gate_failed("grounded", Reason::kUngroundedNumber,
                           "new text has " + std::string(slice(text, number.span)) +
                               ", which the trace neither holds nor yields");
      }
      add_key(known_, number_key(number.value));
    }
    return gate_passed("grounded");
  }

  std::string_view reasoning_;
  std::vector<Number> numbers_;  // of the reasoning
  std::vector<std::int64_t> known_;
  std::optional<std::unordered_set<std::string>> equations_;  // keys, of the reasoning
};

// Whether `text` computes the answer rather than only saying it.
bool computes_answer(std::string_view text, const AnswerView& answer) {
  if (!answer.key) {
    return contains(text, "=");
  }
  const Flow flow = read_flow(text);
  const bool written = std::any_of(
      flow.equations.begin(), flow.equations.end(),
      [&](const Equation& equation) { return number_key(equation.result) == *answer.key; });
  if (written) return true;
  // "3/4 of 40 is in the tank, so 30": told in words, out of numbers that stand beside it.
  std::vector<double> others = values_of(text);
  std::erase_if(others, [&](double value) { return number_key(value) == *answer.key; });
  return one_operation_away(others, key_value(*answer.key));
}

bool mentions(std::string_view text, const AnswerView& answer) {
  return mentions_answer(text, answer);
}

// Where `text` first mentions the answer: the begin of that unit, or its size where it never does.
std::size_t first_mention(std::string_view text, const AnswerView& answer) {
  for (const Unit& unit : cut_units(text)) {
    if (mentions(slice(text, unit.span), answer)) return unit.span.begin;
  }
  return text.size();
}

// The first unit that mentions the answer only says it, and a later one computes it.
std::optional<std::string_view> said_ahead(std::string_view text, const AnswerView& answer) {
  std::optional<std::string_view> first;
  for (const Unit& unit : cut_units(text)) {
    const std::string_view body = slice(text, unit.span);
    if (!mentions(body, answer)) continue;
    const bool computes = computes_answer(body, answer);
    if (!first && computes) return std::nullopt;
    if (first && computes) return first;
    if (!first) first = body;
  }
  return std::nullopt;
}

// Turns of the instructions, lower case. A student may use any of them itself: what the trace or
// the question holds is no leak.
constexpr std::array<std::string_view, 26> kTurns = {"single-step compress",
                                                     "multi-step compress",
                                                     "last unit",
                                                     "numbered unit",
                                                     "the student's work",
                                                     "student's working",
                                                     "student's reasoning",
                                                     "original trace",
                                                     "reasoning trace",
                                                     "original reasoning",
                                                     "shortened version",
                                                     "condensed version",
                                                     "shorter version",
                                                     "rewritten step",
                                                     "rewritten text",
                                                     "merged step",
                                                     "merged text",
                                                     "new text:",
                                                     "here is the merged",
                                                     "here is the shorten",
                                                     "as an ai",
                                                     "skill:",
                                                     "synthesis:",
                                                     "<think",
                                                     "</think",
                                                     "```"};
// Actions and markers as they are written in the protocols.
constexpr std::array<std::string_view, 5> kMarks = {"KEEP", "DELETE", "COMPRESS", "\u00b6", "## "};

bool is_word_char(char c) { return is_letter(c) || is_digit(c); }

bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + word.size();
    const bool open = at == 0 || !is_word_char(text[at - 1]) || !is_word_char(word.front());
    const bool closed = end == text.size() || !is_word_char(text[end]) || !is_word_char(word[0]);
    if (open && closed) return true;
  }
  return false;
}

// "[12] ..." and "12 K computation": the prompt's numbering and the reply's lines.
std::optional<std::string_view> protocol_line(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    std::string_view rest = trim(line);
    const bool bracket = rest.starts_with("[");
    if (bracket) rest.remove_prefix(1);
    std::size_t digits = 0;
    while (digits < rest.size() && is_digit(rest[digits])) ++digits;
    if (digits == 0) continue;
    rest.remove_prefix(digits);
    if (bracket && rest.starts_with("] ")) return line;
    if (!bracket && rest.size() > 3 && rest[0] == ' ' && rest[2] == ' ' &&
        std::string_view("KDSM").find(rest[1]) != std::string_view::npos && is_letter(rest[3])) {
      return line;
    }
  }
  return std::nullopt;
}

std::optional<std::string> leaked(std::string_view text, std::string_view known,
                                  std::string_view known_lower) {
  const std::string lower = to_lower(text);
  for (const std::string_view turn : kTurns) {
    if (contains(lower, turn) && !contains(known_lower, turn)) return std::string(turn);
  }
  for (const std::string_view mark : kMarks) {
    if (holds_word(text, mark) && !holds_word(known, mark)) return std::string(mark);
  }
  const auto line = protocol_line(text);
  if (line && !contains(known, trim(*line))) return std::string(trim(*line).substr(0, kShownMax));
  return std::nullopt;
}

}  // namespace

Verdict gate_passed(std::string gate) { return {{std::move(gate), true, {}}, Reason::kBadPlan}; }

Verdict gate_failed(std::string gate, Reason reason, std::string detail) {
  return {{std::move(gate), false, std::move(detail)}, reason};
}

Verdict grounded_gate(const GateInput& input) {
  if (input.plan.own) return gate_passed("grounded");
  std::optional<Ground> ground;
  for (const Piece& piece : input.applied.pieces) {
    if (piece.action == Action::kKeep) continue;
    if (!ground) ground.emplace(input);
    Verdict verdict = ground->check(slice(input.applied.reasoning, piece.path), piece.source);
    if (!verdict.result.passed) return verdict;
  }
  return gate_passed("grounded");
}

Verdict early_gate(const GateInput& input) {
  const auto early = [](std::string_view text) {
    return gate_failed("early", Reason::kEarlyAnswer,
                       shown(text) + " states the answer before it is derived");
  };
  const bool all_kept =
      std::all_of(input.applied.pieces.begin(), input.applied.pieces.end(),
                  [](const Piece& piece) { return piece.action == Action::kKeep; });
  if (input.plan.own || all_kept) return gate_passed("early");
  const AnswerView answer =
      view_answer(final_answer(input.trace.response, input.problem.domain), input.problem);
  const std::string_view reasoning = input.trace.reasoning_text();
  // A number of the question says nothing about what has been derived.
  if (!answer.found() || mentions(input.problem.question, answer)) return gate_passed("early");
  if (input.plan.synthesis) {
    const auto said = said_ahead(input.applied.reasoning, answer);
    return said && !said_ahead(reasoning, answer) ? early(*said) : gate_passed("early");
  }
  std::optional<std::size_t> first;
  for (const Piece& piece : input.applied.pieces) {
    const std::string_view text = slice(input.applied.reasoning, piece.path);
    if (piece.action == Action::kKeep || !mentions(text, answer)) continue;
    if (computes_answer(text, answer)) continue;
    if (!first) first = first_mention(reasoning, answer);
    if (piece.source.end <= *first) return early(text);
  }
  return gate_passed("early");
}

Verdict leak_gate(const GateInput& input) {
  std::string known;
  std::string known_lower;
  for (const Piece& piece : input.applied.pieces) {
    if (piece.action == Action::kKeep) continue;
    if (known.empty()) {
      known = input.problem.question + "\n" + std::string(input.trace.reasoning_text());
      known_lower = to_lower(known);
    }
    const auto found = leaked(slice(input.applied.reasoning, piece.path), known, known_lower);
    if (found) {
      return gate_failed("leak", Reason::kLeak, "new text has \"" + *found + "\"");
    }
  }
  return gate_passed("leak");
}

}  // namespace drp::path
