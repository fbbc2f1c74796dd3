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

std::uint32_t ProblemKeys::number(const Problem& problem) {
  const bool by_question = match_ == MatchBy::kQuestion && !trim(problem.question).empty();
  const std::uint64_t key =
      by_question ? question_hash(problem.question) : RecordIndex::hash("id " + problem.id);
  const auto next = static_cast<std::uint32_t>(ids_.size());
  const auto [place, fresh] = numbers_.emplace(key, next);
  if (!fresh) return place->second;
  std::string id = problem.id;
  for (std::int64_t times = ++taken_[id]; times > 1; times = ++taken_[id]) {
    id = problem.id + "-" + std::to_string(times);
  }
  ids_.push_back(std::move(id));
  return next;
}

}  // namespace drp::pipeline
