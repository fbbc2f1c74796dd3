// SPDX-License-Identifier: Apache-2.0
#include "path/at_hand.h"

#include <gtest/gtest.h>

namespace drp::path {
namespace {

// Sentences of a trace in order: "+" stays, "-" is deleted.
struct Case {
  const char* name;
  const char* question;
  std::vector<std::string> sentences;
  const char* missing;  // what a kept sentence lacks; empty: nothing
};

std::string first_missing(const Case& row) {
  std::vector<Flow> flows;
  std::vector<FlowItem> items;
  flows.reserve(row.sentences.size());
  for (const std::string& sentence : row.sentences) {
    const std::string_view text = std::string_view(sentence).substr(2);
    flows.push_back(read_flow(text));
    items.push_back({&flows.back(), text, sentence[0] == '+'});
  }
  const std::vector<Missing> missing = find_missing(read_given(row.question), items);
  return missing.empty() ? "" : missing.front().what;
}

// What a sentence brings itself beside what it really lacks. Most pairs are of recorded plans and
// the same with the needed part taken out.
TEST(AtHand, ASentenceLacksOnlyWhatNobodyGave) {
  const Case cases[] = {
      {"the inverse of a fraction of the question",
       "There are 1500 girls. One-fourth of them sing.",
       {"- That is 1500 divided by 4.", "+ Dividing 1500 by 4 gives me 375."},
       ""},
      {"not a fraction that the question lacks",
       "There are 1500 girls. One-fourth of them sing.",
       {"- That is 1500 divided by 6.", "+ Dividing 1500 by 6 gives me 250."},
       "6"},
      {"20 % is a fifth",
       "He saves 20% of his 450 coins.",
       {"- So I divide 450 by 5.", "+ 450 / 5 = 90."},
       ""},
      {"hours have 60 minutes",
       "He reads for 3 hours, 2 pages a minute.",
       {"- There are 60 minutes in an hour.", "+ 3 * 60 = 180 minutes."},
       ""},
      {"but a 60 that was worked out must be shown",
       "He reads for 3 hours at 20 pages an hour.",
       {"- He reads 3 * 20 = 60 pages.", "+ With 60 pages he has 60 - 5 = 55 left."},
       "60"},
      {"a 9 that one 3 does not make",
       "They raise $2100 in 3 hours. When is it $6300?",
       {"- In 3 hours they made $2100.", "+ 700 times 9 is 6300."},
       ""},
      {"a reduced fraction",
       "What is the chance of 10 in 32?",
       {"- 32 / 2 = 16", "+ So, 10/32 simplifies to 5/16."},
       ""},
      {"no fraction of another value",
       "What is the chance of 10 in 32?",
       {"- 32 / 2 = 16", "+ So, it falls from 10/32 to 7/16."},
       "16"},
      {"a list that goes on",
       "Which power of 11 is no palindrome?",
       {"- It means numbers like 11^3.", "+ 11^1 = 11", "+ 11^2 = 121", "+ 11^3 = 1331"},
       ""},
      {"a list that skips",
       "Which power of 11 is no palindrome?",
       {"- It means numbers like 11^4.", "+ 11^1 = 11", "+ 11^2 = 121", "+ 11^4 = 14641"},
       "4"},
      {"an equation about the same unknown, worked on",
       "He walked 4 miles, then 24, and 41 in all. How far on Wednesday?",
       {"+ So 4 + 24 + W = 41.", "- 4 and 24 together: 28.", "+ So, 28 + W = 41."},
       ""},
      {"an equation about another unknown",
       "He walked 4 miles, then 24, and 41 in all. How far on Wednesday?",
       {"+ So 4 + 24 + V = 41.", "- 4 and 24 together: 28. Let W be Wednesday.",
        "+ Let W stand for it: 28 + W = 41."},
       "28"},
      {"a bracket multiplied out",
       "Wendy is five times as old as Colin will be in 7 years.",
       {"+ C + 25 = (1/3)*(5*(C + 7))", "- That would be 5C + 35.", "+ C + 25 = (5C + 35)/3"},
       ""},
      {"that is the computation that follows",
       "Each house has 4 windows more.",
       {"+ 3 times 2 is 6 windows.", "- Outside the bedrooms each house has 4 more windows.",
        "+ So, that's 6 + 4 = 10 windows per house."},
       ""},
      {"that is nothing in itself",
       "Each house has 4 windows more.",
       {"+ There are 3 bedrooms.", "- Outside the bedrooms each house has 6 + 4 = 10 windows.",
        "+ So, that's what each house has."},
       "So, that's what"},
      {"what a deleted sentence came to again",
       "A cart weighs 300 kg, a box 200 kg. Pulling takes 2 % of it.",
       {"+ 300 plus 200 is 500, so the weight is 500 kg.", "- 420 + 80 is indeed 500.",
        "+ That means the force is 2% of this weight."},
       ""},
      {"what a deleted sentence came to anew",
       "A cart weighs 300 kg, a box 200 kg. Pulling takes 2 % of it.",
       {"+ 300 plus 200 is 500, so the weight is 500 kg.", "- 500 + 500 is 1000.",
        "+ That means the force is 2% of this weight."},
       "That means the"},
      {"an amount of the same sentence",
       "Gabriel has 20 songs, Luri 3 times as many.",
       {"- Let's figure out how many songs Luri has.",
        "+ Gabriel has 20 songs, and Luri has 3 times that amount, so 20 * 3 = 60."},
       ""},
      {"an amount of a deleted sentence",
       "Gabriel has 20 songs, Luri 3 times as many.",
       {"- Gabriel has 20 songs on his player.", "+ In 2 years, Luri has 3 times that amount."},
       "In 2 years, Luri"},
      {"the common sign for choosing",
       "How many teams of 5 out of 9 are there?",
       {"- The formula is C(n, k) = n! / (k! (n - k)!).", "+ So C(9, 5) = 126."},
       ""},
      {"what a deleted sentence only said again",
       "Find all k.",
       {"+ So \\binom{24}{5} is equal to \\binom{24}{19}.",
        "- So \\binom{24}{5} = \\binom{24}{19}.", "+ That means k can be either 5 or 19."},
       ""},
      {"what it said anew",
       "Find all k.",
       {"+ So \\binom{24}{5} is what I look for.", "- So \\binom{24}{5} = \\binom{24}{19}.",
        "+ That means k can be two values."},
       "That means k"},
  };
  for (const Case& row : cases) EXPECT_EQ(first_missing(row), row.missing) << row.name;
}

TEST(ImpliedBy, WordsGiveTheirInversesAndRatios) {
  const auto implied = [](std::string_view question) {
    std::vector<std::int64_t> values;
    for (const std::int64_t key : implied_by(question, find_numbers(question))) {
      values.push_back(key / 10000);
    }
    return values;
  };
  EXPECT_EQ(implied("Half of them, then three-fourths of the rest"),
            (std::vector<std::int64_t>{2, 4}));
  EXPECT_EQ(implied("two feet"), (std::vector<std::int64_t>{3, 12}));
  EXPECT_EQ(implied("She carries it today."), std::vector<std::int64_t>{}) << "no day";
  EXPECT_EQ(implied("25% of it"), (std::vector<std::int64_t>{4, 100}));
}

}  // namespace
}  // namespace drp::path
