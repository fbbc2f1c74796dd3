// SPDX-License-Identifier: Apache-2.0
#include "problems/row_shape.h"

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/fingerprint.h"
#include "base/random.h"
#include "base/text.h"
#include "problems/columns.h"

namespace drp::problems {
namespace {

bool has_text(const Json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string();
}

Json human_eval(const Json& row) {
  if (!has_text(row, "prompt") || !has_text(row, "test") || !has_text(row, "entry_point")) {
    return row;
  }
  const Json gold = {
      {"prompt", row["prompt"]}, {"test", row["test"]}, {"entry_point", row["entry_point"]}};
  Json shaped = {{"question", row["prompt"]}, {"answer", gold.dump()}};
  shaped.update(row);
  return shaped;
}

// `text` in the full set, `prompt` in the sanitized one.
Json mbpp(const Json& row) {
  const char* task = has_text(row, "text") ? "text" : "prompt";
  const auto tests = row.find("test_list");
  if (!has_text(row, task) || tests == row.end() || !tests->is_array()) return row;
  std::string asserts;
  for (const Json& test : *tests) asserts += text_of(test) + "\n";
  std::string setup = has_text(row, "test_setup_code") ? text_of(row["test_setup_code"]) : "";
  const auto imports = row.find("test_imports");
  if (imports != row.end() && imports->is_array()) {
    for (const Json& line : *imports) setup += text_of(line) + "\n";
  }
  if (!setup.empty() && !setup.ends_with('\n')) setup += "\n";
  Json shaped = row;
  shaped["question"] = text_of(row[task]) + "\nYour function must pass these tests:\n\n" + asserts;
  shaped["answer"] = setup + asserts;
  return shaped;
}

Json gpqa(const Json& row) {
  constexpr std::array<const char*, 4> kAnswers = {"Correct Answer", "Incorrect Answer 1",
                                                   "Incorrect Answer 2", "Incorrect Answer 3"};
  if (!has_text(row, "Question")) return row;
  std::vector<std::string> texts;
  for (const char* name : kAnswers) {
    if (!has_text(row, name)) return row;
    texts.emplace_back(trim(row[name].get_ref<const std::string&>()));
  }
  const std::string right = texts.front();
  Random random(derive_seed(0, sha256(text_of(row["Question"]))));
  random.shuffle(texts);
  Json shaped = {{"question", row["Question"]}, {"choices", texts}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] == right) shaped["answer"] = std::string(1, static_cast<char>('A' + i));
  }
  for (const char* kept : {"Record ID", "Subdomain", "High-level domain"}) {
    const auto found = row.find(kept);
    if (found != row.end()) shaped[kept] = *found;
  }
  return shaped;
}

Json asdiv(const Json& row) {
  if (!has_text(row, "answer")) return row;
  const std::string answer = text_of(row["answer"]);
  Json shaped = row;
  shaped["answer"] = answer.substr(0, answer.find(" ("));
  return shaped;
}

}  // namespace

Json shaped_row(const Json& row, RowShape shape) {
  switch (shape) {
    case RowShape::kPlain:
      break;
    case RowShape::kHumanEval:
      return human_eval(row);
    case RowShape::kMbpp:
      return mbpp(row);
    case RowShape::kGpqa:
      return gpqa(row);
    case RowShape::kAsdiv:
      return asdiv(row);
  }
  return row;
}

}  // namespace drp::problems
