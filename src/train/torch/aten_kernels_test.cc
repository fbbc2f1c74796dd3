// SPDX-License-Identifier: Apache-2.0
// The kernels in libtorch's operations beside the processor's loops: the same values.
#include "train/torch/aten_kernels.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>

#include "base/random.h"

namespace drp::train {
namespace {

class AtenKernelsTest : public testing::TestWithParam<at::ScalarType> {
 protected:
  // A part of a wider matrix, as the rooms of linear layers are.
  at::Tensor values(std::int64_t rows, std::int64_t columns) {
    at::Tensor out = at::zeros({rows, columns + 3}, GetParam());
    out.narrow(1, 0, columns).copy_(wide_values(rows, columns));
    return out.narrow(1, 0, columns);
  }
  at::Tensor wide_values(std::int64_t rows, std::int64_t columns) {
    at::Tensor out = at::empty({rows, columns}, at::kDouble);
    double* numbers = out.data_ptr<double>();
    for (std::int64_t i = 0; i < out.numel(); ++i) numbers[i] = random_.normal();
    return out.to(wide());
  }
  at::ScalarType wide() const { return GetParam() == at::kDouble ? at::kDouble : at::kFloat; }
  double bound() const {
    if (GetParam() == at::kDouble) return 1e-12;
    return GetParam() == at::kFloat ? 2e-5 : 0.03;
  }
  // A copy that is laid out alike.
  static at::Tensor copy(const at::Tensor& tensor) {
    at::Tensor out = at::empty_strided(tensor.sizes(), tensor.strides(), tensor.options());
    out.copy_(tensor);
    return out;
  }
  void expect_near(const at::Tensor& tested, const at::Tensor& expected) const {
    ASSERT_EQ(tested.scalar_type(), expected.scalar_type());
    const at::Tensor exact = expected.to(at::kDouble);
    const double difference = (tested.to(at::kDouble) - exact).abs().max().item<double>();
    EXPECT_LE(difference, bound() * exact.abs().max().item<double>());
    EXPECT_GT(exact.abs().max().item<double>(), 0);
  }

