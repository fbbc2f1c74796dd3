// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "train/torch/flash_attention.h"

namespace drp::train {

// Queries of one block of the backward pass: bounds the memory of long rows and skips the keys
// after it.
inline constexpr std::int64_t kQueryBlock = 512;

// Causal grouped-query attention over packed rows: each segment [starts[i], starts[i + 1]) sees
// itself and, where it goes on from a shared prompt, all of that (PackedBatch). With a window a
// query sees the last so many keys of these, its own among them. Rows past the last segment are
// padding: zero out, zero gradient.
struct AttentionShape {
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;
  std::int64_t head_width = 0;
  double scale = 1;         // of the scores
  std::int64_t window = 0;  // 0: none
  std::span<const std::int64_t> starts;
  std::span<const std::int64_t> prompts;
  // The segments for flash attention over all of them at once, where the device has it and none
  // goes on from a prompt.
  const FlashSegments* flash = nullptr;

  std::int64_t group() const { return heads / key_value_heads; }
};

// What the backward pass needs of the forward pass.
struct AttentionSums {
  std::vector<at::Tensor> segments;  // log-sum-exp of each [key-value heads, group, length]
  FlashSums flash;                   // in their place with flash attention
};

// joint: rows of [query | key | value], rotated. Writes out [rows, heads * head_width] (its rows
// may be strided).
AttentionSums attend(const at::Tensor& joint, const AttentionShape& shape, at::Tensor& out);

// The gradient of joint, given that of out. Products over a block of queries and the keys before it
// run as matrix products in the compute type; libtorch's own backward for the processor is 5 times
// slower in bf16.
at::Tensor attend_backward(const at::Tensor& dout, const at::Tensor& joint, const at::Tensor& out,
                           const AttentionSums& sums, const AttentionShape& shape);

}  // namespace drp::train
