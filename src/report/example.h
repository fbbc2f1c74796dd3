// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace drp::report {

// Something that many examples share and that the page filters by.
struct Label {
  std::string kind;  // "skill", "failed" (a gate), "tag"
  std::string name;

  auto operator<=>(const Label&) const = default;
};

// One example of a browser: what its list shows, and what opening it shows.
struct Example {
  std::string entry;          // a JSON array
  std::vector<Label> labels;  // each once
  std::string body;           // a JSON array in one line
};

}  // namespace drp::report
