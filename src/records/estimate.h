// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "records/field.h"

namespace drp {

// A figure with its 95 % interval.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;

  bool operator==(const Estimate&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("value", &Estimate::value, Need::kRequired, "the estimate");
    field("low", &Estimate::low, Need::kRequired, "lower end of the 95 % interval");
    field("high", &Estimate::high, Need::kRequired, "upper end");
  }
};

}  // namespace drp
