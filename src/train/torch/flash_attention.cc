// SPDX-License-Identifier: Apache-2.0
#include "train/torch/flash_attention.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace drp::train {
namespace {

// Query, key and value of all segments as views [rows, heads, head width].
struct Heads {
  at::Tensor query, key, value;
};

Heads split_heads(const at::Tensor& joint, const FlashSegments& segments) {
  const std::int64_t width = segments.head_width;
  std::int64_t column = 0;
  const auto next = [&](std::int64_t heads) {
    const at::Tensor part = joint.narrow(0, 0, segments.rows)
                                .narrow(1, column, heads * width)
                                .unflatten(1, {heads, width});
    column += heads * width;
    return part;
  };
  Heads out;
  out.query = next(segments.heads);
  out.key = next(segments.key_value_heads);
  out.value = next(segments.key_value_heads);
  return out;
}

// A window counts the query's own key.
std::optional<std::int64_t> keys_before(std::int64_t window) {
  if (window == 0) return std::nullopt;
  return window - 1;
}

}  // namespace

FlashSegments::FlashSegments(std::span<const std::int64_t> segment_starts, const at::Device& device)
    : rows(segment_starts.back()) {
  std::vector<std::int32_t> numbers;
  for (const std::int64_t start : segment_starts) {
    if (!numbers.empty()) longest = std::max(longest, start - numbers.back());
    numbers.push_back(static_cast<std::int32_t>(start));
  }
  starts = at::from_blob(numbers.data(), {std::ssize(numbers)}, at::kInt).to(device, at::kInt);
}

bool flash_works(const at::Device& device, std::int64_t head_width) {
  constexpr std::int64_t kWidthMax = 256;
  constexpr std::int64_t kWidthStep = 8;
  if (device.is_cpu() || head_width > kWidthMax || head_width % kWidthStep != 0) return false;
  const std::int64_t starts[] = {0, 1};
  FlashSegments segments(starts, device);
  segments.heads = segments.key_value_heads = 1;
  segments.head_width = head_width;
  try {
    const auto options = at::TensorOptions(at::kBFloat16).device(device);
    const at::Tensor joint = at::zeros({1, 3 * head_width}, options);
    at::Tensor out = at::zeros({1, head_width}, options);
    const FlashSums sums = flash_attend(joint, segments, /*window=*/0, out);
    flash_attend_backward(out, joint, out, sums, segments, /*window=*/0);
    return true;
  } catch (const c10::Error&) {  // built without it, or an older device
    return false;
  }
}

FlashSums flash_attend(const at::Tensor& joint, const FlashSegments& segments, std::int64_t window,
                       at::Tensor& out) {
  const Heads heads = split_heads(joint, segments);
  auto [values, log_sum, random_state, unused, mask] = at::_flash_attention_forward(
      heads.query, heads.key, heads.value, segments.starts, segments.starts, segments.longest,
      segments.longest, /*dropout_p=*/0.0, /*is_causal=*/true, /*return_debug_mask=*/false,
      segments.scale, keys_before(window));
  out.narrow(0, 0, segments.rows).copy_(values.flatten(1));
  out.narrow(0, segments.rows, out.size(0) - segments.rows).zero_();
  return {log_sum, random_state, unused};
}

at::Tensor flash_attend_backward(const at::Tensor& dout, const at::Tensor& joint,
                                 const at::Tensor& out, const FlashSums& sums,
                                 const FlashSegments& segments, std::int64_t window) {
  const Heads heads = split_heads(joint, segments);
  const auto rows = [&](const at::Tensor& matrix) {
    return matrix.narrow(0, 0, segments.rows).unflatten(1, {segments.heads, segments.head_width});
  };
  auto [dquery, dkey, dvalue] = at::_flash_attention_backward(
      rows(dout), heads.query, heads.key, heads.value, rows(out), sums.log_sum, segments.starts,
      segments.starts, segments.longest, segments.longest, /*dropout_p=*/0.0, /*is_causal=*/true,
      sums.random_state, sums.unused, segments.scale, keys_before(window));
  at::Tensor djoint = at::empty(joint.sizes(), joint.options());
  const Heads target = split_heads(djoint, segments);
  target.query.copy_(dquery);
  target.key.copy_(dkey);
  target.value.copy_(dvalue);
  djoint.narrow(0, segments.rows, djoint.size(0) - segments.rows).zero_();
  return djoint;
}

}  // namespace drp::train
