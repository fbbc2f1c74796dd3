// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <algorithm>

#include "train/torch/decoder.h"

namespace drp::train {
namespace {

// Rows are padded to a multiple of this, so that few shapes of products occur.
constexpr std::int64_t kRowStep = 64;

std::int64_t rounded(std::int64_t rows) { return (rows + kRowStep - 1) / kRowStep * kRowStep; }

}  // namespace

std::vector<std::int64_t> DecoderPass::supervised_places() const {
  std::vector<std::int64_t> places;
  for (std::size_t i = 0; i < batch_.labels.size(); ++i) {
    if (batch_.labels[i] >= 0) places.push_back(static_cast<std::int64_t>(i));
  }
  return places;
}

at::Tensor DecoderPass::logits() {
  const at::Tensor index = at::tensor(supervised_places()).to(weights_.device());
  const at::Tensor chosen = run_blocks().index_select(0, index);
  at::Tensor inverse = at::empty({chosen.size(0)}, chosen.options());
  at::Tensor x = empty(chosen.size(0), shape_.width);
  rms_norm(chosen, weights_.output_norm, shape_.norm_epsilon, x, inverse);
  return at::mm(x, weights_.head.t());
}

// The head over the supervised places alone. dlogits turns into the gradients of the hidden state
// and of a trained head at once, so no logits are kept.
void DecoderPass::run_head(const at::Tensor& h, const std::optional<at::Tensor>& gradients) {
  const bool with_gradient = gradients.has_value();
  std::vector<std::int64_t> places = supervised_places();
  std::vector<std::int32_t> numbers;
  for (const std::int64_t place : places) {
    numbers.push_back(batch_.labels[static_cast<std::size_t>(place)]);
  }
  const auto rows = static_cast<std::int64_t>(places.size());
  nll_ = at::zeros({}, h.options().dtype(at::kDouble));
  if (with_gradient) gradient_ = at::zeros_like(h);
  if (rows == 0) return;
  places.resize(static_cast<std::size_t>(rounded(rows)), places[0]);
  const at::Tensor index = at::tensor(places).to(weights_.device());
  const at::Tensor labels = at::tensor(numbers).to(weights_.device());
  const at::Tensor chosen = h.index_select(0, index);
  at::Tensor inverse = at::empty({chosen.size(0)}, h.options());
  at::Tensor x = empty(chosen.size(0), shape_.width);
  rms_norm(chosen, weights_.output_norm, shape_.norm_epsilon, x, inverse);
  at::Tensor dx = with_gradient ? at::empty_like(x) : at::Tensor();
  const std::int64_t chunk =
      std::max(kRowStep, options_.logits_max / shape_.vocabulary / kRowStep * kRowStep);
  for (std::int64_t begin = 0; begin < rows; begin += chunk) {
    const std::int64_t count = std::min(chunk, rows - begin);
    at::Tensor logits = at::mm(x.narrow(0, begin, rounded(count)), weights_.head.t());
    nll_.add_(cross_entropy(logits, labels.narrow(0, begin, count)));
    if (!with_gradient) continue;
    at::Tensor part = dx.narrow(0, begin, rounded(count));
    at::mm_out(part, logits, weights_.head);
    if (!weights_.trained) continue;
    add_product(logits, x.narrow(0, begin, rounded(count)),
                view(*gradients, weights_.trained->head, shape_.vocabulary, shape_.width));
  }
  if (with_gradient) {
    if (weights_.trained) {
      rms_norm_weight_backward(dx, chosen, inverse,
                               view(*gradients, weights_.trained->output_norm, 1, shape_.width));
    }
    at::Tensor dchosen = at::zeros_like(chosen);
    rms_norm_backward(dx, chosen, weights_.output_norm, inverse, dchosen);
    gradient_.index_copy_(0, index.narrow(0, 0, rows), dchosen.narrow(0, 0, rows));
  }
}

}  // namespace drp::train
