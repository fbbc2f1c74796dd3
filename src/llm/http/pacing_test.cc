// SPDX-License-Identifier: Apache-2.0
#include "llm/http/pacing.h"

#include <gtest/gtest.h>

#include <cmath>
#include <deque>

namespace drp::llm::http {
namespace {

TEST(BackoffTest, JitterIsFullGrowsToTheCapAndIsSeeded) {
  const BackoffOptions options{.base_s = 1, .cap_s = 8};
  for (const int failures : {0, 1, 3, 4, 50}) {
    Random random(7);
    const double ceiling = std::min(8.0, std::exp2(failures));
    double low = ceiling;
    double high = 0;
    for (int i = 0; i < 2000; ++i) {
      const double wait = backoff_s(failures, options, random);
      ASSERT_GE(wait, 0);
      ASSERT_LE(wait, ceiling);
      low = std::min(low, wait);
      high = std::max(high, wait);
    }
    EXPECT_LT(low, 0.01 * ceiling);
    EXPECT_GT(high, 0.99 * ceiling);
  }
  Random one(3);
  Random two(3);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(backoff_s(i, options, one), backoff_s(i, options, two));
  }
}

// Takes as fast as the bucket lets; the most that any minute saw.
double busiest_minute(TokenBucket bucket, double amount, double seconds) {
  std::deque<double> taken;
  double now = 0;
  double most = 0;
  while (now < seconds) {
    const double ready = bucket.ready_at(amount, now);
    if (ready > now) {
      now = ready;
      continue;
    }
    bucket.take(amount, now);
    taken.push_back(now);
    while (taken.front() <= now - 60) taken.pop_front();
    most = std::max(most, static_cast<double>(taken.size()) * amount);
  }
  return most;
}

TEST(TokenBucketTest, NoMinuteSeesMoreThanTheLimitAndOneRequest) {
  for (const double limit : {1.0, 7.0, 60.0, 500.0, 90'000.0}) {
    const double most = busiest_minute(TokenBucket(limit, 0), 1, 200);
    EXPECT_LE(most, limit + std::max(1.0, limit / 60 * 0.05)) << limit;
    EXPECT_GE(most, std::floor(0.99 * limit)) << limit;
  }
  for (const double amount : {10.0, 900.0, 29'000.0}) {
    EXPECT_LE(busiest_minute(TokenBucket(30'000, 0), amount, 600), 30'000 + 25 + amount);
  }
}

TEST(TokenBucketTest, ARequestLargerThanTheBucketGoesAndLeavesADebt) {
  TokenBucket bucket(600, 0);  // 10 a second
  EXPECT_EQ(bucket.ready_at(300, 0), 0);
  bucket.take(300, 0);
  EXPECT_NEAR(bucket.ready_at(1, 0), 30, 0.2);
}

TEST(TokenBucketTest, Fault23WhatWasReservedTooMuchComesBack) {
  TokenBucket bucket(600, 0);
  bucket.take(300, 0);
  bucket.settle(290, 1);
  EXPECT_EQ(bucket.ready_at(1, 1), 1);
  bucket.settle(-100, 1);
  EXPECT_GT(bucket.ready_at(1, 1), 9);
}

TEST(TokenBucketTest, LearnsFromTheHeadersAndNeverGoesAboveTheUser) {
  TokenBucket bucket;
  EXPECT_FALSE(bucket.limited());
  EXPECT_EQ(bucket.ready_at(1e9, 5), 5);
  bucket.observe({.limit = 60, .remaining = 0, .reset_s = 60}, std::nullopt, 10);
  EXPECT_TRUE(bucket.limited());
  EXPECT_NEAR(bucket.ready_at(1, 10), 11, 1e-9);
  bucket.observe({.limit = 6000, .remaining = 5999, .reset_s = 0.01}, 120.0, 20);
  EXPECT_EQ(bucket.per_minute(), 120);
  // 200 a day, as some free tiers have it.
  TokenBucket day;
  day.observe({.limit = 200, .remaining = 100, .reset_s = 43'200}, std::nullopt, 0);
  EXPECT_NEAR(day.per_minute(), 100 / 720.0, 1e-9);
}

TEST(ConcurrencyWindowTest, Fault24FallsOnceForAllInFlightAndRecovers) {
  ConcurrencyWindow window(64);
  EXPECT_EQ(window.size(), 16);
  for (int i = 0; i < 48; ++i) window.succeeded(0, 1, 10);
  EXPECT_EQ(window.size(), 64);
  for (int i = 0; i < 64; ++i) window.congested(1, 2);  // all sent before the fall
  EXPECT_EQ(window.size(), 32);
  window.congested(2.5, 3);
  EXPECT_EQ(window.size(), 16);
  for (int i = 0; i < 10; ++i) window.congested(4 + i, 4.5 + i);
  EXPECT_EQ(window.size(), 1);
  // One more a round trip.
  double now = 100;
  int before = window.size();
  for (int trip = 0; trip < 70; ++trip) {
    for (int i = window.size(); i > 0; --i) window.succeeded(now, now + 1, 10);
    EXPECT_LE(window.size(), before + 2);
    before = window.size();
    now += 1;
  }
  EXPECT_EQ(window.size(), 64);
}

TEST(ConcurrencyWindowTest, FallsWhenRepliesTakeFarLonger) {
  ConcurrencyWindow window(64);
  double now = 0;
  for (int i = 0; i < 200; ++i, now += 0.1) window.succeeded(now, now + 1, 100);
  EXPECT_EQ(window.size(), 64);
  // Longer replies may take longer.
  for (int i = 0; i < 200; ++i, now += 0.1) window.succeeded(now, now + 10, 1300);
  EXPECT_EQ(window.size(), 64);
  for (int i = 0; i < 1200; ++i, now += 0.1) window.succeeded(now, now + 30, 100);
  EXPECT_LT(window.size(), 32);
}

TEST(ConcurrencyWindowTest, JitterOfMillisecondsIsNoCongestion) {
  ConcurrencyWindow window(256);
  double now = 0;
  for (int i = 0; i < 500; ++i, now += 0.01) window.succeeded(now, now + 0.02, 1);
  for (int i = 0; i < 500; ++i, now += 0.01) window.succeeded(now, now + 0.3, 1);
  EXPECT_EQ(window.size(), 256);
}

TEST(CircuitBreakerTest, OpensAfterFailuresInARowAndTriesWithOne) {
  CircuitBreaker breaker;
  for (int i = 1; i < CircuitBreaker::kFailuresMin; ++i) breaker.failed(0);
  EXPECT_EQ(breaker.ready_at(0), 0);
  breaker.succeeded();
  for (int i = 0; i < CircuitBreaker::kFailuresMin; ++i) breaker.failed(10);
  EXPECT_TRUE(breaker.open());
  EXPECT_EQ(breaker.ready_at(10), 11);
  breaker.failed(10.5);  // sent before it opened: no longer pause
  EXPECT_EQ(breaker.ready_at(10.5), 11);
  EXPECT_EQ(breaker.ready_at(12), 12);
  breaker.sent();
  EXPECT_TRUE(std::isinf(breaker.ready_at(12)));
  breaker.failed(13);
  EXPECT_EQ(breaker.ready_at(13), 15);
  breaker.sent();
  breaker.dropped();
  EXPECT_EQ(breaker.ready_at(15), 15);
  breaker.sent();
  breaker.succeeded();
  EXPECT_FALSE(breaker.open());
  EXPECT_EQ(breaker.ready_at(15), 15);
}

TEST(CircuitBreakerTest, ThePauseIsBounded) {
  CircuitBreaker breaker;
  double now = 0;
  for (int i = 0; i < CircuitBreaker::kFailuresMin; ++i) breaker.failed(now);
  for (int i = 0; i < 20; ++i) {
    now = breaker.ready_at(now);
    breaker.sent();
    breaker.failed(now);
  }
  EXPECT_EQ(breaker.ready_at(now), now + CircuitBreaker::kPauseMax_s);
}

}  // namespace
}  // namespace drp::llm::http
