// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "records/evaluation.h"

// Small figures inside table cells: safe HTML that needs no script and prints.
namespace drp::report {

// A bar of this share of the cell's width, in the accent colour or, with the index of an action, in
// that action's.
std::string draw_bar(double share, std::optional<std::size_t> action = std::nullopt);

// Bytes by action as a stacked bar, in the order of kActions.
std::string draw_stack(const std::array<std::int64_t, 4>& parts);

// An axis that holds zero and every interval of a column.
struct IntervalAxis {
  double low = 0;
  double high = 0;

  void include(const Estimate& estimate);
};
// An estimate with its interval on the axis, zero marked.
std::string draw_interval(const Estimate& estimate, const IntervalAxis& axis);

}  // namespace drp::report
