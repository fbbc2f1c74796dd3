// SPDX-License-Identifier: Apache-2.0
// Errors, fingerprints, random numbers, the pool and the stop flag.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <set>

#include "base/check.h"
#include "base/error.h"
#include "base/fingerprint.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/stop.h"

namespace drp {
namespace {

TEST(ErrorTest, EachKindHasItsExitCode) {
  const std::pair<ErrorKind, int> rows[] = {
      {ErrorKind::kUsage, 2},       {ErrorKind::kConfig, 2},   {ErrorKind::kData, 2},
      {ErrorKind::kIo, 1},          {ErrorKind::kModel, 1},    {ErrorKind::kService, 1},
      {ErrorKind::kInternal, 1},    {ErrorKind::kBudget, 4},   {ErrorKind::kFailedRows, 3},
      {ErrorKind::kAuth, 5},        {ErrorKind::kPending, 75}, {ErrorKind::kInterrupted, 130},
      {ErrorKind::kTerminated, 143}};
  for (const auto& [kind, code] : rows) EXPECT_EQ(exit_code(kind), code) << error_kind_name(kind);
}

TEST(ErrorTest, ContextGoesInFront) {
  const Error error = Error(ErrorKind::kData, "bad row", "fix it").with_context("prune");
  EXPECT_EQ(error.message(), "prune: bad row");
  EXPECT_EQ(error.hint(), "fix it");
  EXPECT_STREQ(error.what(), "prune: bad row (fix it)");
}

TEST(CheckDeathTest, AbortsWithFileAndReason) {
  EXPECT_DEATH(DRP_CHECK(1 == 2, "arithmetic holds"), "services_test.cc:.*arithmetic holds");
}

TEST(FingerprintTest, MatchesThePublishedDigests) {
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(FingerprintTest, FieldBordersCount) {
  EXPECT_NE(Fingerprint().add("ab").add("c").hex(), Fingerprint().add("a").add("bc").hex());
  EXPECT_EQ(Fingerprint().add("ab").add("c").hex(), Fingerprint().add("ab").add("c").hex());
}

TEST(FingerprintTest, ReadsFilesAndNamesMissingOnes) {
  const std::string path = ::testing::TempDir() + "/drp_fingerprint";
  std::ofstream(path) << "abc";
  EXPECT_EQ(sha256_file(path), sha256("abc"));
  EXPECT_THROW(sha256_file(path + ".missing"), Error);
}

TEST(RandomTest, IsTheSameEverywhere) {
  Random random(42);
  EXPECT_EQ(random.next(), 1546998764402558742U);
  EXPECT_EQ(random.next(), 6990951692964543102U);
  EXPECT_EQ(derive_seed(1, "a", 0), derive_seed(1, "a", 0));
  std::set<std::uint64_t> seeds;
  for (std::uint64_t i = 0; i < 1000; ++i) seeds.insert(derive_seed(1, "a", i));
  EXPECT_EQ(seeds.size(), 1000U);
}

TEST(RandomTest, StaysInRangeAndCoversIt) {
  Random random(7);
  std::set<std::int64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.between(-2, 3));
  EXPECT_EQ(seen, (std::set<std::int64_t>{-2, -1, 0, 1, 2, 3}));
  for (int i = 0; i < 1000; ++i) {
    const double value = random.uniform();
    ASSERT_GE(value, 0);
    ASSERT_LT(value, 1);
  }
}

TEST(PoolTest, DoesEverythingOnce) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> counts(100);
    parallel_for(counts.size(), threads, [&](std::size_t i) { ++counts[i]; });
    for (const auto& count : counts) EXPECT_EQ(count.load(), 1);
  }
  EXPECT_GE(available_cores(), 1);
}

TEST(PoolTest, HandsBackTheFirstError) {
  EXPECT_THROW(parallel_for(50, 3,
                            [](std::size_t i) {
                              if (i == 17) throw Error(ErrorKind::kData, "row 17");
                            }),
               Error);
}

TEST(StopTest, ThrowsByTheSignal) {
  StopFlag stop;
  EXPECT_NO_THROW(stop.check());
  const std::pair<int, ErrorKind> rows[] = {{SIGINT, ErrorKind::kInterrupted},
                                            {SIGTERM, ErrorKind::kTerminated}};
  for (const auto& [signal, kind] : rows) {
    stop.request(signal);
    try {
      stop.check();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), kind);
    }
  }
}

}  // namespace
}  // namespace drp
