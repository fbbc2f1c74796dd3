// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace drp::problems {

using Json = nlohmann::ordered_json;

// Benchmarks whose rows need more than other column names.
enum class RowShape {
  kPlain,
  // HumanEval: the reference is {"prompt", "test", "entry_point"}, so that check() is called.
  kHumanEval,
  // MBPP: the reference is the asserts of test_list behind test_setup_code; the question shows
  // them.
  kMbpp,
  // GPQA: "Correct Answer" among three "Incorrect Answer N". Their order depends on the question
  // alone, never on what else was read.
  kGpqa,
  // ASDiv: "9 (apples)" is 9.
  kAsdiv,
};

// The row with columns question, answer and choices as read_problems() takes them. A row that is
// not of this shape comes back as it is, for the reader to complain about.
Json shaped_row(const Json& row, RowShape shape);

}  // namespace drp::problems
