// SPDX-License-Identifier: Apache-2.0
#include "teacher/span/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace drp::teacher {
namespace {

using ::testing::HasSubstr;

constexpr UnitNumbers kFour{1, 4};

std::string fault_of(std::string_view reply, UnitNumbers units = kFour) {
  const auto read = read_reply(reply, units);
  if (read) return "";
  EXPECT_EQ(read.error().reason, Reason::kBadReply);
  return read.error().detail;
}

TEST(ReadReply, TakesTheFourActions) {
  const auto lines = read_reply(
      "1 K reading a given\n2 S set-up\tLet \\(x = 4\\).\n3 M addition\n4 M naming it\tx + 2 = "
      "6.\n",
      kFour);
  ASSERT_TRUE(lines) << lines.error().detail;
  ASSERT_EQ(lines->size(), 4U);
  EXPECT_EQ((*lines)[0], (ReplyLine{1, Action::kKeep, "reading a given", std::nullopt}));
  EXPECT_EQ((*lines)[1], (ReplyLine{2, Action::kSingleStepCompress, "set-up", "Let \\(x = 4\\)."}));
  EXPECT_EQ((*lines)[2], (ReplyLine{3, Action::kMultiStepCompress, "addition", std::nullopt}));
  EXPECT_EQ((*lines)[3], (ReplyLine{4, Action::kMultiStepCompress, "naming it", "x + 2 = 6."}));
}

// What stands around the plan is passed over: thinking is cut off before, fences and talk here.
TEST(ReadReply, PassesOverChatterAndFences) {
  const std::string plan = "2 D filler\n4 K computation\n";
  for (const std::string& reply : std::vector<std::string>{
           plan, "Here is the plan:\n\n" + plan + "\nI kept the computation.\n",
           "Sure!\n```\n" + plan + "```\nDone. 3 units are gone.\n",
           "```text\r\n2 D filler\r\n4 K computation\r\n```", "2 D filler\n\n4 K computation",
           "~~~ no fence\n" + plan}) {
    const auto lines = read_reply(reply, kFour);
    ASSERT_TRUE(lines) << reply << "\n" << lines.error().detail;
    EXPECT_EQ(lines->size(), 2U);
    EXPECT_EQ(lines->back().skill, "computation");
  }
}

// Each fault is named so that a teacher can mend it; none is read as something else.
TEST(ReadReply, NamesTheFault) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "no line of the reply is a step"},
      {"I can't help with that.", "it begins with \"I can't help"},
      {"2 KD filler\n4 K x\n", "has the action \"KD\""},
      {"2 filler\n4 K x\n", "has the action \"filler\""},
      {"2 k filler\n4 K x\n", "exactly one of K, D, S, M"},
      {"2\n4 K x\n", "does not begin with the number"},
      {"2 D\n4 K x\n", "names no skill"},
      {"[2] D filler\n4 K x\n", "does not begin with the number"},
      {"- 2 D filler\n4 K x\n", "does not begin with the number"},
      {"2. D filler\n4 K x\n", "does not begin with the number"},
      {"2 D filler\n2 K x\n4 K y\n", "must rise"},
      {"3 D filler\n2 K x\n4 K y\n", "must rise"},
      {"2 D filler\n5 K x\n", "the units are 1 to 4"},
      {"0 D filler\n4 K x\n", "the units are 1 to 4"},
      {"99999999999999999999 D filler\n4 K x\n", "does not begin with the number"},
      {"2 D filler\n3 K x\n", "the units 4 to 4 are in no step"},
      {"2 S filler\n4 K x\n", "has no new text after a tab"},
      {"2 S filler\t  \n4 K x\n", "has no new text after a tab"},
      {"2 D filler\tgone\n4 K x\n", "has new text, which D does not take"},
      {"2 M adding\n4 K x\n", "interrupts a merge"},
      {"2 M adding\n3 D talk\n4 M adding\ttext\n", "interrupts a merge"},
      {"2 K x\n4 M adding\n", "has no new text"},
      {"2 S adding\tfirst line\nsecond line\n4 K x\n", "between the steps stands \"second line\""},
  };
  for (const auto& [reply, fault] : cases) {
    EXPECT_THAT(fault_of(reply), HasSubstr(fault)) << reply;
  }
}

TEST(ReadReply, NumbersMayBeginAnywhere) {
  EXPECT_EQ(fault_of("0 D filler\n3 K x\n", {0, 4}), "");
  EXPECT_THAT(fault_of("0 D filler\n4 K x\n", {0, 4}), HasSubstr("0 to 3"));
}

// LaTeX, other scripts, emoji and odd bytes go through raw: nothing in a text is an escape.
TEST(ReadReply, TextIsRaw) {
  for (const std::string text :
       {"\\neq \\nu \\frac{1}{2} \\text{ab} \\boxed{7}", "\u5171\u67093\u4e2a\u3002",
        "\U0001F600 3", "a\u2028b", "tab\tinside", "{\"json\": 1}", "\xed\xa0\x80 alone",
        "## heading | bar"}) {
    const std::string reply = "4 S rewriting\t" + text + "\n";
    const auto lines = read_reply(reply, kFour);
    ASSERT_TRUE(lines) << text;
    EXPECT_EQ(lines->front().text, text);
    EXPECT_EQ(write_reply(*lines), reply);
  }
}

TEST(WriteReply, IsWhatReadReplyReads) {
  const std::vector<std::size_t> ends = {3, 10, 12, 20};
  std::vector<Step> steps(3);
  steps[0] = {{0, 10}, "filler", Action::kDelete, {}, "", ""};
  steps[1] = {{10, 12}, "computation", Action::kSingleStepCompress, "a\nb", "", ""};
  steps[2] = {{12, 20}, "", Action::kKeep, {}, "", ""};
  const std::string reply = write_reply(steps, ends, kFour);
  EXPECT_EQ(reply,
            "2 D filler\n3 S computation\ta\u23ce"
            "b\n4 K step\n");
  const auto lines = read_reply(reply, kFour);
  ASSERT_TRUE(lines);
  const std::vector<Step> back = steps_of(*lines, ends, kFour);
  ASSERT_EQ(back.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(back[i].span, steps[i].span);
  EXPECT_EQ(back[1].skill, "computation");
}

// A free name is kept beside the one that tables count by.
TEST(StepsOf, NormalisesSkills) {
  const auto lines = read_reply("1 K multiplying the prices\n4 D double-checking\n", kFour);
  const std::vector<Step> steps = steps_of(*lines, {1, 2, 3, 4}, kFour);
  EXPECT_EQ(steps[0].skill, "computation");
  EXPECT_EQ(steps[0].said, "multiplying the prices");
  EXPECT_EQ(steps[1].skill, "checking");
}

TEST(ReadChanges, ReplacesLinesWithTheSameEnd) {
  const auto lines = read_reply("1 D filler\n2 K adding\n4 D checking\n", kFour);
  const auto changed =
      read_changes("I would mend one line:\n2 S adding\t3 + 4 = 7.", *lines, kFour);
  ASSERT_TRUE(changed) << changed.error().detail;
  EXPECT_EQ(write_reply(*changed), "1 D filler\n2 S adding\t3 + 4 = 7.\n4 D checking\n");
  EXPECT_THAT(read_changes("3 K adding", *lines, kFour).error().detail,
              HasSubstr("none ends at unit 3"));
  EXPECT_THAT(read_changes("2 M adding", *lines, kFour).error().detail,
              HasSubstr("interrupts a merge"));
}

}  // namespace
}  // namespace drp::teacher
