// SPDX-License-Identifier: Apache-2.0
#include "answers/code_block.h"

#include <gtest/gtest.h>

#include <string>

#include "answers/grade.h"

namespace drp::answers {
namespace {

TEST(LastCodeBlock, IsTheLastThatCloses) {
  const auto block = [](std::string_view text) {
    const auto span = last_code_block(text);
    return span ? std::string(slice(text, *span)) : "none";
  };
  EXPECT_EQ(block("draft\n```python\na = 1\n```\nfinal\n```python\na = 2\n```\n"), "a = 2\n");
  EXPECT_EQ(block("```\na\n```"), "a\n");
  EXPECT_EQ(block("~~~py\na\n~~~\n"), "a\n");
  EXPECT_EQ(block("````\n```\ninner\n```\n````\n"), "```\ninner\n```\n");
  EXPECT_EQ(block("```\nnever closed"), "none");
  EXPECT_EQ(block("no code"), "none");
  EXPECT_EQ(block("```\n```"), "");
}

TEST(LastCodeBlock, IsTheAnswerOfTheDomainCode) {
  const Extracted found = extract("The answer is 5.\n```\na = 5\n```\n", {.domain = "code"});
  EXPECT_EQ(found.text, "a = 5\n");
  EXPECT_EQ(found.method, Method::kCode);
  EXPECT_FALSE(extract("The answer is 5.", {.domain = "code"}).found());
}

}  // namespace
}  // namespace drp::answers
