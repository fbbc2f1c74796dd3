// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "base/file.h"

namespace drp::evaluate {

// One list of tests/reference/statistics/values.json, which scipy, statsmodels and numpy made
// (make_values there).
inline nlohmann::json reference_values(const std::string& name) {
  static const nlohmann::json kAll = nlohmann::json::parse(
      read_file(std::string(DRP_SOURCE_DIR) + "/tests/reference/statistics/values.json"));
  return kAll.at(name);
}

}  // namespace drp::evaluate
