// SPDX-License-Identifier: Apache-2.0
#include "train/torch/attention.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "train/torch/aten_kernels.h"
#include "train/torch/kernels.h"

namespace drp::train {
namespace {

// Lengths are rounded up, so that rows of all lengths share a few compiled products.
constexpr std::int64_t kLengthStep = 32;

std::int64_t rounded(std::int64_t length) {
  return (length + kLengthStep - 1) / kLengthStep * kLengthStep;
}

std::int64_t rounded_down(std::int64_t place) { return place / kLengthStep * kLengthStep; }

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

// Attention of a segment's queries over some keys: out as the queries, log_sum [key-value heads,
// group, queries].
struct Attended {
  at::Tensor out, log_sum;
};

// The first key that the query at a place among the keys sees.
std::int64_t first_seen(const AttentionShape& shape, std::int64_t place) {
  return shape.window > 0 ? std::max<std::int64_t>(0, place - shape.window + 1) : 0;
}

// In products, for a window or a device without a kernel for it: a block of queries at a time. The
// first query stands at `place` among the keys.
Attended attend_in_blocks(const at::Tensor& query, const Heads& seen, const AttentionShape& shape,
                          std::int64_t place) {
  const std::int64_t length = query.size(2);
  const std::int64_t keys = seen.key.size(1);
  const at::ScalarType wide = query.scalar_type() == at::kDouble ? at::kDouble : at::kFloat;
  std::vector<at::Tensor> outs;
  std::vector<at::Tensor> log_sums;
  for (std::int64_t first = 0; first < length; first += kQueryBlock) {
    const std::int64_t count = std::min(kQueryBlock, length - first);
    const std::int64_t end = std::min(keys, place + first + count);
    const std::int64_t begin = std::min(first_seen(shape, place + first), end - 1);
    const at::Tensor queries = query.narrow(2, first, count);
    const auto shared = [&](const at::Tensor& view) {
      return view.narrow(1, begin, end - begin).unsqueeze(1).expand({-1, query.size(1), -1, -1});
    };
    at::Tensor scores =
        at::matmul(queries, shared(seen.key).transpose(2, 3)).to(wide).mul_(shape.scale);
    const QueryBlock block{.first = place + first - begin,
                           .count = count,
                           .keys = end - begin,
                           .window = shape.window};
    scores.masked_fill_(aten::visible(block, count, end - begin, query.device()).logical_not_(),
                        -std::numeric_limits<double>::infinity());
    const at::Tensor log_sum = at::logsumexp(scores, -1);
    // A query whose window has left all of these keys behind has no share of them.
    const at::Tensor finite = log_sum.clamp_min(std::numeric_limits<float>::lowest());
    const at::Tensor shares = scores.sub_(finite.unsqueeze(-1)).exp_().to(query.scalar_type());
    outs.push_back(at::matmul(shares, shared(seen.value)));
    log_sums.push_back(log_sum);
  }
  return {at::cat(outs, 2), at::cat(log_sums, 2)};
}

Attended attend_over(const at::Tensor& query, const Heads& seen, const AttentionShape& shape,
                     std::int64_t place) {
  const bool whole = first_seen(shape, place + query.size(2) - 1) == 0;
  if (!query.is_cpu() || !whole) return attend_in_blocks(query, seen, shape, place);
  const auto shared = [&](const at::Tensor& view) {  // a group reads one key-value head
    return view.unsqueeze(1).expand({-1, shape.group(), -1, -1});
  };
  auto [out, log_sum] = at::_scaled_dot_product_flash_attention_for_cpu(
      query, shared(seen.key), shared(seen.value), 0.0, /*is_causal=*/place == 0, {}, shape.scale);
  return {out, log_sum};
}

// Attention over two sets of keys from that over each: their log-sums are their shares.
Attended join(const Attended& a, const Attended& b) {
  const at::Tensor log_sum = at::logaddexp(a.log_sum, b.log_sum);
  const auto share = [&](const Attended& part) {
    return part.out * (part.log_sum - log_sum).exp_().unsqueeze(-1);
  };
  return {share(a).add_(share(b)), log_sum};
}

// The backward pass, which adds up by pairs of a segment's queries and the keys they see.
class Backward {
 public:
  Backward(const at::Tensor& dout, const at::Tensor& joint, const at::Tensor& out,
           const std::vector<at::Tensor>& log_sums, const AttentionShape& shape, at::Tensor& djoint)
      : dout_(dout),
        joint_(joint),
        out_(out),
        log_sums_(log_sums),
        shape_(shape),
        djoint_(djoint) {}

