// SPDX-License-Identifier: Apache-2.0
#include "problems/read_traces.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "problems/content_id.h"
#include "problems/conversation.h"
#include "problems/problem_row.h"
#include "problems/rows.h"

namespace drp::problems {
namespace {

// One response of an array: a string, or an object that holds it.
std::string element_text(const Json& element) {
  if (!element.is_object()) return text_of(element);
  if (is_conversation(Json::array({element}))) {
    const auto exchange = last_exchange(Json::array({element}));
    if (exchange) return exchange->response;
  }
  for (const char* name : {"text", "content", "response", "generation"}) {
    const auto found = element.find(name);
    if (found != element.end()) return text_of(*found);
  }
  return text_of(element);
}

// Whether the elements of an array in this row are several responses, not steps of one.
bool holds_several(const Json& row, const Json* value) {
  for (const char* name : {"generations", "generation", "responses", "outputs", "response"}) {
    const auto found = row.find(name);
    if (found != row.end() && &*found == value) return true;
  }
  return false;
}

// All responses of a row; the question too where a conversation tells it.
struct Responses {
  std::vector<std::string> texts;
  std::string question;
};

Responses read_responses(const Json& row, const Columns& columns, const std::string& where) {
  const Json* value = columns.find(row, Part::kResponse);
  // An answer may be empty where the tokens ran out while thinking.
  const std::string reasoning = columns.text(row, Part::kReasoning).value_or("");
  if (value == nullptr || (value->is_null() && reasoning.empty())) {
    columns.missing(row, Part::kResponse, where);
  }
  if (is_conversation(*value)) {
    const auto exchange = last_exchange(*value);
    if (!exchange || exchange->response.empty()) columns.missing(row, Part::kResponse, where);
    return {{exchange->response}, exchange->question};
  }
  Responses responses;
  if (value->is_array() && holds_several(row, value)) {
    for (const Json& element : *value) responses.texts.push_back(element_text(element));
  } else if (value->is_array()) {
    std::vector<std::string> steps;
    for (const Json& element : *value) steps.push_back(element_text(element));
    responses.texts.push_back(join(steps, "\n\n"));
  } else {
    responses.texts.push_back(joined_response(reasoning, text_of(*value)));
  }
  return responses;
}

// The question where its column holds messages.
void read_prompt(const Json& row, const Columns& columns, Problem& problem) {
  const Json* value = columns.find(row, Part::kQuestion);
  if (value == nullptr || !is_conversation(*value)) return;
  const auto exchange = last_exchange(*value);
  problem.question = exchange ? exchange->question : "";
}

// A truth value, 0 or 1; what else stands in such a column is no verdict.
std::optional<bool> read_verdict(const Json& row, const Columns& columns) {
  const Json* value = columns.find(row, Part::kVerdict);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const std::string text = to_lower(text_of(*value));
  if (text == "true" || text == "1" || text == "1.0") return true;
  if (text == "false" || text == "0" || text == "0.0") return false;
  return std::nullopt;
}

// What a file tells beside question and response.
void read_telling(const Json& row, const Columns& columns, TraceRow& made) {
  made.finish = parse_finish(columns.text(row, Part::kFinish).value_or(""));
  made.model = columns.text(row, Part::kModel).value_or("");
  made.set = columns.text(row, Part::kSet).value_or("");
  made.source_verdict = read_verdict(row, columns);
  if (const auto tokens = columns.text(row, Part::kTokens)) {
    made.response_tokens = parse_int(*tokens);
  }
  if (const auto tokens = columns.text(row, Part::kReasoningTokens)) {
    made.reasoning_tokens = parse_int(*tokens);
  }
}

std::vector<TraceRow> rows_of(const Json& row, const Columns& columns, const ReadOptions& options,
                              const std::string& where) {
  TraceRow first;
  first.where = where;
  first.problem =
      problem_of_row(row, columns, options, {.question = false, .answer = false}, where);
  read_prompt(row, columns, first.problem);
  Responses responses = read_responses(row, columns, where);
  if (!responses.question.empty() && first.problem.question.empty()) {
    first.problem.question = std::move(responses.question);
  }
  if (trim(first.problem.question).empty() && first.problem.id.empty()) {
    columns.missing(row, Part::kQuestion, where);
  }
  first.id_told = !first.problem.id.empty();
  if (!first.id_told) first.problem.id = content_id(first.problem);
  read_telling(row, columns, first);

  std::vector<TraceRow> rows;
  for (std::string& text : responses.texts) {
    TraceRow made = first;
    made.sample = static_cast<std::int64_t>(rows.size());
    made.response = std::move(text);
    rows.push_back(std::move(made));
  }
  return rows;
}

}  // namespace

std::int64_t visit_traces(const std::filesystem::path& file, const ReadOptions& options,
                          const std::function<bool(TraceRow&&)>& visit) {
  check_domain(options.domain);
  const Columns columns(options.columns);
  BadRows bad(options);
  std::int64_t count = 0;
  visit_rows(
      file,
      [&](const Json& row, const std::string& where) {
        std::vector<TraceRow> rows;
        try {
          rows = rows_of(row, columns, options, where);
        } catch (const Error& error) {
          bad.add(error);
        }
        for (TraceRow& made : rows) {
          ++count;
          if (!visit(std::move(made)) || count == options.rows_max) return false;
        }
        return true;
      },
      [&bad](const Error& error) { bad.add(error); });
  if (count == 0) {
    constexpr Part kNeeded[] = {Part::kQuestion, Part::kResponse};
    throw bad.none_good(file, "trace", kNeeded);
  }
  return count;
}

std::vector<TraceRow> read_traces(const std::filesystem::path& file, const ReadOptions& options) {
  std::vector<TraceRow> rows;
  visit_traces(file, options, [&](TraceRow&& row) {
    rows.push_back(std::move(row));
    return true;
  });
  return rows;
}

std::int64_t join_problems(std::vector<TraceRow>& rows, const std::vector<Problem>& problems) {
  std::map<std::string_view, const Problem*> by_id;
  for (const Problem& problem : problems) by_id.emplace(problem.id, &problem);
  std::int64_t found = 0;
  for (TraceRow& row : rows) {
    const auto match = by_id.find(row.problem.id);
    if (match == by_id.end()) continue;
    row.problem = *match->second;
    ++found;
  }
  return found;
}

FinishReason parse_finish(const std::string& name) {
  const std::string lower = to_lower(trim(name));
  for (const std::string_view stop : {"stop", "end_turn", "eos", "eos_token", "stop_sequence"}) {
    if (lower == stop) return FinishReason::kStop;
  }
  for (const std::string_view length : {"length", "max_tokens", "max_length", "max_new_tokens"}) {
    if (lower == length) return FinishReason::kLength;
  }
  if (lower == "loop" || lower == "repetition") return FinishReason::kLoop;
  return FinishReason::kUnknown;
}

}  // namespace drp::problems
