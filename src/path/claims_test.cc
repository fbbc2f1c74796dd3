// SPDX-License-Identifier: Apache-2.0
#include "path/claims.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "path/flow.h"

namespace drp::path {
namespace {

const std::string kQuestion =
    "On an island live knights and knaves. You meet Ada, Bea and Cem. Ada says that Bea is a "
    "knave. "
    "Who is a knight?";

ClaimWords words() { return read_given_in_words(kQuestion).claim_words; }

bool shares_claim(std::string_view a, std::string_view b) {
  const auto left = read_claims(a, words());
  const auto right = read_claims(b, words());
  return std::any_of(left.begin(), left.end(), [&](std::uint64_t key) {
    return std::binary_search(right.begin(), right.end(), key);
  });
}

TEST(Claims, JoinANameWithWhatIsSaidOfIt) {
  EXPECT_TRUE(shares_claim("So Ada is a knight.", "Since Ada is a knight, Bea lies."));
  EXPECT_TRUE(shares_claim("Ada and Cem are knights.", "Cem is a knight."));
  EXPECT_FALSE(shares_claim("Ada is a knight.", "Cem is a knight."));
  EXPECT_FALSE(shares_claim("Ada is a knight.", "Ada is a knave."));
  EXPECT_FALSE(shares_claim("Ada is a knight.", "Ada is not a knight."));
  EXPECT_FALSE(shares_claim("Ada is before Cem.", "Cem is before Ada."));
  EXPECT_FALSE(shares_claim("Ada is a knight, and Bea lies.", "Bea is a knight."));
  EXPECT_TRUE(read_claims("Nobody is a knight.", words()).empty());
}

// What a kept sentence takes as known must not have been said by deleted ones alone.
TEST(Claims, AreMissedWhereOnlyDeletedItemsMadeThem) {
  const Given given = read_given_in_words(kQuestion);
  const std::string made = "So Cem is a knight.";
  const std::string uses = "Since Cem is a knight, we are done.";
  const Flow first = read_flow(made);
  const Flow second = read_flow(uses);
  const std::vector<FlowItem> deleted = {{&first, made, false}, {&second, uses, true}};
  const std::vector<Missing> missing = find_missing(given, deleted);
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing[0].kind, MissingKind::kClaim);
  EXPECT_EQ(missing[0].introducer, 0U);
  EXPECT_TRUE(find_missing(given, {{&first, made, true}, {&second, uses, true}}).empty());
  // The question's own claims are known anyway, and so are those of nobody.
  EXPECT_TRUE(find_missing(read_given(kQuestion), deleted).empty());
}

}  // namespace
}  // namespace drp::path
