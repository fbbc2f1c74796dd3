// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "records/arm_summary.h"
#include "records/estimate.h"
#include "records/field.h"
#include "records/paired_comparison.h"
#include "records/scored.h"
#include "records/training_event.h"

namespace drp {

struct Evaluation {
  std::vector<ArmSummary> arms;
  std::vector<PairedComparison> comparisons;

  bool operator==(const Evaluation&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("arms", &Evaluation::arms, Need::kRequired, "each student alone");
    field("comparisons", &Evaluation::comparisons, Need::kRequired,
          "pairs of students, all problems and by tag");
  }
};

}  // namespace drp
