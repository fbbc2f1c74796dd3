// SPDX-License-Identifier: Apache-2.0
#include "base/ordered_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>

#include "base/error.h"
#include "base/pull.h"

namespace drp {
namespace {

TEST(OrderedWorkTest, HandsOverEverythingInOrder) {
  for (const int threads : {0, 1, 2, 5}) {
    std::vector<int> items;
    std::set<std::thread::id> done_by;
    OrderedWork<int, int> work(
        threads,
        [](int& i) {
          if (i % 7 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(2));
          return i * i;
        },
        [&](int item, int square) {
          EXPECT_EQ(square, item * item);
          items.push_back(item);
          done_by.insert(std::this_thread::get_id());
        });
    for (int i = 0; i < 300; ++i) work.submit(i);
    work.finish();
    ASSERT_EQ(items.size(), 300u) << threads;
    for (int i = 0; i < 300; ++i) EXPECT_EQ(items[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(done_by, std::set{std::this_thread::get_id()});
  }
}

TEST(OrderedWorkTest, HoldsFewItems) {
  std::atomic<int> held = 0;
  int held_max = 0;
  OrderedWork<int, int> work(
      2, [](int& i) { return i; }, [&](int, int) { --held; });
  for (int i = 0; i < 1000; ++i) {
    ++held;
    work.submit(i);
    held_max = std::max(held_max, held.load());
  }
  work.finish();
  EXPECT_EQ(held, 0);
  EXPECT_LE(held_max, 2 * 16 + 1);
}

TEST(OrderedWorkTest, AFailureComesAtItsTurnAndEndsTheThreads) {
  for (const int threads : {1, 3}) {
    std::vector<int> items;
    std::atomic<int> left = 0;
    {
      OrderedWork<int, int> work(
          threads,
          [](int& i) {
            if (i == 20) throw Error(ErrorKind::kData, "row 20");
            return i;
          },
          [&](int item, int) { items.push_back(item); }, [&] { ++left; });
      EXPECT_THROW(
          {
            for (int i = 0; i < 100; ++i) work.submit(i);
            work.finish();
          },
          Error);
      EXPECT_EQ(items.size(), 20u);
    }
    EXPECT_EQ(left, threads == 1 ? 0 : threads);
  }
}

TEST(PullTest, GivesAllAndThenNothing) {
  Pull<std::string> pull([](const Pull<std::string>::Give& give) {
    for (int i = 0; i < 100; ++i) give(std::to_string(i));
  });
  for (int i = 0; i < 100; ++i) EXPECT_EQ(pull.next(), std::to_string(i));
  EXPECT_EQ(pull.next(), std::nullopt);
  EXPECT_EQ(pull.next(), std::nullopt);
}

TEST(PullTest, AFailureComesAfterWhatWasGiven) {
  Pull<int> pull([](const Pull<int>::Give& give) {
    give(1);
    throw Error(ErrorKind::kIo, "gone");
  });
  EXPECT_EQ(pull.next(), 1);
  EXPECT_THROW(pull.next(), Error);
  EXPECT_EQ(pull.next(), std::nullopt);
}

TEST(PullTest, AReaderThatGoesEndsTheProducer) {
  std::atomic<bool> told = false;
  {
    Pull<int> pull([&](const Pull<int>::Give& give) {
      while (give(7)) {
      }
      told = true;
    });
    EXPECT_EQ(pull.next(), 7);
  }
  EXPECT_TRUE(told);
}

}  // namespace
}  // namespace drp