  Random random_{11};
};

TEST_P(AtenKernelsTest, Norms) {
  const at::Tensor h = wide_values(7, 40);
  const at::Tensor weight = wide_values(1, 40).view({40});
  at::Tensor out = values(7, 40);
  at::Tensor expected = copy(out);
  at::Tensor inverse = at::empty({7}, wide());
  at::Tensor expected_inverse = at::empty({7}, wide());
  aten::rms_norm(h, weight, 1e-5, out, inverse);
  rms_norm(h, weight, 1e-5, expected, expected_inverse);
  expect_near(out, expected);
  expect_near(inverse, expected_inverse);
  const at::Tensor dout = values(7, 40);
  at::Tensor dh = wide_values(7, 40);
  at::Tensor expected_dh = copy(dh);
  aten::rms_norm_backward(dout, h, weight, expected_inverse, dh);
  rms_norm_backward(dout, h, weight, expected_inverse, expected_dh);
  expect_near(dh, expected_dh);
  at::Tensor gradient = at::ones({1, 40}, at::kFloat);
  at::Tensor expected_gradient = copy(gradient);
  aten::rms_norm_weight_backward(dout, h, expected_inverse, gradient);
  rms_norm_weight_backward(dout, h, expected_inverse, expected_gradient);
  EXPECT_LT((gradient - expected_gradient).abs().max().item<double>(), 1e-4);
}

TEST_P(AtenKernelsTest, NormsOfHeads) {
  const at::Tensor before = values(5, 24);
  const at::Tensor weight = wide_values(1, 8).view({8});
  at::Tensor x = copy(before);
  at::Tensor expected = copy(before);
  at::Tensor inverse = at::empty({5, 3}, wide());
  at::Tensor expected_inverse = at::empty({5, 3}, wide());
  aten::head_norm(x, weight, 1e-5, inverse);
  head_norm(expected, weight, 1e-5, expected_inverse);
  expect_near(x, expected);
  expect_near(inverse, expected_inverse);
  const at::Tensor dafter = values(5, 24);
  at::Tensor dx = copy(dafter);
  at::Tensor expected_dx = copy(dafter);
  aten::head_norm_backward(dx, before, weight, expected_inverse);
  head_norm_backward(expected_dx, before, weight, expected_inverse);
  expect_near(dx, expected_dx);
  at::Tensor gradient = at::ones({1, 8}, at::kFloat);
  at::Tensor expected_gradient = copy(gradient);
  aten::head_norm_weight_backward(dafter, before, expected_inverse, gradient);
  head_norm_weight_backward(dafter, before, expected_inverse, expected_gradient);
  EXPECT_LT((gradient - expected_gradient).abs().max().item<double>(), 1e-4);
}

TEST_P(AtenKernelsTest, RotationsOfPartsOfHeadsBothWays) {
  for (const auto pairs : {model_files::RopePairs::kInterleaved, model_files::RopePairs::kHalves}) {
    for (const int direction : {1, -1}) {
      const RopeAngles angles{wide_values(6, 3), wide_values(6, 3), pairs};
      at::Tensor x = values(6, 32);
      at::Tensor expected = copy(x);
      aten::rope(x, angles, 3, 8, direction);
      rope(expected, angles, 3, 8, direction);
      expect_near(x, expected);
    }
  }
}

TEST_P(AtenKernelsTest, FeedForwardAndResidual) {
  at::Tensor out = values(6, 10);
  for (const auto activation :
       {model_files::Activation::kGeluTanh, model_files::Activation::kSilu}) {
    at::Tensor gate_up = values(6, 2 * 10);
    at::Tensor expected_gate_up = copy(gate_up);
    at::Tensor expected = copy(out);
    aten::gated(gate_up, activation, out);
    gated(gate_up, activation, expected);
    expect_near(out, expected);
    const at::Tensor dout = values(6, 10);
    aten::gated_backward(dout, activation, gate_up);
    gated_backward(dout, activation, expected_gate_up);
    expect_near(gate_up, expected_gate_up);
  }
  at::Tensor h = wide_values(6, 10);
  at::Tensor expected_h = copy(h);
  aten::add_residual(h, out, h);
  add_residual(expected_h, out, expected_h);
  expect_near(h, expected_h);
}

// Padding of queries and keys holds what products of anything may leave there.
TEST_P(AtenKernelsTest, GradientOfAttentionsShares) {
  for (const std::int64_t window : {0, 3}) {
    const QueryBlock block{.first = 2, .count = 5, .keys = 7, .scale = 0.3, .window = window};
    at::Tensor scores = wide_values(2 * 3 * 6, 8).to(GetParam()).view({2, 18, 8});
    at::Tensor dscores = wide_values(2 * 3 * 6, 8).to(GetParam()).view({2, 18, 8});
    for (at::Tensor* padded : {&scores, &dscores}) {
      padded->view({2, 3, 6, 8}).select(2, 5).fill_(std::numeric_limits<double>::quiet_NaN());
    }
    const at::Tensor log_sums = wide_values(6, 6).view({2, 3, 6}) + 2;
    const at::Tensor dots = wide_values(6, 6).view({2, 3, 6});
    at::Tensor expected_scores = copy(scores);
    at::Tensor expected_dscores = copy(dscores);
    aten::softmax_backward(scores, dscores, log_sums, dots, block);
    softmax_backward(expected_scores, expected_dscores, log_sums, dots, block);
    expect_near(scores, expected_scores);
    expect_near(dscores, expected_dscores);
  }
}

TEST_P(AtenKernelsTest, CrossEntropyAndEmbedding) {
  at::Tensor logits = wide_values(6, 31).mul_(3).to(GetParam());
  at::Tensor expected = copy(logits);
  const at::Tensor labels = at::tensor({3, 0, 30, 7}, at::kInt);
  const double nll = aten::cross_entropy(logits, labels).item<double>();
  const double expected_nll = cross_entropy(expected, labels).item<double>();
  EXPECT_NEAR(nll, expected_nll, (GetParam() == at::kDouble ? 1e-12 : 1e-5) * expected_nll);
  expect_near(logits, expected);
  EXPECT_EQ(logits.narrow(0, 4, 2).abs().max().item<double>(), 0);
  const at::Tensor rows = at::tensor({2, 0, 2, 5}, at::kInt);
  const at::Tensor dout = wide_values(4, 9);
  at::Tensor gradient = at::ones({6, 9}, at::kFloat);
  at::Tensor expected_gradient = copy(gradient);
  aten::embed_backward(dout, rows, gradient);
  embed_backward(dout, rows, expected_gradient);
  EXPECT_LT((gradient - expected_gradient).abs().max().item<double>(), 1e-6);
}

// The same values survive, or a training would differ by where it runs.
TEST_P(AtenKernelsTest, DropoutDrawsTheSame) {
  const at::Tensor x = values(50, 33);
  at::Tensor out = values(50, 33);
  at::Tensor expected = copy(out);
  for (const std::uint64_t key : {std::uint64_t{1}, ~std::uint64_t{0}, std::uint64_t{1} << 63U}) {
    aten::dropout(x, 0.3, key, out);
    dropout(x, 0.3, key, expected);
    EXPECT_TRUE(out.eq(0).equal(expected.eq(0)));
    expect_near(out, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Types, AtenKernelsTest,
                         testing::Values(at::kFloat, at::kDouble, at::kBFloat16),
                         [](const auto& type) { return std::string(c10::toString(type.param)); });

}  // namespace
}  // namespace drp::train
