// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <algorithm>

#include "train/torch/decoder.h"

namespace drp::train {
namespace {

// Values of logits held at once: few large products, bounded memory.
constexpr std::int64_t kLogitsMax = std::int64_t{48} << 20U;

}  // namespace

// The frozen head over the supervised places alone. Its weights need no gradient, so dlogits turns
// into the hidden gradient at once and no logits are kept.
LossSum DecoderPass::run_head(const at::Tensor& h, bool with_gradient) {
  std::vector<std::int64_t> places;
  std::vector<std::int32_t> labels;
  for (std::size_t i = 0; i < batch_.labels.size(); ++i) {
    if (batch_.labels[i] < 0) continue;
    places.push_back(static_cast<std::int64_t>(i));
    labels.push_back(batch_.labels[i]);
  }
  const auto rows = static_cast<std::int64_t>(places.size());
  LossSum loss;
  loss.tokens = rows;
  if (with_gradient) gradient_ = at::zeros_like(h);
  if (rows == 0) return loss;
  const at::Tensor index = at::from_blob(places.data(), {rows}, at::kLong);
  const at::Tensor chosen = h.index_select(0, index);
  at::Tensor inverse;
  const at::Tensor x = norm(chosen, weights_.output_norm, inverse);
  at::Tensor dx = with_gradient ? at::empty_like(x) : at::Tensor();
  const std::int64_t chunk = std::max<std::int64_t>(1, kLogitsMax / shape_.vocabulary);
  for (std::int64_t begin = 0; begin < rows; begin += chunk) {
    const std::int64_t count = std::min(chunk, rows - begin);
    at::Tensor logits = at::mm(x.narrow(0, begin, count), weights_.head.t());
    loss.nll += cross_entropy(logits, std::span(labels).subspan(static_cast<std::size_t>(begin),
                                                                static_cast<std::size_t>(count)));
    if (!with_gradient) continue;
    at::Tensor part = dx.narrow(0, begin, count);
    at::mm_out(part, logits, weights_.head);
  }
  if (with_gradient) {
    at::Tensor dchosen = at::zeros_like(chosen);
    rms_norm_backward(dx, chosen, weights_.output_norm, inverse, dchosen);
    gradient_.index_copy_(0, index, dchosen);
  }
  return loss;
}

}  // namespace drp::train
