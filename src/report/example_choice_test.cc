// SPDX-License-Identifier: Apache-2.0
#include "report/example_choice.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace drp::report {
namespace {

std::set<std::uint64_t> choose(const ExampleChoice::Limits& limits, bool backwards) {
  ExampleChoice choice(limits);
  for (std::uint64_t i = 0; i < 1000; ++i)
    choice.offer("trace-" + std::to_string(backwards ? 999 - i : i), "accepted");
  EXPECT_EQ(choice.offered(), 1000);
  std::set<std::uint64_t> numbers;
  for (const std::uint64_t place : choice.places()) numbers.insert(backwards ? 999 - place : place);
  return numbers;
}

TEST(ExampleChoice, KeepsAllUnderTheLimitInOrder) {
  ExampleChoice choice({.examples_max = 10});
  for (const char* name : {"c", "a", "b"}) choice.offer(name, "s");
  EXPECT_EQ(choice.places(), (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST(ExampleChoice, DependsOnTheSeedAndNotOnTheOrder) {
  const ExampleChoice::Limits limits{.examples_max = 50, .stratum_min = 0};
  const auto first = choose(limits, false);
  EXPECT_EQ(first.size(), 50U);
  EXPECT_EQ(first, choose(limits, true));
  auto other = limits;
  other.seed = 1;
  EXPECT_NE(first, choose(other, false));
}

TEST(ExampleChoice, IsUniform) {
  int of_first_half = 0;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const auto chosen = choose({.examples_max = 100, .stratum_min = 0, .seed = seed}, false);
    for (const std::uint64_t place : chosen) of_first_half += place < 500 ? 1 : 0;
  }
  // 4,000 draws at one half: 2,000 and four standard deviations of 32.
  EXPECT_NEAR(of_first_half, 2000, 128);
}

TEST(ExampleChoice, ARareStratumIsShown) {
  ExampleChoice choice({.examples_max = 10, .stratum_min = 2});
  for (int i = 0; i < 5000; ++i) choice.offer(std::to_string(i), i % 1000 == 0 ? "rare" : "usual");
  int rare = 0;
  for (const std::uint64_t place : choice.places()) rare += place % 1000 == 0 ? 1 : 0;
  EXPECT_GE(rare, 2);
  EXPECT_LE(choice.places().size(), 14U);
}

TEST(ExampleChoice, WithNothingAllowedNothingIsChosen) {
  ExampleChoice choice({.examples_max = 0});
  choice.offer("a", "s");
  EXPECT_TRUE(choice.places().empty());
}

}  // namespace
}  // namespace drp::report
