// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "records/problem.h"

namespace drp::pipeline {

// What makes two rows of trace files rows of one problem, where both have it; else the other.
enum class MatchBy {
  kQuestion,  // the same words
  kId,        // the id that the files give
};

// Gives the rows of several files one problem id a problem, so that samples are clustered and
// students paired whatever ids each file has and in whatever order. The id that came first stands;
// where another problem took it before, "-2" is added.
class ProblemKeys {
 public:
  explicit ProblemKeys(MatchBy match) : match_(match) {}

  // Number of the problem, 0 upwards. `id_told`: the id is the file's own, and no hash that stands
  // for none. A row without a question goes by its id; an id of several questions joins none.
  std::uint32_t number(const Problem& problem, bool id_told = true);
  const std::string& id(std::uint32_t number) const { return ids_[number]; }
  std::size_t size() const { return ids_.size(); }

 private:
  using Key = std::optional<std::uint64_t>;  // a hash of the words, or of the id

  Key id_key(const Problem& problem, const Key& question, bool id_told) const;
  std::optional<std::uint32_t> find(const Key& wanted, const Key& other) const;
  void learn(std::uint32_t number, const Key& wanted, const Key& other);

  struct Known {
    std::uint32_t number = 0;
    bool several = false;  // problems that are told apart by what is asked for
  };
  MatchBy match_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_wanted_;  // what `match_` asks for
  std::unordered_map<std::uint64_t, Known> by_other_;
  std::unordered_map<std::uint64_t, std::uint32_t> lone_;  // of `several`, rows without the wanted
  std::vector<bool> has_wanted_;                           // by number
  std::map<std::string, std::int64_t, std::less<>> taken_;
  std::vector<std::string> ids_;
};

// A 64-bit hash of the words of a question: blanks and letter case do not matter.
std::uint64_t question_hash(std::string_view question);

}  // namespace drp::pipeline
