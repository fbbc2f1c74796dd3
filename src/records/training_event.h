// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "records/field.h"

namespace drp {

// One optimizer step or validation of training.
struct TrainingEvent {
  std::int64_t step = 0;
  double epoch = 0;
  double loss = 0;
  double learning_rate = 0;
  std::int64_t supervised_tokens = 0;
  bool validation = false;

  bool operator==(const TrainingEvent&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("step", &TrainingEvent::step, Need::kRequired, "optimizer steps done");
    field("epoch", &TrainingEvent::epoch, Need::kOptional, "epochs done, fractional");
    field("loss", &TrainingEvent::loss, Need::kRequired,
          "mean negative log-likelihood a supervised token, nats");
    field("learning_rate", &TrainingEvent::learning_rate, Need::kOptional, "of that step");
    field("supervised_tokens", &TrainingEvent::supervised_tokens, Need::kOptional,
          "tokens behind the loss");
    field("validation", &TrainingEvent::validation, Need::kOptional, "true for a validation loss");
  }
};

}  // namespace drp
