// SPDX-License-Identifier: Apache-2.0
#include "path/reference_answer.h"

#include <vector>

#include "answers/grade.h"
#include "base/text.h"
#include "path/answer_statement.h"
#include "path/answer_view.h"
#include "path/gates.h"
#include "path/unit.h"

namespace drp::path {
namespace {

bool is_stated(std::string_view domain) {
  return domain == "math" || domain == "choice" || domain == "text";
}

answers::Verdict verdict_of(const Problem& problem, std::string_view answer) {
  return answers::compare(problem.answer, answer, {.domain = problem.domain}).verdict;
}

// Whether `text` goes on with the character at `at` as the same number or word.
bool joined(std::string_view text, std::size_t at) {
  return at < text.size() && (is_letter(text[at]) || is_digit(text[at]));
}

// Each occurrence of `answer` as a number or word of its own; "20" is none in "120" and "20.5".
std::string exchange(std::string_view text, std::string_view answer, std::string_view reference) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t found = text.find(answer, at);
    if (found == std::string_view::npos) return out + std::string(text.substr(at));
    const std::size_t end = found + answer.size();
    const bool before = found > 0 && (joined(text, found - 1) || text[found - 1] == '.');
    const bool after = joined(text, end) || (end < text.size() && text[end] == '.' &&
                                             end + 1 < text.size() && is_digit(text[end + 1]));
    out += text.substr(at, found - at);
    out += before || after ? answer : reference;
    at = end;
  }
}

}  // namespace

bool misses_reference(const Problem& problem, const Trace& trace) {
  if (!is_stated(problem.domain) || trim(problem.answer).empty()) return false;
  const std::string answer = final_answer(trace.response, problem.domain);
  return !answer.empty() && verdict_of(problem, answer) == answers::Verdict::kUnequal;
}

std::optional<Trace> with_reference(const Problem& problem, const Trace& trace) {
  if (!is_stated(problem.domain)) return std::nullopt;
  const std::string reference = answers::read_gold(problem.answer);
  const std::string statement = answer_statement(trace.answer_text(), problem.domain);
  const answers::Extracted stated = answers::extract(statement, {.domain = problem.domain});
  if (reference.empty() || stated.text.empty()) return std::nullopt;
  const std::string section = exchange(statement, stated.text, reference);
  Trace out = trace;
  out.response = rebuild_response(trace, trace.reasoning_text(), section);
  out.answer.end = out.answer.begin + section.size();
  const std::string answer = final_answer(out.response, problem.domain);
  if (verdict_of(problem, answer) != answers::Verdict::kEqual) return std::nullopt;
  return out;
}

bool comes_to_answer(const Problem& problem, const Trace& trace, std::string_view reasoning) {
  const std::string answer = final_answer(trace.response, problem.domain);
  const AnswerView view = view_answer(answer, problem);
  if (!view.found()) return true;
  if (!mentions_answer(reasoning, view)) return false;
  const std::vector<Unit> units = cut_units(reasoning);
  if (mentions_answer(slice(reasoning, units.back().span), view)) return true;
  const std::string read = final_answer(reasoning, problem.domain);
  return read.empty() || answers::compare(answer, read, {.domain = problem.domain}).verdict !=
                             answers::Verdict::kUnequal;
}

}  // namespace drp::path
