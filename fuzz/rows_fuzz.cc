// SPDX-License-Identifier: Apache-2.0
// A whole data file, as CSV and as whatever its content says: rows are objects.
#include <nlohmann/json.hpp>

#include "fuzz/target.h"
#include "problems/rows.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  for (const char* ending : {".csv", ".jsonl"}) {
    const fuzz::InputFile file(fuzz::text_of(data, size), ending);
    fuzz::may_refuse([&] {
      problems::visit_rows(
          file.path(),
          [](const problems::Json& row, const std::string& where) {
            DRP_CHECK(row.is_object() && !where.empty(), "a row that is no object");
            return true;
          },
          [](const Error&) {});
    });
  }
  return 0;
}
