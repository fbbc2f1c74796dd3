// SPDX-License-Identifier: Apache-2.0
// One line: a record that can be read is written as one line, and comes back the same.
#include "fuzz/target.h"
#include "records/json_line.h"

namespace {

template <class Record>
void round_trip(std::string_view line) {
  drp::fuzz::may_refuse([&] {
    const std::string written = drp::to_json_line(drp::from_json_line<Record>(line, "input:1"));
    DRP_CHECK(written.find('\n') == std::string::npos, "a record of several lines");
    const std::string again = drp::to_json_line(drp::from_json_line<Record>(written, "again:1"));
    DRP_CHECK(again == written, "a record that changes when it is read");
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line = drp::fuzz::text_of(data, size);
  round_trip<drp::Problem>(line);
  round_trip<drp::Trace>(line);
  round_trip<drp::Plan>(line);
  round_trip<drp::PrunedPath>(line);
  return 0;
}
