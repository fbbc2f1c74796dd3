// SPDX-License-Identifier: Apache-2.0
// One answer: it is read in both ways, shown, and read as a time and a day.
#include "answers/expression.h"
#include "answers/moment.h"
#include "answers/show.h"
#include "fuzz/target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const std::string_view text = fuzz::text_of(data, size);
  for (const bool as_list : {false, true}) {
    const answers::Expression read = answers::parse_answer(text, as_list);
    if (!read.parsed()) continue;
    DRP_CHECK(read.root < static_cast<int>(read.nodes.size()), "a root that is no node");
    for (std::size_t i = 0; i < read.nodes.size(); ++i) {
      for (const int arg : read.nodes[i].args) {
        DRP_CHECK(arg >= 0 && arg < static_cast<int>(i), "an argument behind its node");
      }
    }
    DRP_CHECK(answers::show(read).size() <= 4'000, "a long text for an answer");
  }
  answers::read_time(text);
  answers::read_day(text);
  return 0;
}
