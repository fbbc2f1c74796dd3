// SPDX-License-Identifier: Apache-2.0
#include "path/skill.h"

#include <gtest/gtest.h>

namespace drp::path {
namespace {

TEST(Skill, EveryShortWordReadsBack) {
  for (const std::string_view skill : skill_names()) {
    const std::string_view word = short_skill(skill);
    EXPECT_EQ(word.find(' '), std::string_view::npos) << word;
    EXPECT_EQ(normal_skill(word), skill) << word;
  }
  EXPECT_EQ(short_skill("no skill of the list"), "no skill of the list");
}

}  // namespace
}  // namespace drp::path
