// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/token_sampler.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/check.h"

namespace drp::llm {
namespace {

// e^x for x <= 0 to about 1 unit in the last place, in operations that a compiler vectorises (the
// standard library's call costs ten times as much over a vocabulary). Range reduction by ln 2 in
// two parts and a polynomial of degree 6, after Cephes' expf; below -87 the result is about 1e-38.
inline float exp_negative(float x) {
  constexpr float kLog2E = 1.44269504F;
  constexpr float kLn2High = 0.693359375F;
  constexpr float kLn2Low = -2.12194440e-4F;
  constexpr float kRound = 12582912.F;  // 1.5 * 2^23: adding it rounds to an integer
  x = x < -87.F ? -87.F : x;
  const float n = (x * kLog2E + kRound) - kRound;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  float p = 1.9875691500e-4F;
  p = p * r + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.F;
  const auto exponent = (static_cast<std::int32_t>(n) + 127) << 23;
  return p * std::bit_cast<float>(exponent);
}

constexpr std::size_t kLanes = 16;  // independent sums, so that the additions need no fixed order

float maximum(std::span<const float> values) {
  float lanes[kLanes];
  std::fill(lanes, lanes + kLanes, -std::numeric_limits<float>::infinity());
  const std::size_t whole = values.size() / kLanes * kLanes;
  for (std::size_t i = 0; i < whole; i += kLanes) {
    for (std::size_t j = 0; j < kLanes; ++j) {
      lanes[j] = values[i + j] > lanes[j] ? values[i + j] : lanes[j];
    }
  }
  for (std::size_t i = whole; i < values.size(); ++i) lanes[0] = std::max(lanes[0], values[i]);
  return *std::max_element(lanes, lanes + kLanes);
}

// out[i] = exp((values[i] - top) * scale); returns their sum.
double exponentials(std::span<const float> values, float top, float scale, float* out) {
  constexpr std::size_t kBlock = 1024;  // summed in float, blocks in double
  double sum = 0;
  std::size_t i = 0;
  for (; i + kBlock <= values.size(); i += kBlock) {
    float lanes[kLanes] = {};
    for (std::size_t k = 0; k < kBlock; k += kLanes) {
      for (std::size_t j = 0; j < kLanes; ++j) {
        const float e = exp_negative((values[i + k + j] - top) * scale);
        out[i + k + j] = e;
        lanes[j] += e;
      }
    }
    for (const float lane : lanes) sum += lane;
  }
  for (; i < values.size(); ++i) {
    out[i] = exp_negative((values[i] - top) * scale);
    sum += out[i];
  }
  return sum;
}

}  // namespace

std::optional<TokenId> TokenSampler::draw(std::span<const float> logits, const Sampling& sampling,
                                          Random& random) {
  const float top = maximum(logits);
  if (!std::isfinite(top)) return std::nullopt;
  if (sampling.temperature <= 0) {
    return static_cast<TokenId>(std::find(logits.begin(), logits.end(), top) - logits.begin());
  }
  weights_.resize(logits.size());
  const auto scale = static_cast<float>(1.0 / sampling.temperature);
  double sum = exponentials(logits, top, scale, weights_.data());
  const double u = random.uniform();
  const auto weight_min = static_cast<float>(sampling.min_p);
  const bool all = sampling.top_k <= 0 && sampling.top_p >= 1 && sampling.min_p <= 0;
  if (all) {
    double left = u * sum;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      left -= weights_[i];
      if (left < 0) return static_cast<TokenId>(i);
    }
    return static_cast<TokenId>(std::find(logits.begin(), logits.end(), top) - logits.begin());
  }
  if (sampling.top_k > 0) {
    keep_top_k(static_cast<std::size_t>(sampling.top_k));
    sum = 0;
    for (const Candidate& candidate : candidates_) sum += candidate.weight;
  } else {
    gather(sampling.top_p * sum, weight_min);
  }
  // Likeliest first: the cut of top_p, then that of min_p, then the draw.
  double kept = 0;
  std::size_t count = 0;
  while (count < candidates_.size()) {
    const float weight = candidates_[count].weight;
    if (count > 0 && (kept >= sampling.top_p * sum || weight < weight_min)) break;
    kept += weight;
    ++count;
  }
  double left = u * kept;
  for (std::size_t i = 0; i < count; ++i) {
    left -= candidates_[i].weight;
    if (left < 0) return candidates_[i].id;
  }
  return candidates_[0].id;
}

void TokenSampler::keep_top_k(std::size_t k) {
  candidates_.clear();
  for (std::size_t i = 0; i < weights_.size(); ++i) {
    candidates_.push_back({weights_[i], static_cast<TokenId>(i)});
  }
  const auto before = [](const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  };
  k = std::min(k, candidates_.size());
  std::nth_element(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(k) - 1,
                   candidates_.end(), before);
  candidates_.resize(k);
  std::sort(candidates_.begin(), candidates_.end(), before);
}

// The likeliest tokens, sorted, that hold at least `mass_min` of the weight or reach down to
// `weight_min`. A few hundred tokens do as a rule, so the bar is lowered step by step rather than
// the whole vocabulary sorted.
void TokenSampler::gather(double mass_min, float weight_min) {
  for (float bar = 1e-3F;; bar *= 1e-2F) {
    bar = std::max(bar, weight_min);
    candidates_.clear();
    double mass = 0;
    for (std::size_t i = 0; i < weights_.size(); ++i) {
      if (weights_[i] < bar) continue;
      candidates_.push_back({weights_[i], static_cast<TokenId>(i)});
      mass += weights_[i];
    }
    if (mass >= mass_min || bar <= weight_min || bar < 1e-37F) break;
  }
  std::sort(candidates_.begin(), candidates_.end(), [](const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
  });
}

double log_probability(std::span<const float> logits, TokenId id) {
  DRP_CHECK(id >= 0 && static_cast<std::size_t>(id) < logits.size(),
            "token outside the vocabulary");
  constexpr std::size_t kBlock = 4096;
  float scratch[kBlock];
  const float top = maximum(logits);
  double sum = 0;
  for (std::size_t i = 0; i < logits.size(); i += kBlock) {
    sum += exponentials(logits.subspan(i, std::min(kBlock, logits.size() - i)), top, 1.F, scratch);
  }
  return static_cast<double>(logits[static_cast<std::size_t>(id)] - top) - std::log(sum);
}

}  // namespace drp::llm
