// SPDX-License-Identifier: Apache-2.0
#include "problems/columns.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/text.h"

namespace drp::problems {
namespace {

constexpr std::string_view kPartNames[] = {
    "id",     "question", "answer",           "choices", "response", "reasoning",
    "finish", "tokens",   "reasoning_tokens", "model",   "set",      "verdict"};
constexpr Part kParts[] = {Part::kId,      Part::kQuestion, Part::kAnswer,
                           Part::kChoices, Part::kResponse, Part::kReasoning,
                           Part::kFinish,  Part::kTokens,   Part::kReasoningTokens,
                           Part::kModel,   Part::kSet,      Part::kVerdict};

// Lower case, with _ and - as blanks.
std::string folded(std::string_view name) {
  std::string out = to_lower(trim(name));
  for (char& c : out) {
    if (c == '_' || c == '-') c = ' ';
  }
  return out;
}

const Json* find_column(const Json& row, std::string_view name) {
  const auto exact = row.find(name);
  if (exact != row.end()) return &*exact;
  const std::string wanted = folded(name);
  for (const auto& [key, value] : row.items()) {
    if (folded(key) == wanted) return &value;
  }
  return nullptr;
}

bool is_blank(const Json& value) {
  return value.is_null() ||
         (value.is_string() && trim(value.get_ref<const std::string&>()).empty());
}

std::vector<std::string> column_names(const Json& row) {
  std::vector<std::string> names;
  for (const auto& [key, value] : row.items()) names.push_back(key);
  return names;
}

}  // namespace

std::string_view part_name(Part part) { return kPartNames[static_cast<std::size_t>(part)]; }

const std::vector<std::string>& part_aliases(Part part) {
  static const std::vector<std::string> kAliases[] = {
      {"id", "unique_id", "problem_id", "task_id", "item_id", "question_id"},
      {"question", "problem", "prompt", "instruction", "query", "input", "quiz",
       "original_question"},
      {"answer", "expected_answer", "final_answer", "ground_truth", "gold", "gold_answer",
       "reference_answer", "correct_answer", "target", "answer_key", "answerkey", "solution"},
      {"choices", "options"},
      {"response", "generation", "generations", "responses", "model_answer", "qwen_full_response",
       "model_output", "model_response", "completion", "prediction", "content", "original_response",
       "output", "outputs", "steps", "messages", "conversations"},
      {"thinking", "reasoning_content", "reasoning"},
      {"finish_reason", "done_reason", "stop_reason", "finish"},
      {"response_tokens", "completion_tokens", "eval_count", "output_tokens"},
      {"reasoning_tokens", "thinking_tokens"},
      {"model", "student", "generator"},
      {"dataset", "data_source", "benchmark", "set"},
      {"source_correct", "is_correct", "correct", "passed", "exact_match", "acc"}};
  return kAliases[static_cast<std::size_t>(part)];
}

std::string usual_names(Part part) {
  constexpr std::size_t kNamesMax = 5;
  std::vector<std::string> names = part_aliases(part);
  if (names.size() <= kNamesMax) return join(names, ", ");
  names.resize(kNamesMax);
  return join(names, ", ") + ", ...";
}

std::span<const Part> all_parts() { return kParts; }

std::map<std::string, std::string> column_map(const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> map;
  for (const std::string& pair : pairs) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error(ErrorKind::kConfig, "'" + pair + "' names no column",
                  "write a part and its column, such as question=NAME");
    }
    map[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return map;
}

std::string column_hint(Part part, const std::string& column) {
  const std::string pair = std::string(part_name(part)) + "=" + column;
  const bool of_problem = part == Part::kId || part == Part::kQuestion || part == Part::kAnswer ||
                          part == Part::kChoices;
  return "name it with --column " + pair +
         (of_problem ? ", or problems.train.columns=[" + pair + "] in a recipe" : std::string());
}

Columns::Columns(std::map<std::string, std::string> mapping) : mapping_(std::move(mapping)) {
  std::vector<std::string> known;
  for (const Part part : kParts) known.emplace_back(part_name(part));
  for (const auto& [part, column] : mapping_) {
    bool found = false;
    for (const std::string& name : known) found = found || name == part;
    if (found && !column.empty()) continue;
    const auto close = nearest(part, known);
    throw Error(ErrorKind::kConfig,
                found ? "columns: '" + part + "' is mapped to nothing"
                      : "columns: '" + part + "' is not a part of a row",
                close ? "did you mean '" + *close + "'?" : "known: " + join(known, ", "));
  }
}

const Json* Columns::find(const Json& row, Part part) const {
  const auto mapped = mapping_.find(std::string(part_name(part)));
  if (mapped != mapping_.end()) return find_column(row, mapped->second);
  const Json* blank = nullptr;
  for (const std::string& alias : part_aliases(part)) {
    const Json* value = find_column(row, alias);
    if (value == nullptr) continue;
    if (!is_blank(*value)) return value;
    if (blank == nullptr) blank = value;
  }
  return blank;
}

std::optional<std::string> Columns::text(const Json& row, Part part) const {
  const auto mapped = mapping_.find(std::string(part_name(part)));
  if (mapped != mapping_.end() && contains(mapped->second, "+") &&
      find_column(row, mapped->second) == nullptr) {
    std::vector<std::string> pieces;
    for (const std::string_view name : split(mapped->second, '+')) {
      const Json* value = find_column(row, trim(name));
      if (value == nullptr || is_blank(*value)) return std::nullopt;
      pieces.emplace_back(trim(text_of(*value)));
    }
    return join(pieces, " ");
  }
  const Json* value = find(row, part);
  if (value == nullptr || is_blank(*value)) return std::nullopt;
  return text_of(*value);
}

void Columns::missing(const Json& row, Part part, const std::string& where) const {
  const std::vector<std::string> found = column_names(row);
  const std::string name(part_name(part));
  const auto mapped = mapping_.find(name);
  const Json* value = find(row, part);
  if (value != nullptr) {
    throw Error(ErrorKind::kData, where + ": the " + name + " is empty",
                "fill it in or drop the row");
  }
  const std::string all = found.empty() ? "none" : join(found, ", ");
  if (mapped != mapping_.end()) {
    throw Error(ErrorKind::kData,
                where + ": no column '" + mapped->second + "' for the " + name + ": found " + all,
                column_hint(part, nearest(mapped->second, found).value_or("NAME")));
  }
  constexpr std::size_t kNameMin = 3;  // a shorter name begins too many others
  std::optional<std::string> close;
  for (const std::string& column : found) {
    if (close || column.size() < kNameMin) continue;
    if (nearest(column, part_aliases(part))) close = column;
  }
  throw Error(ErrorKind::kData,
              where + ": no " + name + " column: found " + all + "; accepted " + usual_names(part),
              column_hint(part, close.value_or("NAME")));
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return {};
  if (value.is_array() && value.size() == 1) return text_of(value.front());
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace drp::problems
