// SPDX-License-Identifier: Apache-2.0
// Gold, LF, response: what is extracted lies inside the text, and everything equals itself.
#include "answers/grade.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const auto [gold, response] = fuzz::two_texts(data, size);
  for (const std::string_view domain : {"math", "choice", "text"}) {
    const answers::Graded graded = answers::grade({gold, response, domain});
    DRP_CHECK(graded.extracted.span.end <= response.size(), "an answer outside of the text");
    const answers::Comparison same = answers::compare(gold, gold, {domain});
    DRP_CHECK(same.verdict != answers::Verdict::kUnequal, "an answer differs from itself");
  }
  return 0;
}
