// SPDX-License-Identifier: Apache-2.0
// What the benches on labelled traces share: rows of JSONL files, precision and recall.
#pragma once

#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace drp::bench {

using Json = nlohmann::json;

inline std::string field(const Json& row, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (row.contains(name) && row[name].is_string()) return row[name];
  }
  return {};
}

inline std::vector<Json> rows_of(const std::filesystem::path& file) {
  std::vector<Json> rows;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    if (!trim(*line).empty()) rows.push_back(Json::parse(*line));
  }
  return rows;
}

inline double ratio(double part, double whole) { return whole == 0 ? 0 : part / whole; }

struct Rates {
  double hit = 0;     // of both
  double found = 0;   // by us
  double wanted = 0;  // by the reference
  double precision() const { return ratio(hit, found); }
  double recall() const { return ratio(hit, wanted); }
  double f1() const { return ratio(2 * precision() * recall(), precision() + recall()); }
};

inline void print_rates(const std::string& name, const Rates& rates) {
  std::printf("| %-34s | %5.3f | %5.3f | %5.3f |\n", name.c_str(), rates.precision(),
              rates.recall(), rates.f1());
}

}  // namespace drp::bench
