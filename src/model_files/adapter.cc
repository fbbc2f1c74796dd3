// SPDX-License-Identifier: Apache-2.0
#include "model_files/adapter.h"

#include <cmath>

#include "base/check.h"

namespace drp::model_files {

double LoraAdapter::scale(const LoraPair& pair) const {
  DRP_CHECK(pair.rank > 0, "a pair without rank");
  const double rank = static_cast<double>(pair.rank);
  return alpha / (rank_stabilised ? std::sqrt(rank) : rank);
}

void add_delta(const LoraAdapter& adapter, std::int64_t layer, Linear linear,
               std::span<float> weight) {
  for (const LoraPair& pair : adapter.pairs) {
    if (pair.layer != layer || pair.linear != linear) continue;
    const std::size_t rank = static_cast<std::size_t>(pair.rank);
    const std::size_t inputs = pair.a.size() / rank;
    const std::size_t outputs = pair.b.size() / rank;
    DRP_CHECK(weight.size() == inputs * outputs, "adapter pair does not fit the weight");
    const float scale = static_cast<float>(adapter.scale(pair));
    for (std::size_t row = 0; row < outputs; ++row) {
      float* out = weight.data() + row * inputs;
      for (std::size_t k = 0; k < rank; ++k) {
        const float factor = scale * pair.b[row * rank + k];
        const float* in = pair.a.data() + k * inputs;
        for (std::size_t column = 0; column < inputs; ++column) out[column] += factor * in[column];
      }
    }
  }
}

}  // namespace drp::model_files
