// SPDX-License-Identifier: Apache-2.0
#include "report/example_sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace drp::report {
namespace {

ExampleSampler::Example example(const std::string& name, std::size_t bytes) {
  return {0, name, std::string(bytes, 'x')};
}

std::set<std::string> names(const std::vector<ExampleSampler::Example>& examples) {
  std::set<std::string> out;
  for (const auto& one : examples) out.insert(one.index);
  return out;
}

std::set<std::string> sample(const ExampleSampler::Limits& limits, bool backwards,
                             std::size_t bytes = 10) {
  ExampleSampler sampler(limits);
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "trace-" + std::to_string(backwards ? 999 - i : i);
    sampler.offer(name, "accepted", [&] { return example(name, bytes); });
  }
  EXPECT_EQ(sampler.offered(), 1000);
  return names(sampler.take());
}

TEST(ExampleSampler, KeepsAllUnderTheLimitInOrder) {
  ExampleSampler sampler({.examples_max = 10, .bytes_max = 1000});
  for (const char* name : {"c", "a", "b"})
    sampler.offer(name, "s", [&] { return example(name, 1); });
  const auto examples = sampler.take();
  ASSERT_EQ(examples.size(), 3U);
  EXPECT_EQ(examples[0].index, "c");
  EXPECT_EQ(examples[2].index, "b");
  EXPECT_EQ(examples[2].order, 2U);
}

TEST(ExampleSampler, SampleDependsOnTheSeedAndNotOnTheOrder) {
  const ExampleSampler::Limits limits{.examples_max = 50, .bytes_max = 1 << 20, .stratum_min = 0};
  const auto first = sample(limits, false);
  EXPECT_EQ(first.size(), 50U);
  EXPECT_EQ(first, sample(limits, true));
  auto other = limits;
  other.seed = 1;
  EXPECT_NE(first, sample(other, false));
}

TEST(ExampleSampler, BytesAreALimit) {
  const auto kept =
      sample({.examples_max = 1000, .bytes_max = 50000, .stratum_min = 0}, false, 990);
  EXPECT_GE(kept.size(), 48U);
  EXPECT_LE(kept.size(), 50U);
}

TEST(ExampleSampler, ARareStratumIsShown) {
  ExampleSampler sampler({.examples_max = 10, .bytes_max = 1 << 20, .stratum_min = 2});
  for (int i = 0; i < 5000; ++i) {
    const std::string name = std::to_string(i);
    sampler.offer(name, i % 1000 == 0 ? "rare" : "usual", [&] { return example(name, 10); });
  }
  int rare = 0;
  for (const auto& one : sampler.take()) rare += one.order % 1000 == 0 ? 1 : 0;
  EXPECT_GE(rare, 2);
}

TEST(ExampleSampler, WithNothingAllowedNothingIsMade) {
  ExampleSampler sampler({.examples_max = 0, .bytes_max = 100});
  sampler.offer("a", "s", []() -> ExampleSampler::Example {
    ADD_FAILURE() << "made without need";
    return {};
  });
  EXPECT_TRUE(sampler.take().empty());
}

}  // namespace
}  // namespace drp::report
