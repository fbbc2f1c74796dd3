// SPDX-License-Identifier: Apache-2.0
#include "pipeline/record_index.h"

#include <gtest/gtest.h>

namespace drp::pipeline {
namespace {

using Entry = RecordIndex::Entry;

// Keys of the same hash are told apart by the caller alone; `offset` stands for the key here.
TEST(RecordIndex, SameHashIsNotSameKey) {
  RecordIndex index;
  const auto is = [](std::uint64_t key) {
    return [key](const Entry& entry) { return entry.offset == key; };
  };
  for (std::uint64_t key = 0; key < 300; ++key) {
    index.put({.key_hash = key % 3, .offset = key, .value_size = 1}, is(key));
  }
  index.put({.key_hash = 1, .offset = 100, .value_size = 7}, is(100));
  ASSERT_EQ(index.size(), 300U);
  for (std::uint64_t key = 0; key < 300; ++key) {
    const Entry* found = index.find(key % 3, is(key));
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->offset, key);
    EXPECT_EQ(found->value_size, key == 100 ? 7U : 1U);
  }
  EXPECT_EQ(index.find(2, is(1)), nullptr);
  EXPECT_EQ(index[100].value_size, 7U) << "a newer record keeps the place of the first";
}

TEST(RecordIndex, EmptyFindsNothing) {
  EXPECT_EQ(RecordIndex().find(0, [](const Entry&) { return true; }), nullptr);
}

}  // namespace
}  // namespace drp::pipeline
