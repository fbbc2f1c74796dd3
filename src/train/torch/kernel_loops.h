// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <c10/util/BFloat16.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <type_traits>

#include "base/check.h"

namespace drp::train {

// What the kernels' loops are made of.

inline constexpr std::int64_t kGrainValues = 16384;  // below this a thread is not worth waking

// Calls body<C, R>() for the compute type of a tensor.
template <class Body>
void with_types(const at::Tensor& compute, const Body& body) {
  switch (compute.scalar_type()) {
    case at::kBFloat16:
      body.template operator()<c10::BFloat16, float>();
      break;
    case at::kFloat:
      body.template operator()<float, float>();
      break;
    case at::kDouble:
      body.template operator()<double, double>();
      break;
    default:
      DRP_CHECK(false, "compute type must be bf16, fp32 or fp64");
  }
}

template <class Body>
void for_rows(std::int64_t rows, std::int64_t width, const Body& body) {
  const std::int64_t grain =
      std::max<std::int64_t>(1, kGrainValues / std::max<std::int64_t>(1, width));
  at::parallel_for(0, rows, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t row = begin; row < end; ++row) body(row);
  });
}

template <class T>
T* data(const at::Tensor& tensor) {
  DRP_CHECK(tensor.is_contiguous(), "this kernel takes contiguous tensors");
  return tensor.data_ptr<T>();
}

// The rows of a matrix that may be a part of a wider one.
template <class T>
class Rows {
 public:
  explicit Rows(const at::Tensor& tensor) : data_(tensor.data_ptr<T>()), stride_(tensor.stride(0)) {
    DRP_CHECK(tensor.dim() == 2 && tensor.stride(1) == 1, "values of a row must be neighbours");
  }
  T* operator[](std::int64_t row) const { return data_ + row * stride_; }

 private:
  T* data_;
  std::int64_t stride_;
};

// A wide value in the compute type; to nearest even for bf16, without the branch of c10's own
// conversion, which keeps loops from becoming vector code.
template <class C, class R>
inline C narrow(R value) {
  if constexpr (std::is_same_v<C, c10::BFloat16>) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U;
    const std::uint32_t result = value == value ? rounded : 0x7FC0U;
    return C(static_cast<std::uint16_t>(result), C::from_bits());
  } else {
    return static_cast<C>(value);
  }
}

}  // namespace drp::train
