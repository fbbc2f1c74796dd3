// SPDX-License-Identifier: Apache-2.0
#include <ATen/ATen.h>

#include <cmath>
#include <vector>

#include "base/check.h"
#include "train/torch/aten_kernels.h"
#include "train/torch/kernel_loops.h"
#include "train/torch/kernels.h"

namespace drp::train {

void rms_norm(const at::Tensor& h, const at::Tensor& weight, double epsilon, at::Tensor& out,
              at::Tensor& inverse) {
  if (!h.is_cpu()) return aten::rms_norm(h, weight, epsilon, out, inverse);
  const std::int64_t width = h.size(1);
  with_types(out, [&]<class C, class R>() {
    const Rows<R> source(h);
    const R* w = data<R>(weight);
    const Rows<C> target(out);
    R* inverses = data<R>(inverse);
    for_rows(h.size(0), width, [&](std::int64_t row) {
      const R* x = source[row];
      C* y = target[row];
      R sum = 0;
#pragma omp simd reduction(+ : sum)
      for (std::int64_t i = 0; i < width; ++i) sum += x[i] * x[i];
      const R scale = 1 / std::sqrt(sum / static_cast<R>(width) + static_cast<R>(epsilon));
      inverses[row] = scale;
      for (std::int64_t i = 0; i < width; ++i) y[i] = narrow<C>(x[i] * scale * w[i]);
    });
  });
}

void rms_norm_backward(const at::Tensor& dout, const at::Tensor& h, const at::Tensor& weight,
                       const at::Tensor& inverse, at::Tensor& dh) {
  if (!h.is_cpu()) return aten::rms_norm_backward(dout, h, weight, inverse, dh);
  const std::int64_t width = h.size(1);
  with_types(dout, [&]<class C, class R>() {
    const Rows<C> gradients(dout);
    const Rows<R> source(h);
    const R* w = data<R>(weight);
    const R* inverses = data<R>(inverse);
    const Rows<R> target(dh);
    for_rows(h.size(0), width, [&](std::int64_t row) {
      const C* dy = gradients[row];
      const R* x = source[row];
      R* dx = target[row];
      R dot = 0;
#pragma omp simd reduction(+ : dot)
      for (std::int64_t i = 0; i < width; ++i) dot += static_cast<R>(dy[i]) * w[i] * x[i];
      const R scale = inverses[row];
      const R along = dot * scale * scale * scale / static_cast<R>(width);
      for (std::int64_t i = 0; i < width; ++i) {
        dx[i] += scale * w[i] * static_cast<R>(dy[i]) - along * x[i];
      }
    });
  });
}

// One thread in row order: the same sum each time, and little beside the products around it.
void rms_norm_weight_backward(const at::Tensor& dout, const at::Tensor& h,
                              const at::Tensor& inverse, at::Tensor gradient) {
  const std::int64_t width = h.size(1);
  DRP_CHECK(gradient.numel() == width, "a norm of another width");
  if (!h.is_cpu()) return aten::rms_norm_weight_backward(dout, h, inverse, gradient);
  float* total = data<float>(gradient);
  with_types(dout, [&]<class C, class R>() {
    const Rows<C> gradients(dout);
    const Rows<R> source(h);
    const R* inverses = data<R>(inverse);
    std::vector<R> sums(static_cast<std::size_t>(width));
    R* sum = sums.data();
    for (std::int64_t row = 0; row < h.size(0); ++row) {
      const C* dy = gradients[row];
      const R* x = source[row];
      const R scale = inverses[row];
      for (std::int64_t i = 0; i < width; ++i) sum[i] += static_cast<R>(dy[i]) * x[i] * scale;
    }
    for (std::size_t i = 0; i < sums.size(); ++i) total[i] += static_cast<float>(sums[i]);
  });
}

void embed_backward(const at::Tensor& dout, const at::Tensor& rows, at::Tensor gradient) {
  if (!dout.is_cpu()) return aten::embed_backward(dout, rows, gradient);
  const std::int64_t width = dout.size(1);
  const std::int32_t* row = data<std::int32_t>(rows);
  float* total = data<float>(gradient);
  const auto add = [&]<class R>() {
    const Rows<R> gradients(dout);
    for (std::int64_t t = 0; t < rows.size(0); ++t) {
      const R* dy = gradients[t];
      float* out = total + row[t] * width;
      for (std::int64_t i = 0; i < width; ++i) out[i] += static_cast<float>(dy[i]);
    }
  };
  if (dout.scalar_type() == at::kDouble) {
    add.operator()<double>();
  } else {
    add.operator()<float>();
  }
}

void head_norm(at::Tensor& x, const at::Tensor& weight, double epsilon, at::Tensor& inverse) {
  if (!x.is_cpu()) return aten::head_norm(x, weight, epsilon, inverse);
  const std::int64_t width = weight.size(0);
  const std::int64_t heads = x.size(1) / width;
  with_types(x, [&]<class C, class R>() {
    const Rows<C> rows(x);
    const R* w = data<R>(weight);
    R* inverses = data<R>(inverse);
    for_rows(x.size(0), x.size(1), [&](std::int64_t row) {
      for (std::int64_t head = 0; head < heads; ++head) {
        C* values = rows[row] + head * width;
        R sum = 0;
        for (std::int64_t i = 0; i < width; ++i) {
          sum += static_cast<R>(values[i]) * static_cast<R>(values[i]);
        }
        const R scale = 1 / std::sqrt(sum / static_cast<R>(width) + static_cast<R>(epsilon));
        inverses[row * heads + head] = scale;
        for (std::int64_t i = 0; i < width; ++i) {
          values[i] = narrow<C>(static_cast<R>(values[i]) * scale * w[i]);
        }
      }
    });
  });
}

void head_norm_backward(at::Tensor& dx, const at::Tensor& x, const at::Tensor& weight,
                        const at::Tensor& inverse) {
  if (!dx.is_cpu()) return aten::head_norm_backward(dx, x, weight, inverse);
  const std::int64_t width = weight.size(0);
  const std::int64_t heads = dx.size(1) / width;
  with_types(dx, [&]<class C, class R>() {
    const Rows<C> gradients(dx);
    const Rows<C> source(x);
    const R* w = data<R>(weight);
    const R* inverses = data<R>(inverse);
    for_rows(dx.size(0), dx.size(1), [&](std::int64_t row) {
      for (std::int64_t head = 0; head < heads; ++head) {
        C* d = gradients[row] + head * width;
        const C* before = source[row] + head * width;
        R dot = 0;
        for (std::int64_t i = 0; i < width; ++i) {
          dot += static_cast<R>(d[i]) * w[i] * static_cast<R>(before[i]);
        }
        const R scale = inverses[row * heads + head];
        const R along = dot * scale * scale * scale / static_cast<R>(width);
        for (std::int64_t i = 0; i < width; ++i) {
          d[i] = narrow<C>(scale * w[i] * static_cast<R>(d[i]) - along * static_cast<R>(before[i]));
        }
      }
    });
  });
}

void head_norm_weight_backward(const at::Tensor& dx, const at::Tensor& x, const at::Tensor& inverse,
                               at::Tensor gradient) {
  if (!dx.is_cpu()) return aten::head_norm_weight_backward(dx, x, inverse, gradient);
  const std::int64_t width = gradient.numel();
  float* total = data<float>(gradient);
  const std::int64_t heads = dx.size(1) / width;
  with_types(dx, [&]<class C, class R>() {
    const Rows<C> gradients(dx);
    const Rows<C> source(x);
    const R* inverses = data<R>(inverse);
    std::vector<R> sums(static_cast<std::size_t>(width));
    R* sum = sums.data();
    for (std::int64_t i = 0; i < dx.size(0) * heads; ++i) {
      const C* d = gradients[i / heads] + i % heads * width;
      const C* before = source[i / heads] + i % heads * width;
      const R scale = inverses[i];
      for (std::int64_t k = 0; k < width; ++k) {
        sum[k] += static_cast<R>(d[k]) * static_cast<R>(before[k]) * scale;
      }
    }
    for (std::size_t k = 0; k < sums.size(); ++k) total[k] += static_cast<float>(sums[k]);
  });
}

}  // namespace drp::train
