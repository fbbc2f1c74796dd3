// SPDX-License-Identifier: Apache-2.0
#include "train/torch/attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "train/torch/kernels.h"

namespace drp::train {
namespace {

// Lengths are rounded up, so that rows of all lengths share a few compiled products.
constexpr std::int64_t kLengthStep = 32;

std::int64_t rounded(std::int64_t length) {
  return (length + kLengthStep - 1) / kLengthStep * kLengthStep;
}

// Query, key and value of one segment as views: query [key-value heads, group, length, head width],
// key and value [key-value heads, length, head width].
struct Heads {
  at::Tensor query, key, value;
};

at::Tensor query_view(const at::Tensor& rows, const AttentionShape& shape, std::int64_t begin,
                      std::int64_t length) {
  const std::int64_t width = shape.head_width;
  const std::int64_t row = rows.stride(0);
  return rows.as_strided({shape.key_value_heads, shape.group(), length, width},
                         {shape.group() * width, width, row, 1},
                         rows.storage_offset() + begin * row);
}

Heads split_heads(const at::Tensor& joint, const AttentionShape& shape, std::size_t segment) {
  const std::int64_t row = joint.stride(0);
  const std::int64_t begin = shape.starts[segment];
  const std::int64_t length = shape.starts[segment + 1] - begin;
  const std::int64_t width = shape.head_width;
  const std::int64_t sizes[] = {shape.key_value_heads, length, width};
  const std::int64_t strides[] = {width, row, 1};
  const std::int64_t at = joint.storage_offset() + begin * row + shape.heads * width;
  return {query_view(joint, shape, begin, length), joint.as_strided(sizes, strides, at),
          joint.as_strided(sizes, strides, at + shape.key_value_heads * width)};
}

// A contiguous copy with dimension `dim` grown to `length` by zeros.
at::Tensor padded(const at::Tensor& view, std::int64_t dim, std::int64_t length) {
  std::vector<std::int64_t> sizes = view.sizes().vec();
  if (sizes[static_cast<std::size_t>(dim)] == length) return view.contiguous();
  sizes[static_cast<std::size_t>(dim)] = length;
  at::Tensor copy = at::zeros(sizes, view.options());
  copy.narrow(dim, 0, view.size(dim)).copy_(view);
  return copy;
}

// Joins group and length, so that a product over a key-value head covers its whole group.
at::Tensor joined(const at::Tensor& heads) {
  return heads.view({heads.size(0), heads.size(1) * heads.size(2), heads.size(3)});
}

void segment_backward(const at::Tensor& dout, const at::Tensor& joint, const at::Tensor& out,
                      const at::Tensor& log_sum, const AttentionShape& shape, std::size_t segment,
                      at::Tensor& djoint) {
  const Heads heads = split_heads(joint, shape, segment);
  const Heads target = split_heads(djoint, shape, segment);
  const std::int64_t begin = shape.starts[segment];
  const std::int64_t length = heads.key.size(1);
  const double scale = 1 / std::sqrt(static_cast<double>(shape.head_width));
  const at::ScalarType wide = log_sum.scalar_type();
  const bool blocks = length > kQueryBlock;
  const at::Tensor keys = padded(heads.key, 1, rounded(length));
  const at::Tensor values = padded(heads.value, 1, rounded(length));
  at::Tensor dkeys = blocks ? at::zeros(keys.sizes(), keys.options().dtype(wide)) : at::Tensor();
  at::Tensor dvalues = blocks ? at::zeros_like(dkeys) : at::Tensor();
  for (std::int64_t first = 0; first < length; first += kQueryBlock) {
    const std::int64_t count = std::min(kQueryBlock, length - first);
    const std::int64_t seen = rounded(first + count);
    const auto block = [&](const at::Tensor& rows) {
      return padded(query_view(rows, shape, begin + first, count), 2, rounded(count));
    };
    const at::Tensor queries = block(joint);
    const at::Tensor douts = block(dout);
    const at::Tensor dots = (block(out) * douts).sum(-1, false, wide);
    const at::Tensor seen_keys = keys.narrow(1, 0, seen);
    at::Tensor scores = at::bmm(joined(queries), seen_keys.transpose(1, 2));
    at::Tensor dscores = at::bmm(joined(douts), values.narrow(1, 0, seen).transpose(1, 2));
    softmax_backward(scores, dscores, padded(log_sum.narrow(2, first, count), 2, rounded(count)),
                     dots, {.first = first, .count = count, .scale = scale});
    const at::Tensor dqueries = at::bmm(dscores, seen_keys).view(queries.sizes());
    target.query.narrow(2, first, count).copy_(dqueries.narrow(2, 0, count));
    const at::Tensor dkey = at::bmm(dscores.transpose(1, 2), joined(queries));
    const at::Tensor dvalue = at::bmm(scores.transpose(1, 2), joined(douts));
    if (blocks) {
      dkeys.narrow(1, 0, seen).add_(dkey);
      dvalues.narrow(1, 0, seen).add_(dvalue);
    } else {
      dkeys = dkey;
      dvalues = dvalue;
    }
  }
  target.key.copy_(dkeys.narrow(1, 0, length));
  target.value.copy_(dvalues.narrow(1, 0, length));
}

}  // namespace

std::vector<at::Tensor> attend(const at::Tensor& joint, const AttentionShape& shape,
                               at::Tensor& out) {
  std::vector<at::Tensor> log_sums;
  for (std::size_t segment = 0; segment + 1 < shape.starts.size(); ++segment) {
    const Heads heads = split_heads(joint, shape, segment);
    const std::int64_t length = heads.key.size(1);
    const auto shared = [&](const at::Tensor& view) {  // a group reads one key-value head
      return view.unsqueeze(1).expand({-1, shape.group(), -1, -1});
    };
    auto [result, log_sum] = at::_scaled_dot_product_flash_attention_for_cpu(
        heads.query, shared(heads.key), shared(heads.value), 0.0, true);
    query_view(out, shape, shape.starts[segment], length).copy_(result);
    log_sums.push_back(log_sum.contiguous());
  }
  const std::int64_t end = shape.starts.back();
  out.narrow(0, end, out.size(0) - end).zero_();
  return log_sums;
}

at::Tensor attend_backward(const at::Tensor& dout, const at::Tensor& joint, const at::Tensor& out,
                           const std::vector<at::Tensor>& log_sums, const AttentionShape& shape) {
  at::Tensor djoint = at::empty(joint.sizes(), joint.options());
  for (std::size_t segment = 0; segment + 1 < shape.starts.size(); ++segment) {
    segment_backward(dout, joint, out, log_sums[segment], shape, segment, djoint);
  }
  const std::int64_t end = shape.starts.back();
  djoint.narrow(0, end, djoint.size(0) - end).zero_();
  return djoint;
}

}  // namespace drp::train
