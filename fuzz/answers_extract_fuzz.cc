// SPDX-License-Identifier: Apache-2.0
// Gold, LF, response: what is extracted lies inside the text, and everything equals itself.
#include "answers/grade.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  const std::string_view gold = text.substr(0, line);
  const std::string_view response = text.substr(std::min(line + 1, text.size()));
  for (const std::string_view domain : {"math", "choice", "text"}) {
    const answers::Graded graded = answers::grade({gold, response, domain});
    DRP_CHECK(graded.extracted.span.end <= response.size(), "an answer outside of the text");
    const answers::Comparison same = answers::compare(gold, gold, {domain});
    DRP_CHECK(same.verdict != answers::Verdict::kUnequal, "an answer differs from itself");
  }
  return 0;
}
