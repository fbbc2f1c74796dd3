// SPDX-License-Identifier: Apache-2.0
// Attention over packed segments beside a masked softmax, with gradients from
// libtorch's autograd.
#include "train/torch/attention.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace drp::train {
namespace {

constexpr std::int64_t kHeads = 4;
constexpr std::int64_t kKeyValueHeads = 2;
constexpr std::int64_t kWidth = 8;

// Out [rows, heads * width] of rows of [query | key | value].
at::Tensor masked_softmax(const at::Tensor& joint, const AttentionShape& shape) {
  const std::int64_t rows = joint.size(0);
  const auto heads = [&](std::int64_t first, std::int64_t count) {
    return joint.narrow(1, first * kWidth, count * kWidth)
        .unflatten(1, {count, kWidth})
        .transpose(0, 1);
  };
  const auto shared = [](const at::Tensor& part) {
    return part.repeat_interleave(kHeads / kKeyValueHeads, 0);
  };
  at::Tensor mask = at::full({rows, rows}, -std::numeric_limits<double>::infinity(), at::kDouble);
  auto cells = mask.accessor<double, 2>();
  for (std::size_t segment = 0; segment < shape.prompts.size(); ++segment) {
    const std::int64_t begin = shape.starts[segment];
    const std::int64_t prompt = shape.prompts[segment];
    std::vector<std::int64_t> seen;  // in the order of their positions
    if (prompt >= 0) {
      const auto at = static_cast<std::size_t>(prompt);
      for (std::int64_t i = shape.starts[at]; i < shape.starts[at + 1]; ++i) seen.push_back(i);
    }
    for (std::int64_t row = begin; row < shape.starts[segment + 1]; ++row) {
      seen.push_back(row);
      const std::int64_t count = std::ssize(seen);
      const std::int64_t first =
          shape.window > 0 ? std::max<std::int64_t>(0, count - shape.window) : 0;
      for (std::int64_t i = first; i < count; ++i) {
        cells[row][seen[static_cast<std::size_t>(i)]] = 0;
      }
    }
  }
  const at::Tensor scores =
      at::matmul(heads(0, kHeads), shared(heads(kHeads, kKeyValueHeads)).transpose(1, 2));
  const at::Tensor shares = at::softmax(scores * shape.scale + mask, -1);
  return at::matmul(shares, shared(heads(kHeads + kKeyValueHeads, kKeyValueHeads)))
      .transpose(0, 1)
      .flatten(1);
}

// A prompt with two rows behind it and a row of its own; blocks of queries
// begin within rows, and windows end in the prompt, in an earlier block and in
// the block itself.
TEST(Attention, EqualsAMaskedSoftmaxWithAndWithoutAWindow) {
  const std::vector<std::int64_t> starts = {0, 540, 560, 1100, 1130};
  const std::vector<std::int64_t> prompts = {-1, 0, 0, -1};
  at::Tensor joint =
      at::sin(
          at::arange(1130 * (kHeads + 2 * kKeyValueHeads) * kWidth, at::kDouble).square().mul(0.1))
          .view({1130, -1});
  const at::Tensor dout =
      at::cos(at::arange(1130 * kHeads * kWidth, at::kDouble).square()).view({1130, -1});
  for (const std::int64_t window : {0, 1, 24, 530, 900}) {
    AttentionShape shape;
    shape.heads = kHeads;
    shape.key_value_heads = kKeyValueHeads;
    shape.head_width = kWidth;
    shape.scale = 0.7;
    shape.window = window;
    shape.starts = starts;
    shape.prompts = prompts;
    at::Tensor variable = joint.clone().set_requires_grad(true);
    const at::Tensor expected = masked_softmax(variable, shape);
    (expected * dout).sum().backward();
    at::Tensor out = at::empty({1130, kHeads * kWidth}, at::kDouble);
    const AttentionSums sums = attend(joint, shape, out);
    EXPECT_LT((out - expected).abs().max().item<double>(), 1e-12) << window;
    const at::Tensor djoint = attend_backward(dout, joint, out, sums, shape);
    EXPECT_LT((djoint - variable.grad()).abs().max().item<double>(), 1e-11) << window;
  }
}

}  // namespace
}  // namespace drp::train
