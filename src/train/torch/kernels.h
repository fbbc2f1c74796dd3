// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "model_files/model_shape.h"

namespace drp::train {

// What lies between the products: on the processor loops over values that libtorch has no fused
// form of, on another device the same in its operations (aten_kernels.h). C is the compute type
// (bf16, fp32 or fp64), R the wide type of the residual stream (fp32, or fp64 with fp64). Rows may
// lie apart (stride(0) over the row's width) where a matrix has further columns; within a row
// values are neighbours. All tensors of one call lie on one device. `gradient` is fp32, `rows` and
// `labels` are int32.

// out[t] = h[t] * inverse[t] * weight with inverse[t] = 1 / sqrt(mean(h[t]^2) + epsilon).
// h, weight, inverse: R; out: C [tokens, width].
void rms_norm(const at::Tensor& h, const at::Tensor& weight, double epsilon, at::Tensor& out,
              at::Tensor& inverse);
// Adds the gradient through rms_norm to dh (R), given dout (C).
void rms_norm_backward(const at::Tensor& dout, const at::Tensor& h, const at::Tensor& weight,
                       const at::Tensor& inverse, at::Tensor& dh);

// Adds the gradient of rms_norm's weight to `gradient` [width], given dout (C).
void rms_norm_weight_backward(const at::Tensor& dout, const at::Tensor& h,
                              const at::Tensor& inverse, at::Tensor gradient);

// gradient[rows[t]] += dout[t] for dout R [tokens, width] and gradient [vocabulary, width]: the
// backward pass of an embedding. In order, so that the sum is the same each time.
void embed_backward(const at::Tensor& dout, const at::Tensor& rows, at::Tensor gradient);

// Normalises each head of each row of x (C [tokens, heads * head width]) by itself, in place, and
// sets inverse (R [tokens, heads]). weight: R [head width], the same for every head.
void head_norm(at::Tensor& x, const at::Tensor& weight, double epsilon, at::Tensor& inverse);
// Turns dx, the gradient after head_norm, into the one before it; x as it was before.
void head_norm_backward(at::Tensor& dx, const at::Tensor& x, const at::Tensor& weight,
                        const at::Tensor& inverse);
// Adds the gradient of head_norm's weight to `gradient` [head width], given dx after head_norm.
void head_norm_weight_backward(const at::Tensor& dx, const at::Tensor& x, const at::Tensor& inverse,
                               at::Tensor gradient);

// Turns the first `heads` heads of each row of x (C) by the row's angles, in place. cosine, sine: R
// [rows, rotated / 2]. `direction` -1 turns back, which is the gradient.
struct RopeAngles {
  at::Tensor cosine;
  at::Tensor sine;
  model_files::RopePairs pairs = model_files::RopePairs::kInterleaved;
};
void rope(at::Tensor& x, const RopeAngles& angles, std::int64_t heads, std::int64_t head_width,
          int direction);

// out = activation(gate) * up for gate_up = [gate | up] (C [tokens, 2 * inner]).
void gated(const at::Tensor& gate_up, model_files::Activation activation, at::Tensor& out);
// Replaces gate_up by its gradient, given dout (C [tokens, inner]).
void gated_backward(const at::Tensor& dout, model_files::Activation activation,
                    at::Tensor& gate_up);

// out = h + y with h, out: R and y: C. `out` may be `h`.
void add_residual(const at::Tensor& h, const at::Tensor& y, at::Tensor& out);

// Attention's gradient between its products, for a block of queries of which `count` are real:
// scores (C [key-value heads, group * queries, keys]) become the probabilities e^(scale * score -
// log_sum), dscores (the gradient of the probabilities) become the gradient of the scores, scale *
// p * (dscore - dot). Both are zero where the query does not see the key and in padding. Query i
// sees the keys up to number first + i, of `keys` none behind, and with a window no more than so
// many of them, the last ones.
// log_sums, dots: R [key-value heads, group, queries].
struct QueryBlock {
  std::int64_t first = 0;
  std::int64_t count = 0;
  std::int64_t keys = 0;
  double scale = 1;
  std::int64_t window = 0;  // 0: none
};
void softmax_backward(at::Tensor& scores, at::Tensor& dscores, const at::Tensor& log_sums,
                      const at::Tensor& dots, const QueryBlock& block);

// Replaces logits (C [rows, vocabulary]) by softmax - onehot(label) and returns the summed negative
// log-likelihood of the labels in nats, an fp64 scalar on their device. Rows past the labels become
// zero.
at::Tensor cross_entropy(at::Tensor& logits, const at::Tensor& labels);

// out = x with each value zeroed with `probability`, the rest divided by 1 - probability. The
// choice is a hash of (key, index): the same in a recomputed pass.
void dropout(const at::Tensor& x, double probability, std::uint64_t key, at::Tensor& out);

}  // namespace drp::train
