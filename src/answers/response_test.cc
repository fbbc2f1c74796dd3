// SPDX-License-Identifier: Apache-2.0
#include "answers/response.h"

#include <gtest/gtest.h>

#include <string>

namespace drp::answers {
namespace {

struct Row {
  const char* name;
  std::string response;
  std::string reasoning;
  std::string answer;
  Closing closing;
  std::string form;
};

class SplitResponse : public testing::TestWithParam<Row> {};

TEST_P(SplitResponse, FindsBothParts) {
  const Row& row = GetParam();
  const ResponseParts parts = split_response(row.response);
  EXPECT_EQ(slice(row.response, parts.reasoning), row.reasoning);
  EXPECT_EQ(slice(row.response, parts.answer), row.answer);
  EXPECT_EQ(parts.closing, row.closing);
  EXPECT_EQ(parts.form, row.form);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, SplitResponse,
    testing::Values(
        Row{"both_tags", "<think>\n2 + 2\n</think>\n\n4", "2 + 2", "4", Closing::kClosed, "think"},
        Row{"close_only", "2 + 2 = 4\n</think>\nSo 4.", "2 + 2 = 4", "So 4.", Closing::kClosed,
            "think"},
        Row{"last_close", "<think>a</think>b</think>c", "a</think>b", "c", Closing::kClosed,
            "think"},
        Row{"cut", "<think>\nsuppose it is 9 and", "suppose it is 9 and", "", Closing::kCut,
            "think"},
        Row{"bare_words", "think\nOne and one.\nanswer\n2", "One and one.", "2", Closing::kClosed,
            "bare"},
        Row{"bare_cut", "think\nOne and", "One and", "", Closing::kCut, "bare"},
        Row{"thought_output", "<Thought>\nhm\n</Thought>\n<Output>\n7\n</Output>", "hm", "7",
            Closing::kClosed, "thought"},
        Row{"channels",
            "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>7",
            "hm", "7", Closing::kClosed, "channel"},
        Row{"thinking", "<thinking>a</thinking>b", "a", "b", Closing::kClosed, "thinking"},
        Row{"reasoning", "<reasoning>a</reasoning>b", "a", "b", Closing::kClosed, "reasoning"},
        Row{"begin_of_thought", "<|begin_of_thought|>\na\n<|end_of_thought|>\nb", "a", "b",
            Closing::kClosed, "begin_of_thought"},
        Row{"none", "It is 4.", "It is 4.", "", Closing::kNone, "none"},
        Row{"word_think_inside", "I think\nso.", "I think\nso.", "", Closing::kNone, "none"},
        Row{"nothing_after", "<think>a</think>", "a", "", Closing::kClosed, "think"},
        Row{"empty", "", "", "", Closing::kNone, "none"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(SplitResponseMarkers, AreConfigurable) {
  const Markers markers{{{"[[", "]]", "mine"}}};
  const std::string text = "[[a]]b</think>c";
  const ResponseParts parts = split_response(text, markers);
  EXPECT_EQ(slice(text, parts.reasoning), "a");
  EXPECT_EQ(slice(text, parts.answer), "b</think>c");
  EXPECT_EQ(parts.form, "mine");
}

}  // namespace
}  // namespace drp::answers
