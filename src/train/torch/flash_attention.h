// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace drp::train {

// Attention over all segments of a pass in one kernel that never writes the scores out
// (FlashAttention-2, arXiv 2307.08691, as libtorch carries it for CUDA; bf16 alone).

// The segments of one pass, on its device.
struct FlashSegments {
  FlashSegments(std::span<const std::int64_t> segment_starts, const at::Device& device);

  at::Tensor starts;         // int32 [segments + 1]
  std::int64_t longest = 0;  // of a segment
  std::int64_t rows = 0;     // of all segments; those behind are padding
  std::int64_t heads = 0;
  std::int64_t key_value_heads = 0;
  std::int64_t head_width = 0;
  double scale = 1;  // of the scores
};

// What the backward pass needs of the forward pass.
struct FlashSums {
  at::Tensor log_sum, random_state, unused;
};

// Whether the device runs it for heads of this width. Tries it once for each width.
bool flash_works(const at::Device& device, std::int64_t head_width);

// As attend() and attend_backward(); `window` as in AttentionShape.
FlashSums flash_attend(const at::Tensor& joint, const FlashSegments& segments, std::int64_t window,
                       at::Tensor& out);
at::Tensor flash_attend_backward(const at::Tensor& dout, const at::Tensor& joint,
                                 const at::Tensor& out, const FlashSums& sums,
                                 const FlashSegments& segments, std::int64_t window);

}  // namespace drp::train
