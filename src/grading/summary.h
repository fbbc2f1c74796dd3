// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "grading/pair.h"

namespace drp::grading {

// Counts over many judgements.
class Summary {
 public:
  // A judgement_line().
  void add(std::string_view line);
  // "equal 70, unequal 20, ..." by verdict, method and reason, and accuracy strict and flexible.
  std::string table() const;
  std::int64_t count() const { return count_; }

  std::int64_t malformed = 0;  // lines that were no pair

 private:
  std::int64_t count_ = 0;
  std::int64_t strict_ = 0;
  std::map<std::string, std::int64_t> verdicts_;
  std::map<std::string, std::int64_t> methods_;
  std::map<std::string, std::int64_t> reasons_;
};

// One pair in words: what was read on both sides, and which rule decided.
std::string explanation(const Pair& pair, const answers::ProgramJudge* programs = nullptr);

}  // namespace drp::grading
