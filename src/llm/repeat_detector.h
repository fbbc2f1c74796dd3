// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace drp::llm {

// When a tail counts as repeating: its last tokens are one block of 1 to `period_max` tokens said
// at least `repeats_min` times in a row, over at least `covered_min` tokens.
struct RepeatOptions {
  std::size_t period_max = 512;
  std::size_t covered_min = 64;
  std::size_t repeats_min = 4;
};

// Watches a response token by token for a tail that repeats itself, which is how a model at a low
// temperature fails to end. Exact and on-line: for each period it keeps for how many tokens in a
// row the text has equalled itself that far back, so push() costs `period_max` comparisons and
// never looks further back.
class RepeatDetector {
 public:
  explicit RepeatDetector(RepeatOptions options = {});

  // Adds the next token; true when the tail repeats now.
  bool push(std::int32_t token);
  // Length of the repeated block; 0 before push() has returned true. The shortest one that counts.
  std::size_t period() const { return period_; }

 private:
  RepeatOptions options_;
  std::vector<std::int32_t> recent_;  // ring of the last period_max tokens
  std::vector<std::uint32_t> runs_;   // runs_[p - 1]: tokens in a row equal to the one p before
  std::size_t count_ = 0;
  std::size_t period_ = 0;
};

}  // namespace drp::llm
