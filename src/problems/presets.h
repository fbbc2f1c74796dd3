// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "problems/read_problems.h"

namespace drp::problems {

// How to read the published files of a benchmark. The files themselves are the user's.
struct Preset {
  std::string name;
  std::string doc;
  ReadOptions options;
};

const std::vector<Preset>& presets();
// Throws Error{kConfig} for an unknown name, with the nearest.
const Preset& find_preset(std::string_view name);

}  // namespace drp::problems
