// SPDX-License-Identifier: Apache-2.0
#include "train/torch/kernels.h"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "model_files/tiny_model.h"
#include "train/torch/decoder.h"
#include "train/torch/lora_linear.h"
#include "train/torch/weights.h"

namespace drp::train {
namespace {

at::Tensor random_matrix(std::int64_t rows, std::int64_t columns, at::ScalarType type,
                         double scale = 1) {
  Random random(static_cast<std::uint64_t>(rows * columns));
  at::Tensor out = at::empty({rows, columns}, at::kDouble);
  double* values = out.data_ptr<double>();
  for (std::int64_t i = 0; i < out.numel(); ++i) values[i] = scale * random.normal();
  return out.to(type);
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

// Against log-softmax in fp64: sizes that no block divides, a common offset that overflows e^x, and
// rows past the labels.
TEST(CrossEntropy, P7EqualsLogSoftmaxWithOffsetsAndOddSizes) {
  const std::vector<std::int32_t> labels = {0, 12, 1030, 5};
  for (const at::ScalarType type : {at::kFloat, at::kDouble, at::kBFloat16}) {
    for (const double offset : {0.0, 1e4, -1e4}) {
      if (type == at::kBFloat16 && offset != 0) continue;  // it has no digits left for the rest
      at::Tensor logits = (random_matrix(6, 1031, at::kDouble, 3) + offset).to(type);
      const at::Tensor exact = at::log_softmax(logits.to(at::kDouble), 1);
      at::Tensor expected = exact.exp();
      double nll = 0;
      for (std::int64_t row = 0; row < 4; ++row) {
        const std::int64_t label = labels[static_cast<std::size_t>(row)];
        nll -= exact[row][label].item<double>();
        expected[row][label] -= 1;
      }
      expected.narrow(0, 4, 2).zero_();
      EXPECT_NEAR(cross_entropy(logits, at::tensor(labels)).item<double>(), nll,
                  type == at::kFloat ? 1e-4 : 1e-6 * nll + 1e-2);
      EXPECT_LT(difference(logits, expected), type == at::kBFloat16 ? 5e-3 : 1e-5) << offset;
    }
  }
  at::Tensor empty = at::empty({0, 5}, at::kFloat);
  EXPECT_EQ(cross_entropy(empty, at::empty({0}, at::kInt)).item<double>(), 0);
}

// The head's chunks: many small, one large, rows that no chunk divides; all the same loss and
// gradient.
TEST(CrossEntropy, P7ChunksOfTheHeadChangeNothing) {
  const std::filesystem::path path =
      std::filesystem::path(testing::TempDir()) / "kernels_test.gguf";
  model_files::write_tiny_model(path, {.context_tokens = 512});
  const auto shape = read_model_shape(model_files::GgufFile(path));
  EngineConfig config{.model = path, .layout = make_layout(shape, LoraOptions{.rank = 2})};
  config.row_tokens = 400;
  DecoderWeights weights = load_weights(config, at::kDouble);
  const auto size = static_cast<std::int64_t>(config.layout.size);
  weights.refresh(at::full({size}, 0.1, at::kFloat));
  TrainingRow row;
  Random random(1);
  for (int i = 0; i < 50; ++i) row.prompt_ids.push_back(3 + i % 30);
  for (int i = 0; i < 301; ++i) {
    row.response_ids.push_back(static_cast<std::int32_t>(random.between(0, 39)));
  }
  const std::vector<TrainingRow> rows = {row};
  const PackedBatch batch = pack(rows, std::vector<std::size_t>{0});
  at::Tensor expected;
  double loss = 0;
  for (const std::int64_t logits_max : {1 << 20, 64 * 40, 128 * 40, 1}) {
    DecoderPass pass(weights, batch, {.logits_max = logits_max});
    const at::Tensor gradients = at::zeros({size}, at::kFloat);
    pass.forward(gradients);
    pass.backward(gradients);
    if (!expected.defined()) {
      expected = gradients;
      loss = pass.loss().nll;
    }
    EXPECT_NEAR(pass.loss().nll, loss, 1e-10 * loss);
    EXPECT_TRUE(at::allclose(gradients, expected, 1e-5, 1e-6));
  }
}

// bf16 products give bf16 whatever the pairs' own type, and the residual stream stays fp32: neither
// promotes the other.
TEST(LoraLinear, P33TypesStayAtEachBorder) {
  const LoraLayout layout{.rank = 2,
                          .scale = 2,
                          .places = {{0, model_files::Linear::kQuery, 32, 16, 0, 64}},
                          .size = 96};
  const at::Tensor parameters = at::full({96}, 0.3, at::kFloat);
  for (const at::ScalarType type : {at::kBFloat16, at::kFloat, at::kDouble}) {
    LoraLinear::Frozen frozen;
    frozen.outputs = 16;
    frozen.inputs = 32;
    frozen.options = at::TensorOptions(type);
    frozen.read = [](at::Tensor& out) { out.fill_(0.1); };
    LoraLinear linear(std::move(frozen), {}, {{layout.places[0], 0}}, layout);
    linear.refresh(parameters);
    at::Tensor room = linear.room(8);
    linear.values(room).fill_(0.5);
    at::Tensor u;
    const at::Tensor y = linear.forward(room, {}, u);
    EXPECT_EQ(y.scalar_type(), type);
    EXPECT_EQ(u.scalar_type(), type);
    const at::Tensor gradients = at::zeros({96}, at::kFloat);
    const at::Tensor dx = linear.backward(linear.values(room), u, y, {},
                                          LoraLinear::InputGradient::kCompute, gradients);
    EXPECT_EQ(dx.scalar_type(), type);
    const at::ScalarType wide = type == at::kDouble ? at::kDouble : at::kFloat;
    at::Tensor h = at::zeros({8, 16}, wide);
    at::Tensor out = at::empty_like(h);
    add_residual(h, y, out);
    EXPECT_EQ(out.scalar_type(), wide);
    // y = x W^T + s u B^T with constants: 0.5 * 0.1 * 32 + 2 * (0.5 * 0.3 * 32) * 0.3 * 2.
    EXPECT_NEAR(out[0][0].item<double>(), 1.6 + 2 * 4.8 * 0.3 * 2, 0.05);
  }
}

TEST(HeadNorm, EqualsEachHeadByItself) {
  const at::Tensor x = random_matrix(5, 24, at::kDouble);
  const at::Tensor weight = random_matrix(1, 8, at::kDouble).reshape({8});
  at::Tensor y = x.clone();
  at::Tensor inverse = at::empty({5, 3}, at::kDouble);
  head_norm(y, weight, 1e-5, inverse);
  const at::Tensor heads = x.reshape({5, 3, 8});
  const at::Tensor expected = heads / (heads.pow(2).mean(-1, true) + 1e-5).sqrt() * weight;
  EXPECT_LT(difference(y, expected.reshape({5, 24})), 1e-12);
}

TEST(Dropout, ZeroesItsShareAndIsKeyed) {
  const at::Tensor x = at::ones({64, 512}, at::kFloat);
  at::Tensor a = at::empty_like(x);
  at::Tensor b = at::empty_like(x);
  dropout(x, 0.25, 1, a);
  dropout(x, 0.25, 1, b);
  EXPECT_TRUE(a.equal(b));
  dropout(x, 0.25, 2, b);
  EXPECT_FALSE(a.equal(b));
  EXPECT_NEAR((a == 0).to(at::kFloat).mean().item<double>(), 0.25, 0.01);
  EXPECT_NEAR(a.mean().item<double>(), 1, 0.02);
}

}  // namespace
}  // namespace drp::train
