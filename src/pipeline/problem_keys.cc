// SPDX-License-Identifier: Apache-2.0
#include "pipeline/problem_keys.h"

#include "base/text.h"
#include "pipeline/record_index.h"

namespace drp::pipeline {

std::uint64_t question_hash(std::string_view question) {
  std::string words;
  words.reserve(question.size());
  for (const char c : trim(question)) {
    if (!is_space(c)) {
      words += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (words.back() != ' ') {
      words += ' ';
    }
  }
  return RecordIndex::hash(words);
}

ProblemKeys::Key ProblemKeys::id_key(const Problem& problem, const Key& question,
                                     bool id_told) const {
  if (!id_told && question) return std::nullopt;
  return RecordIndex::hash("id " + problem.id);
}

std::optional<std::uint32_t> ProblemKeys::find(const Key& wanted, const Key& other) const {
  if (wanted) {
    const auto found = by_wanted_.find(*wanted);
    if (found != by_wanted_.end()) return found->second;
  }
  if (!other) return std::nullopt;
  const auto found = by_other_.find(*other);
  if (found == by_other_.end()) return std::nullopt;
  if (wanted) {
    // Two that both have what is asked for are told apart by it.
    return has_wanted_[found->second.number] ? std::nullopt : std::optional(found->second.number);
  }
  if (!found->second.several || match_ == MatchBy::kId) return found->second.number;
  const auto lone = lone_.find(*other);
  return lone == lone_.end() ? std::nullopt : std::optional(lone->second);
}

void ProblemKeys::learn(std::uint32_t number, const Key& wanted, const Key& other) {
  if (wanted) {
    by_wanted_.emplace(*wanted, number);
    has_wanted_[number] = true;
  }
  if (!other) return;
  Known& known = by_other_.emplace(*other, Known{number, false}).first->second;
  if (known.number == number) return;
  known.several = true;
  if (!wanted) lone_.emplace(*other, number);
}

std::uint32_t ProblemKeys::number(const Problem& problem, bool id_told) {
  const Key question =
      trim(problem.question).empty() ? Key() : Key(question_hash(problem.question));
  const Key id = id_key(problem, question, id_told);
  const bool by_question = match_ == MatchBy::kQuestion;
  const Key& wanted = by_question ? question : id;
  const Key& other = by_question ? id : question;
  const auto found = find(wanted, other);
  const std::uint32_t number = found.value_or(static_cast<std::uint32_t>(ids_.size()));
  if (!found) {
    std::string made = problem.id;
    for (std::int64_t times = ++taken_[made]; times > 1; times = ++taken_[made]) {
      made = problem.id + "-" + std::to_string(times);
    }
    ids_.push_back(std::move(made));
    has_wanted_.push_back(false);
  }
  learn(number, wanted, other);
  return number;
}

}  // namespace drp::pipeline