  // A segment's queries and its own keys: sets their gradients.
  void own(std::size_t segment) const {
    const Heads heads = split_heads(joint_, shape_, segment);
    const Heads target = split_heads(djoint_, shape_, segment);
    const std::int64_t length = heads.key.size(1);
    const bool blocks = length > kQueryBlock;
    const at::Tensor keys = padded(heads.key, 1, rounded(length));
    const at::Tensor values = padded(heads.value, 1, rounded(length));
    at::Tensor dkeys = blocks ? wide_zeros(keys) : at::Tensor();
    at::Tensor dvalues = blocks ? wide_zeros(values) : at::Tensor();
    for (std::int64_t first = 0; first < length; first += kQueryBlock) {
      const std::int64_t count = std::min(kQueryBlock, length - first);
      const std::int64_t begin = rounded_down(first_seen(shape_, first));
      const std::int64_t seen = rounded(first + count) - begin;
      const Gradients block = block_gradients(
          segment, first, keys.narrow(1, begin, seen), values.narrow(1, begin, seen),
          {.first = first - begin, .count = count, .keys = length - begin});
      target.query.narrow(2, first, count).copy_(block.query.narrow(2, 0, count));
      if (blocks) {
        dkeys.narrow(1, begin, seen).add_(block.key);
        dvalues.narrow(1, begin, seen).add_(block.value);
      } else {
        dkeys = block.key;
        dvalues = block.value;
      }
    }
    target.key.copy_(dkeys.narrow(1, 0, length));
    target.value.copy_(dvalues.narrow(1, 0, length));
  }

  // The queries of the segments [prompt + 1, end) and the keys of the prompt that they share: adds
  // to what own() has set for each of them.
  void prompt(std::size_t prompt, std::size_t end) const {
    const Heads heads = split_heads(joint_, shape_, prompt);
    const Heads target = split_heads(djoint_, shape_, prompt);
    const std::int64_t length = heads.key.size(1);
    const at::Tensor keys = padded(heads.key, 1, rounded(length));
    const at::Tensor values = padded(heads.value, 1, rounded(length));
    at::Tensor dkeys = wide_zeros(keys);
    at::Tensor dvalues = wide_zeros(values);
    for (std::size_t segment = prompt + 1; segment < end; ++segment) {
      const Heads row = split_heads(djoint_, shape_, segment);
      for (std::int64_t first = 0; first < row.key.size(1); first += kQueryBlock) {
        const std::int64_t count = std::min(kQueryBlock, row.key.size(1) - first);
        const std::int64_t begin = rounded_down(first_seen(shape_, length + first));
        if (begin >= length) break;  // the window has left the prompt behind
        const std::int64_t seen = keys.size(1) - begin;
        const Gradients block = block_gradients(
            segment, first, keys.narrow(1, begin, seen), values.narrow(1, begin, seen),
            {.first = length + first - begin, .count = count, .keys = length - begin});
        row.query.narrow(2, first, count).add_(block.query.narrow(2, 0, count));
        dkeys.narrow(1, begin, seen).add_(block.key);
        dvalues.narrow(1, begin, seen).add_(block.value);
      }
    }
    target.key.add_(dkeys.narrow(1, 0, length));
    target.value.add_(dvalues.narrow(1, 0, length));
  }

