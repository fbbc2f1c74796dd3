// SPDX-License-Identifier: Apache-2.0
#include "report/pack.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "report/unpack_for_tests.h"

namespace drp::report {
namespace {

// RFC 4648, section 10.
TEST(Pack, Base64TestVectors) {
  struct Row {
    const char* plain;
    const char* encoded;
  };
  for (const Row& row :
       {Row{"", ""}, Row{"f", "Zg=="}, Row{"fo", "Zm8="}, Row{"foo", "Zm9v"},
        Row{"foob", "Zm9vYg=="}, Row{"fooba", "Zm9vYmE="}, Row{"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(base64(row.plain), row.encoded);
    EXPECT_EQ(base64_bytes(std::int64_t(std::string(row.plain).size())),
              std::int64_t(std::string(row.encoded).size()));
    EXPECT_EQ(unbase64(row.encoded), row.plain);
  }
}

TEST(Pack, WhatIsPackedIsUnpacked) {
  Random random(1);
  for (const std::size_t size : {0U, 1U, 1000U, 65536U, 300000U}) {
    std::string text;
    while (text.size() < size) text += static_cast<char>(random.between(0, 255));
    EXPECT_EQ(inflate(deflate(text)), text) << size;
    const std::string repeated(size, 'x');
    EXPECT_EQ(inflate(deflate(repeated)), repeated) << size;
  }
}

TEST(Pack, PiecesMakeOneStream) {
  Deflater deflater;
  std::string whole;
  for (int i = 0; i < 5000; ++i) {
    const std::string piece = "piece " + std::to_string(i) + "\n";
    deflater.add(piece);
    whole += piece;
  }
  const std::string packed = deflater.finish();
  EXPECT_EQ(inflate(packed), whole);
  EXPECT_LT(packed.size(), whole.size() / 3);
}

}  // namespace
}  // namespace drp::report
