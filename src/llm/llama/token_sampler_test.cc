// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/token_sampler.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

namespace drp::llm {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Logits over `size` tokens with these probabilities; the rest is as good as impossible.
std::vector<float> logits_of(const std::vector<double>& probabilities, std::size_t size) {
  std::vector<float> out(size, -60.F);
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    out[i] = static_cast<float>(std::log(probabilities[i]));
  }
  return out;
}

std::map<TokenId, double> shares(const std::vector<float>& logits, const Sampling& sampling) {
  TokenSampler sampler;
  Random random(5);
  std::map<TokenId, double> out;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) out[*sampler.draw(logits, sampling, random)] += 1.0 / kDraws;
  return out;
}

Sampling sampling(double temperature, double top_p, int top_k = 0, double min_p = 0) {
  Sampling out;
  out.temperature = temperature;
  out.top_p = top_p;
  out.top_k = top_k;
  out.min_p = min_p;
  return out;
}

TEST(TokenSampler, TemperatureZeroTakesTheLikeliestAndTheLowestIdOnATie) {
  TokenSampler sampler;
  Random random(1);
  std::vector<float> logits(1000, 0.F);
  logits[700] = logits[701] = 3.F;
  EXPECT_EQ(sampler.draw(logits, sampling(0, 0.5), random), 700);
}

TEST(TokenSampler, DrawsWithTheProbabilitiesOfTheModel) {
  const std::vector<float> logits = logits_of({0.5, 0.3, 0.15, 0.05}, 1000);
  for (const double top_p : {1.0, 0.9999}) {
    const auto drawn = shares(logits, sampling(1, top_p));
    EXPECT_NEAR(drawn.at(0), 0.5, 0.015);
    EXPECT_NEAR(drawn.at(1), 0.3, 0.015);
    EXPECT_NEAR(drawn.at(2), 0.15, 0.015);
    EXPECT_NEAR(drawn.at(3), 0.05, 0.01);
  }
}

TEST(TokenSampler, TemperatureSharpensBeforeTopPCuts) {
  // At temperature 0.5 the probabilities go as their squares: 0.735, 0.265.
  const std::vector<float> logits = logits_of({0.5, 0.3, 1e-6}, 100);
  const auto drawn = shares(logits, sampling(0.5, 1));
  EXPECT_NEAR(drawn.at(0), 0.25 / 0.34, 0.015);
  EXPECT_EQ(shares(logits, sampling(0.5, 0.73)).size(), 1U);
}

struct CutRow {
  double top_p;
  int top_k;
  double min_p;
  std::size_t tokens;
};

TEST(TokenSampler, EachCutKeepsTheLikeliest) {
  const std::vector<float> logits = logits_of({0.4, 0.3, 0.2, 0.1}, 300);
  for (const CutRow& row :
       {CutRow{0.39, 0, 0, 1}, CutRow{0.41, 0, 0, 2}, CutRow{0.69, 0, 0, 2}, CutRow{0.71, 0, 0, 3},
        CutRow{0.95, 0, 0, 4}, CutRow{1, 1, 0, 1}, CutRow{1, 3, 0, 3}, CutRow{1, 9999, 0, 4},
        CutRow{1, 0, 0.6, 2}, CutRow{1, 0, 0.3, 3}, CutRow{1, 0, 1, 1},
        CutRow{0.58, 2, 0, 2},  // of the two left the first has 0.57
        CutRow{0.56, 2, 0, 1}, CutRow{0, 0, 0, 1}}) {
    const auto drawn = shares(logits, sampling(1, row.top_p, row.top_k, row.min_p));
    EXPECT_EQ(drawn.size(), row.tokens)
        << "top_p " << row.top_p << " top_k " << row.top_k << " min_p " << row.min_p;
    EXPECT_EQ(drawn.rbegin()->first, static_cast<TokenId>(row.tokens) - 1);
  }
}

TEST(TokenSampler, ANucleusMayHoldAlmostTheWholeVocabulary) {
  const std::vector<float> flat(4000, 1.5F);
  TokenSampler sampler;
  Random random(3);
  std::map<TokenId, int> seen;
  for (int i = 0; i < 5000; ++i) ++seen[*sampler.draw(flat, sampling(1, 0.95), random)];
  EXPECT_GT(seen.size(), 2000U);
  EXPECT_LT(seen.rbegin()->first, 3801);  // ties are cut by id
}

TEST(TokenSampler, SameSeedSameTokens) {
  std::vector<float> logits;
  logits.reserve(2000);
  Random noise(9);
  for (int i = 0; i < 2000; ++i) logits.push_back(static_cast<float>(noise.normal() * 3));
  const auto draw = [&](std::uint64_t seed) {
    TokenSampler sampler;
    Random random(seed);
    std::vector<TokenId> out;
    out.reserve(50);
    for (int i = 0; i < 50; ++i) out.push_back(*sampler.draw(logits, sampling(1, 0.95), random));
    return out;
  };
  EXPECT_EQ(draw(1), draw(1));
  EXPECT_NE(draw(1), draw(2));
}

TEST(TokenSampler, RefusesLogitsThatAreNoNumbers) {
  TokenSampler sampler;
  Random random(1);
  EXPECT_FALSE(sampler.draw(std::vector<float>(64, kNaN), sampling(0, 1), random));
  EXPECT_FALSE(sampler.draw(std::vector<float>(64, -kInfinity), sampling(1, 1), random));
  EXPECT_FALSE(sampler.draw({}, sampling(1, 1), random));
  std::vector<float> one_infinite(64, 0.F);
  one_infinite[3] = kInfinity;
  EXPECT_FALSE(sampler.draw(one_infinite, sampling(1, 1), random));
}

TEST(LogProbability, EqualsTheDirectSum) {
  std::vector<float> logits;
  logits.reserve(49152);
  Random noise(4);
  for (int i = 0; i < 49152; ++i) logits.push_back(static_cast<float>(noise.normal() * 4 + 1000));
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - 1000);
  for (const TokenId id : {0, 1, 777, 49151}) {
    const double expected =
        static_cast<double>(logits[static_cast<std::size_t>(id)]) - 1000 - std::log(sum);
    EXPECT_NEAR(log_probability(logits, id), expected, 1e-5);
  }
  EXPECT_NEAR(log_probability(std::vector<float>{2.F}, 0), 0, 1e-7);
}

}  // namespace
}  // namespace drp::llm