 private:
  struct Gradients {
    at::Tensor query, key, value;
  };

  at::Tensor wide_zeros(const at::Tensor& like) const {
    return at::zeros(like.sizes(), like.options().dtype(log_sums_[0].scalar_type()));
  }

  // Through the queries of `segment` from its place `first` on, and these keys and values.
  Gradients block_gradients(std::size_t segment, std::int64_t first, const at::Tensor& keys,
                            const at::Tensor& values, QueryBlock block) const {
    const std::int64_t count = block.count;
    const auto taken = [&](const at::Tensor& rows) {
      return padded(query_view(rows, shape_, shape_.starts[segment] + first, count), 2,
                    rounded(count));
    };
    block.scale = shape_.scale;
    block.window = shape_.window;
    const at::Tensor& log_sum = log_sums_[segment];
    const at::Tensor queries = taken(joint_);
    const at::Tensor douts = taken(dout_);
    const at::Tensor dots = (taken(out_) * douts).sum(-1, false, log_sum.scalar_type());
    at::Tensor scores = at::bmm(joined(queries), keys.transpose(1, 2));
    at::Tensor dscores = at::bmm(joined(douts), values.transpose(1, 2));
    softmax_backward(scores, dscores, padded(log_sum.narrow(2, first, count), 2, rounded(count)),
                     dots, block);
    return {at::bmm(dscores, keys).view(queries.sizes()),
            at::bmm(dscores.transpose(1, 2), joined(queries)),
            at::bmm(scores.transpose(1, 2), joined(douts))};
  }

  const at::Tensor& dout_;
  const at::Tensor& joint_;
  const at::Tensor& out_;
  const std::vector<at::Tensor>& log_sums_;
  const AttentionShape& shape_;
  at::Tensor& djoint_;
};

}  // namespace

AttentionSums attend(const at::Tensor& joint, const AttentionShape& shape, at::Tensor& out) {
  AttentionSums sums;
  if (shape.flash != nullptr) {
    sums.flash = flash_attend(joint, *shape.flash, shape.window, out);
    return sums;
  }
  for (std::size_t segment = 0; segment < shape.prompts.size(); ++segment) {
    const Heads heads = split_heads(joint, shape, segment);
    Attended result = attend_over(heads.query, heads, shape, 0);
    if (const std::int64_t prompt = shape.prompts[segment]; prompt >= 0) {
      const Heads shared = split_heads(joint, shape, static_cast<std::size_t>(prompt));
      result = join(attend_over(heads.query, shared, shape, shared.key.size(1)), result);
    }
    query_view(out, shape, shape.starts[segment], heads.key.size(1)).copy_(result.out);
    sums.segments.push_back(result.log_sum.contiguous());
  }
  const std::int64_t end = shape.starts.back();
  out.narrow(0, end, out.size(0) - end).zero_();
  return sums;
}

at::Tensor attend_backward(const at::Tensor& dout, const at::Tensor& joint, const at::Tensor& out,
                           const AttentionSums& sums, const AttentionShape& shape) {
  if (shape.flash != nullptr) {
    return flash_attend_backward(dout, joint, out, sums.flash, *shape.flash, shape.window);
  }
  at::Tensor djoint = at::empty(joint.sizes(), joint.options());
  const Backward backward(dout, joint, out, sums.segments, shape, djoint);
  const std::size_t segments = shape.prompts.size();
  for (std::size_t segment = 0; segment < segments; ++segment) backward.own(segment);
  for (std::size_t segment = 0; segment < segments;) {
    std::size_t next = segment + 1;
    while (next < segments && shape.prompts[next] == static_cast<std::int64_t>(segment)) ++next;
    if (next > segment + 1) backward.prompt(segment, next);
    segment = next;
  }
  const std::int64_t end = shape.starts.back();
  djoint.narrow(0, end, djoint.size(0) - end).zero_();
  return djoint;
}

}  // namespace drp::train
