// SPDX-License-Identifier: Apache-2.0
// A whole log file: what can be opened can be appended to, and nothing that was there is lost.
#include "fuzz/target.h"
#include "pipeline/record_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const fuzz::InputFile file(fuzz::text_of(data, size), ".log.jsonl");
  fuzz::may_refuse([&] {
    std::size_t before = 0;
    {
      pipeline::RecordLog log(file.path(), "things");
      before = log.size() + (log.contains("new key") ? 0 : 1);
      log.append("new key", "input", "{\"a\":1}");
    }
    pipeline::RecordLog log(file.path(), "things");
    DRP_CHECK(log.torn_bytes() == 0 && log.size() == before, "records lost at reopening");
    DRP_CHECK(log.value("new key") == "{\"a\":1}", "a record that changed");
  });
  return 0;
}
