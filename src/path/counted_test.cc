// SPDX-License-Identifier: Apache-2.0
#include "path/counted.h"

#include <gtest/gtest.h>

#include "path/flow.h"
#include "path/number.h"

namespace drp::path {
namespace {

struct Case {
  const char* behaviour;
  const char* question;
  const char* text;
  double value;
  bool another;
};

TEST(Counted, AValueIsKnownByWhatItCounts) {
  const Case cases[] = {
      {"the same thing", "Ida has 6 geese.", "So she feeds 6 geese.", 6, false},
      {"a plural is its singular", "Each crate holds 1 jar, 6 jars a box.", "the 6 jar box", 6,
       false},
      {"with an adjective", "Ida has 6 geese.", "the 6 grey geese eat", 6, false},
      {"another thing", "Ida has 6 geese.", "This leaves 6 ducks.", 6, true},
      {"a difference is no count", "Ben has 6 more geese than Ida.", "So Ida has 6 geese.", 6,
       true},
      {"behind its noun too", "Ben has 6 geese fewer than Ida.", "So Ida has 6 geese.", 6, true},
      {"money", "A goose costs $6.", "So there are 6 geese.", 6, true},
      {"a sum says nothing of things", "Ida has 6 geese.", "6 + 4 = 10", 6, false},
      {"a bare number of the question may be any", "Add 6 to 4.", "She has 6 geese.", 6, false},
      {"one use for the same thing is enough", "Ida has 6 geese.", "6 geese and 6 ducks", 6, false},
      {"no such value", "Ida has 6 geese.", "She has 7 ducks.", 7, false},
  };
  for (const Case& row : cases) {
    EXPECT_EQ(counts_another(read_counted(row.question), row.text, number_key(row.value)),
              row.another)
        << row.behaviour;
  }
}

// The question's 6 is a difference; the 6 that the last sentence uses was worked out.
TEST(Counted, ADerivedValueThatEqualsAGivenOneHasToBeShown) {
  const Given given = read_given("Ida has 12 geese, 6 more than Ben. Each goose lays 3 eggs.");
  const std::string_view derived = "So Ben has 12 - 6 = 6 geese.";
  const std::string_view used = "The 6 geese lay 6 * 3 = 18 eggs.";
  const Flow first = read_flow(derived);
  const Flow second = read_flow(used);
  const auto missing = find_missing(given, {{&first, derived, false}, {&second, used, true}});
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(missing.front().what, "6");
  EXPECT_EQ(missing.front().introducer, 0U);
  EXPECT_TRUE(find_missing(given, {{&first, derived, true}, {&second, used, true}}).empty());
}

}  // namespace
}  // namespace drp::path
