// SPDX-License-Identifier: Apache-2.0
#include "train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace drp::train {

double learning_rate(const TrainOptions& options, std::int64_t step, std::int64_t steps) {
  DRP_CHECK(step >= 0 && step < steps, "step outside the run");
  const double total = static_cast<double>(steps);
  const double warmup = std::min(std::ceil(options.warmup_ratio * total), total - 1);
  const double at = static_cast<double>(step);
  if (at < warmup) return options.learning_rate * at / warmup;
  const double progress = (at - warmup) / (total - warmup);
  switch (options.schedule) {
    case Schedule::kCosine:
      return options.learning_rate * 0.5 * (1 + std::cos(std::numbers::pi * progress));
    case Schedule::kLinear:
      return options.learning_rate * (1 - progress);
    case Schedule::kConstant:
      return options.learning_rate;
  }
  return 0;
}

void AdamW::update(std::span<float> parameters, std::span<const float> gradients, double rate,
                   std::int64_t step, const TrainOptions& options) {
  DRP_CHECK(parameters.size() == first_.size() && gradients.size() == first_.size(),
            "buffers of unequal size");
  const double count = static_cast<double>(step) + 1;
  const double correction1 = 1 - std::pow(options.beta1, count);
  const double correction2 = 1 - std::pow(options.beta2, count);
  const float beta1 = static_cast<float>(options.beta1);
  const float beta2 = static_cast<float>(options.beta2);
  const float step_size = static_cast<float>(rate / correction1);
  const float root = static_cast<float>(1 / std::sqrt(correction2));
  const float epsilon = static_cast<float>(options.epsilon);
  const float keep = static_cast<float>(1 - rate * options.weight_decay);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const float gradient = gradients[i];
    first_[i] = beta1 * first_[i] + (1 - beta1) * gradient;
    second_[i] = beta2 * second_[i] + (1 - beta2) * gradient * gradient;
    const float scaled = std::sqrt(second_[i]) * root + epsilon;
    parameters[i] = keep * parameters[i] - step_size * first_[i] / scaled;
  }
}

double norm(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

}  // namespace drp::train
