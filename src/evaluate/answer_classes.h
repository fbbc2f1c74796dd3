// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "records/scored.h"

namespace drp::evaluate {

// Which samples of a problem gave the same answer: 1/2 and 0.5 are one vote. All right answers are
// one class, since all equal the reference; a wrong one joins the first class whose first answer it
// equals. Keeps each distinct wrong answer once.
class AnswerClasses {
 public:
  static constexpr std::uint32_t kSilent = 0;  // no answer was found
  static constexpr std::uint32_t kRight = 1;

  // kSilent, kRight, or a number from 2 on among the wrong answers given so far under `key` (a
  // problem and an arm).
  std::uint32_t of(std::uint64_t key, const Scored& scored);

 private:
  std::unordered_map<std::uint64_t, std::vector<std::string>> wrong_;
};

}  // namespace drp::evaluate
