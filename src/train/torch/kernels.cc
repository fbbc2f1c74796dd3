// SPDX-License-Identifier: Apache-2.0
#include "train/torch/kernels.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <vector>

#include "train/torch/aten_kernels.h"
#include "train/torch/kernel_loops.h"

namespace drp::train {
namespace {

// e^x to 2 units in the last place for |x| <= 60, clamped outside (so that no quotient made of it
// becomes a denormal, which costs a hundred cycles); written so that the loop around it becomes
// vector code. 2^n times the Taylor series of e^r, |r| <= ln(2) / 2.
inline float exponential(float x) {
  constexpr float kLog2E = 1.44269504088896F;
  constexpr float kLn2High = 0.693359375F;
  constexpr float kLn2Low = -2.12194440e-4F;
  constexpr float kRound = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer
  const float clamped = std::min(std::max(x, -60.0F), 60.0F);
  const float n = (clamped * kLog2E + kRound) - kRound;
  const float r = (clamped - n * kLn2High) - n * kLn2Low;
  float p = 1.0F / 5040;
  p = p * r + 1.0F / 720;
  p = p * r + 1.0F / 120;
  p = p * r + 1.0F / 24;
  p = p * r + 1.0F / 6;
  p = p * r + 0.5F;
  p = p * r + 1.0F;
  p = p * r + 1.0F;
  const std::int32_t bits = (static_cast<std::int32_t>(n) + 127) << 23;
  return p * std::bit_cast<float>(bits);
}
inline double exponential(double x) { return std::exp(x); }

// Turns the pairs of one head. Neighbours: (2i, 2i+1); halves: (i, i + half).
template <class C, class R>
void turn_head(C* head, const R* cosine, const R* sine, std::int64_t half, R direction,
               std::int64_t stride, std::int64_t offset) {
  for (std::int64_t i = 0; i < half; ++i) {
    C& first = head[i * stride];
    C& second = head[i * stride + offset];
    const R a = static_cast<R>(first);
    const R b = static_cast<R>(second);
    const R s = sine[i] * direction;
    first = narrow<C>(a * cosine[i] - b * s);
    second = narrow<C>(a * s + b * cosine[i]);
  }
}

}  // namespace

void rope(at::Tensor& x, const RopeAngles& angles, std::int64_t heads, std::int64_t head_width,
          int direction) {
  if (!x.is_cpu()) return aten::rope(x, angles, heads, head_width, direction);
  const std::int64_t half = angles.cosine.size(1);
  with_types(x, [&]<class C, class R>() {
    const Rows<C> rows(x);
    const R* cosines = data<R>(angles.cosine);
    const R* sines = data<R>(angles.sine);
    for_rows(x.size(0), heads * head_width, [&](std::int64_t row) {
      const std::int64_t at = row * half;
      for (std::int64_t head = 0; head < heads; ++head) {
        C* values = rows[row] + head * head_width;
        const R sign = static_cast<R>(direction);
        if (angles.pairs == model_files::RopePairs::kInterleaved) {
          turn_head<C, R>(values, cosines + at, sines + at, half, sign, 2, 1);
        } else {
          turn_head<C, R>(values, cosines + at, sines + at, half, sign, 1, half);
        }
      }
    });
  });
}

namespace {

// SiLU and GELU's tanh form are both x times the sigmoid of an argument: 0.5 (1 + tanh u) is the
// sigmoid of 2 u.
struct Silu {
  template <class R>
  static R argument(R x) {
    return x;
  }
  template <class R>
  static R slope(R) {  // of the argument
    return 1;
  }
};
struct GeluTanh {
  static constexpr double kScale = 1.5957691216057308;  // 2 sqrt(2 / pi)
  static constexpr double kCube = 0.044715;
  template <class R>
  static R argument(R x) {
    return static_cast<R>(kScale) * x * (1 + static_cast<R>(kCube) * x * x);
  }
  template <class R>
  static R slope(R x) {
    return static_cast<R>(kScale) * (1 + static_cast<R>(3 * kCube) * x * x);
  }
};

template <class Body>
void with_activation(model_files::Activation activation, const Body& body) {
  if (activation == model_files::Activation::kSilu) {
    body(Silu{});
  } else {
    body(GeluTanh{});
  }
}

template <class C, class R, class Function>
void gated_rows(const at::Tensor& gate_up, at::Tensor& out, Function function) {
  const std::int64_t inner = out.size(1);
  const Rows<C> source(gate_up);
  const Rows<C> target(out);
  for_rows(out.size(0), inner, [&](std::int64_t row) {
    const C* gate = source[row];
    const C* up = gate + inner;
    C* y = target[row];
    for (std::int64_t i = 0; i < inner; ++i) {
      const R g = static_cast<R>(gate[i]);
      y[i] = narrow<C>(g / (1 + exponential(-function.argument(g))) * static_cast<R>(up[i]));
    }
  });
}

template <class C, class R, class Function>
void gated_rows_backward(const at::Tensor& dout, at::Tensor& gate_up, Function function) {
  const std::int64_t inner = dout.size(1);
  const Rows<C> gradients(dout);
  const Rows<C> values(gate_up);
  for_rows(dout.size(0), inner, [&](std::int64_t row) {
    const C* __restrict dy = gradients[row];
    C* __restrict gate = values[row];
    C* __restrict up = gate + inner;
#pragma omp simd
    for (std::int64_t i = 0; i < inner; ++i) {
      const R g = static_cast<R>(gate[i]);
      const R u = static_cast<R>(up[i]);
      const R d = static_cast<R>(dy[i]);
      const R sigmoid = 1 / (1 + exponential(-function.argument(g)));
      gate[i] = narrow<C>(d * u * sigmoid * (1 + g * (1 - sigmoid) * function.slope(g)));
      up[i] = narrow<C>(d * g * sigmoid);
    }
  });
}

}  // namespace

void gated(const at::Tensor& gate_up, model_files::Activation activation, at::Tensor& out) {
  if (!out.is_cpu()) return aten::gated(gate_up, activation, out);
  with_types(out, [&]<class C, class R>() {
    with_activation(activation, [&](auto function) { gated_rows<C, R>(gate_up, out, function); });
  });
}

void gated_backward(const at::Tensor& dout, model_files::Activation activation,
                    at::Tensor& gate_up) {
  if (!dout.is_cpu()) return aten::gated_backward(dout, activation, gate_up);
  with_types(dout, [&]<class C, class R>() {
    with_activation(activation,
                    [&](auto function) { gated_rows_backward<C, R>(dout, gate_up, function); });
  });
}

void add_residual(const at::Tensor& h, const at::Tensor& y, at::Tensor& out) {
  if (!h.is_cpu()) return aten::add_residual(h, y, out);
  const std::int64_t width = h.size(1);
  with_types(y, [&]<class C, class R>() {
    const Rows<R> residual(h);
    const Rows<C> added(y);
    const Rows<R> target(out);
    for_rows(h.size(0), width, [&](std::int64_t row) {
      const R* before = residual[row];
      const C* more = added[row];
      R* after = target[row];
      for (std::int64_t i = 0; i < width; ++i) after[i] = before[i] + static_cast<R>(more[i]);
    });
  });
}

void softmax_backward(at::Tensor& scores, at::Tensor& dscores, const at::Tensor& log_sums,
                      const at::Tensor& dots, const QueryBlock& block) {
  if (!scores.is_cpu()) return aten::softmax_backward(scores, dscores, log_sums, dots, block);
  const std::int64_t keys = scores.size(2);
  const std::int64_t queries = log_sums.size(2);
  with_types(scores, [&]<class C, class R>() {
    C* probabilities = data<C>(scores);
    C* gradients = data<C>(dscores);
    const R* sums = data<R>(log_sums);
    const R* products = data<R>(dots);
    const R scale = static_cast<R>(block.scale);
    for_rows(scores.size(0) * scores.size(1), keys, [&](std::int64_t row) {
      const std::int64_t query = row % queries;
      const std::int64_t last = block.first + query + 1;
      const std::int64_t seen = query < block.count ? std::min(last, block.keys) : 0;
      const std::int64_t begin =
          block.window > 0 ? std::clamp<std::int64_t>(last - block.window, 0, seen) : 0;
      C* p = probabilities + row * keys;
      C* d = gradients + row * keys;
      const R sum = sums[row];
      const R dot = products[row];
      for (std::int64_t i = begin; i < seen; ++i) {
        const R share = exponential(static_cast<R>(p[i]) * scale - sum);
        d[i] = narrow<C>(scale * share * (static_cast<R>(d[i]) - dot));
        p[i] = narrow<C>(share);
      }
      std::fill(p, p + begin, static_cast<C>(0));
      std::fill(d, d + begin, static_cast<C>(0));
      std::fill(p + seen, p + keys, static_cast<C>(0));
      std::fill(d + seen, d + keys, static_cast<C>(0));
    });
  });
}

namespace {

// Blocks of a vocabulary are summed in the wide type, their sums in double: fifty thousand fp32
// additions in a row would lose the last digits wherever the loop is not made vector code.
template <class C, class R>
double exponential_sum(const C* values, std::int64_t width, R highest) {
  constexpr std::int64_t kBlock = 1024;
  double sum = 0;
  for (std::int64_t begin = 0; begin < width; begin += kBlock) {
    const std::int64_t end = std::min(width, begin + kBlock);
    R part = 0;
#pragma omp simd reduction(+ : part)
    for (std::int64_t i = begin; i < end; ++i) {
      part += exponential(static_cast<R>(values[i]) - highest);
    }
    sum += static_cast<double>(part);
  }
  return sum;
}

}  // namespace

at::Tensor cross_entropy(at::Tensor& logits, const at::Tensor& labels) {
  if (!logits.is_cpu()) return aten::cross_entropy(logits, labels);
  const std::int64_t width = logits.size(1);
  const std::int64_t count = labels.size(0);
  const std::int32_t* chosen_labels = data<std::int32_t>(labels);
  // Summed in order, so threads do not show.
  std::vector<double> nll(static_cast<std::size_t>(count));
  logits.narrow(0, count, logits.size(0) - count).zero_();
  with_types(logits, [&]<class C, class R>() {
    C* rows = data<C>(logits);
    for_rows(count, width, [&](std::int64_t row) {
      C* values = rows + row * width;
      const std::int64_t label = chosen_labels[row];
      R highest = static_cast<R>(values[0]);
#pragma omp simd reduction(max : highest)
      for (std::int64_t i = 0; i < width; ++i) {
        highest = std::max(highest, static_cast<R>(values[i]));
      }
      const double sum = exponential_sum(values, width, highest);
      const R chosen = static_cast<R>(values[label]) - highest;
      nll[static_cast<std::size_t>(row)] = std::log(sum) - static_cast<double>(chosen);
      const R share = static_cast<R>(1 / sum);
      for (std::int64_t i = 0; i < width; ++i) {
        values[i] = narrow<C>(exponential(static_cast<R>(values[i]) - highest) * share);
      }
      values[label] = narrow<C>(exponential(chosen) * share - 1);
    });
  });
  return at::scalar_tensor(std::accumulate(nll.begin(), nll.end(), 0.0), at::kDouble);
}

void dropout(const at::Tensor& x, double probability, std::uint64_t key, at::Tensor& out) {
  if (!x.is_cpu()) return aten::dropout(x, probability, key, out);
  const std::int64_t width = x.size(1);
  const auto threshold = static_cast<std::uint64_t>(probability * 0x1.0p32);
  with_types(x, [&]<class C, class R>() {
    const Rows<C> source(x);
    const Rows<C> target(out);
    const R scale = static_cast<R>(1 / (1 - probability));
    for_rows(x.size(0), width, [&](std::int64_t row) {
      const C* values = source[row];
      C* kept_values = target[row];
      for (std::int64_t i = 0; i < width; ++i) {
        const auto index = static_cast<std::uint64_t>(row * width + i);
        std::uint64_t z = key + index * 0x9E3779B97F4A7C15U;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        const bool kept = (z >> 32U) >= threshold;
        kept_values[i] = kept ? narrow<C>(static_cast<R>(values[i]) * scale) : static_cast<C>(0);
      }
    });
  });
}

}  // namespace drp::train
