// SPDX-License-Identifier: Apache-2.0
#include "problems/problem_row.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "problems/choices.h"
#include "problems/content_id.h"
#include "problems/gold.h"

namespace drp::problems {
namespace {

const std::vector<std::string>& domains() {
  static const std::vector<std::string> kDomains = {"math", "choice", "code", "text", "command"};
  return kDomains;
}

bool is_domain(const std::string& name) {
  return std::find(domains().begin(), domains().end(), name) != domains().end();
}

// A question that is itself an object with its text and choices under other names.
std::string question_text(const Json& row, const Columns& columns,
                          std::optional<std::vector<Choice>>& choices) {
  const Json* value = columns.find(row, Part::kQuestion);
  if (value != nullptr && value->is_object()) {
    for (const char* name : {"stem", "text", "question"}) {
      const auto found = value->find(name);
      if (found == value->end() || !found->is_string()) continue;
      const auto listed = value->find("choices");
      if (listed != value->end() && !choices) choices = read_choices(*listed);
      return found->get<std::string>();
    }
  }
  return columns.text(row, Part::kQuestion).value_or("");
}

// A long solution is the answer only where nothing shorter is.
bool answer_is_solution(const Json& row, const Json* value) {
  const auto solution = row.find("solution");
  return solution != row.end() && value == &*solution;
}

void read_tags(const Json& row, const ReadOptions& options, Problem& problem,
               const std::string& where) {
  const auto own = row.find("tags");
  if (own != row.end() && own->is_object()) {
    for (const auto& [name, value] : own->items()) problem.tags[name] = text_of(value);
  }
  for (const std::string& name : options.tags) {
    const auto found = row.find(name);
    if (found == row.end()) {
      std::vector<std::string> names;
      for (const auto& [key, value] : row.items()) names.push_back(key);
      const auto close = nearest(name, names);
      throw Error(
          ErrorKind::kData,
          where + ": no column '" + name + "' for the tag of this name: found " + join(names, ", "),
          close ? "did you mean '" + *close + "'?" : "");
    }
    problem.tags[name] = text_of(*found);
  }
}

}  // namespace

std::string UniqueIds::take(const std::string& id) {
  const std::int64_t times = ++seen_[id];
  if (times == 1) return id;
  return take(id + "-" + std::to_string(times));
}

void BadRows::add(const Error& error) {
  if (!options_.bad_row) throw error;
  ++count_;
  if (!first_) first_ = error;
  options_.bad_row(error);
}

Error BadRows::none_good(const std::filesystem::path& file, const std::string& what,
                         std::span<const Part> parts) const {
  if (count_ == 1) return *first_;
  const std::string name = file == "-" ? "standard input" : file.string();
  if (first_) {
    return Error(ErrorKind::kData,
                 name + ": none of " + std::to_string(count_) + " rows is a " + what +
                     "; the first: " + first_->message(),
                 first_->hint());
  }
  std::vector<std::string> columns;
  for (const Part part : parts) {
    columns.push_back(std::string(part_name(part)) + " (" + usual_names(part) + ")");
  }
  return Error(ErrorKind::kData, name + ": no " + what + "s in it",
               "a row has the columns " + join(columns, " and "));
}

void check_domain(const std::string& domain) {
  if (is_domain(domain)) return;
  const auto close = nearest(domain, domains());
  throw Error(ErrorKind::kConfig, "domain '" + domain + "' is not one of " + join(domains(), ", "),
              close ? "did you mean '" + *close + "'?" : "");
}

Problem problem_of_row(const Json& raw, const Columns& columns, const ReadOptions& options,
                       RowNeeds needs, const std::string& where) {
  const Json shaped = options.shape == RowShape::kPlain ? Json() : shaped_row(raw, options.shape);
  const Json& row = options.shape == RowShape::kPlain ? raw : shaped;
  Problem problem;
  problem.domain = options.domain;
  const auto own_domain = row.find("domain");
  if (own_domain != row.end() && own_domain->is_string() &&
      is_domain(own_domain->get_ref<const std::string&>())) {
    problem.domain = own_domain->get<std::string>();
  }
  std::optional<std::vector<Choice>> choices;
  if (const Json* listed = columns.find(row, Part::kChoices)) choices = read_choices(*listed);
  problem.question = question_text(row, columns, choices);
  if (needs.question && trim(problem.question).empty())
    columns.missing(row, Part::kQuestion, where);

  const auto answer = columns.text(row, Part::kAnswer);
  if (needs.answer && !answer) columns.missing(row, Part::kAnswer, where);
  const Json* value = columns.find(row, Part::kAnswer);
  if (answer) {
    problem.answer =
        answer_is_solution(row, value) ? gold_from_solution(*answer) : gold_answer(*answer);
    if (needs.answer && problem.answer.empty()) columns.missing(row, Part::kAnswer, where);
  }
  if (choices) {
    problem.domain = "choice";
    problem.question = with_choices(problem.question, *choices);
    const bool number = value != nullptr && value->is_number_integer();
    problem.answer = choice_label(problem.answer, number, *choices);
  }
  problem.id = columns.text(row, Part::kId).value_or("");
  read_tags(row, options, problem, where);
  return problem;
}

}  // namespace drp::problems
