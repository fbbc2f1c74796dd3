// SPDX-License-Identifier: Apache-2.0
// Two answers on two lines: compared both ways and with every option, and what can be read equals
// itself in other decoration.
#include "answers/expression.h"
#include "answers/grade.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const auto [a, b] = fuzz::two_texts(data, size);
  answers::compare(a, b);
  answers::compare(b, a);
  answers::CompareOptions loose;
  loose.strict = false;
  loose.allow_set_relation = false;
  loose.decimal_comma = true;
  loose.precision.places = 3;
  loose.choices = {std::string(a), "x"};
  answers::compare(a, b, loose);
  if (answers::parse_answer(a).parsed()) {
    const answers::Comparison same = answers::compare(a, std::string(a) + " ");
    DRP_CHECK(same.verdict != answers::Verdict::kUnequal, "an answer differs from itself");
  }
  return 0;
}
