// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/options.h"

namespace drp::train {

// Learning rate of optimizer step `step` (0-based) of `steps`, as Hugging Face's get_*_schedule
// functions give it: a linear rise from 0 over the first warmup_ratio * steps (rounded up), then
// the schedule towards 0 after the last step. The first step of a run with warm-up thus only fills
// the moments. Warm-up leaves at least one step at the full rate.
double learning_rate(const TrainOptions& options, std::int64_t step, std::int64_t steps);

// AdamW (Loshchilov and Hutter, 2019) over one flat buffer, in fp32.
class AdamW {
 public:
  explicit AdamW(std::size_t parameters) : first_(parameters), second_(parameters) {}

  // One step with gradients already averaged. `step` counts from 0 and sets the bias correction.
  void update(std::span<float> parameters, std::span<const float> gradients, double rate,
              std::int64_t step, const TrainOptions& options);

  // The running moments, for checkpoints.
  std::vector<float>& first() { return first_; }
  std::vector<float>& second() { return second_; }

 private:
  std::vector<float> first_;
  std::vector<float> second_;
};

// Euclidean norm, summed in fp64 in index order.
double norm(std::span<const float> values);

}  // namespace drp::train
