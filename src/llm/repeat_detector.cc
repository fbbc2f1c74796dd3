// SPDX-License-Identifier: Apache-2.0
#include "llm/repeat_detector.h"

#include <algorithm>

#include "base/check.h"

namespace drp::llm {

RepeatDetector::RepeatDetector(RepeatOptions options) : options_(options) {
  DRP_CHECK(options_.period_max > 0 && options_.repeats_min > 1,
            "a repeat needs a block and a copy");
  recent_.resize(options_.period_max);
  runs_.resize(options_.period_max);
}

bool RepeatDetector::push(std::int32_t token) {
  const std::size_t size = recent_.size();
  const std::size_t known = std::min(count_, size);
  const std::size_t at = count_ % size;
  period_ = 0;
  for (std::size_t period = 1; period <= known; ++period) {
    const std::size_t back = at >= period ? at - period : at + size - period;
    std::uint32_t& run = runs_[period - 1];
    run = recent_[back] == token ? run + 1 : 0;
    // `run` tokens repeat a block that stands before them: run + period tokens in all.
    const std::size_t covered = run + period;
    if (period_ == 0 && run > 0 && covered >= options_.covered_min &&
        covered >= options_.repeats_min * period) {
      period_ = period;
    }
  }
  recent_[at] = token;
  ++count_;
  return period_ != 0;
}

}  // namespace drp::llm
