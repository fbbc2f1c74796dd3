// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "records/problem.h"

namespace drp::pipeline {

// What makes two rows of trace files rows of one problem.
enum class MatchBy {
  kQuestion,  // the same words; the id where there is no question
  kId,
};

// Gives the rows of several files one problem id a problem, so that samples are clustered and
// students paired whatever ids each file has and in whatever order. The id that came first stands;
// where another problem took it before, "-2" is added.
class ProblemKeys {
 public:
  explicit ProblemKeys(MatchBy match) : match_(match) {}

  // Number of the problem, 0 upwards.
  std::uint32_t number(const Problem& problem);
  const std::string& id(std::uint32_t number) const { return ids_[number]; }
  std::size_t size() const { return ids_.size(); }

 private:
  MatchBy match_;
  std::unordered_map<std::uint64_t, std::uint32_t> numbers_;  // by a hash of what matches
  std::map<std::string, std::int64_t, std::less<>> taken_;
  std::vector<std::string> ids_;
};

// A 64-bit hash of the words of a question: blanks and letter case do not matter.
std::uint64_t question_hash(std::string_view question);

}  // namespace drp::pipeline
