// SPDX-License-Identifier: Apache-2.0
#include "path/code_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "path/unit.h"

namespace drp::path {
namespace {

std::vector<std::string> code_units(std::string_view text) {
  std::vector<std::string> found;
  for (const Unit& unit : cut_units(text)) {
    if (unit.kind == UnitKind::kCode) found.emplace_back(trim(slice(text, unit.span)));
  }
  return found;
}

// A story in each row: what was cut apart inside, or what only looked like code.
TEST(CodeLines, AreOneUnit) {
  struct Row {
    const char* name;
    const char* text;
    std::vector<std::string> units;
  };
  const Row rows[] = {
      {"fenced",
       "First. Then:\n```python\na = 1. \nB = 2\n```\nDone.",
       {"```python\na = 1. \nB = 2\n```"}},
      {"fenced inside a list",
       "1. Write it:\n   ```\n   x = 1\n\n   y = 2\n   ```\n2. Run it.",
       {"```\n   x = 1\n\n   y = 2\n   ```"}},
      {"tildes", "So:\n~~~\nif x: return\n~~~\nDone.", {"~~~\nif x: return\n~~~"}},
      {"a longer fence around a shorter",
       "````\n```\na\n```\n````\nDone.",
       {"````\n```\na\n```\n````"}},
      {"a function without a fence",
       "It goes like this.\ndef f(x):\n    if x > 1:\n        return 2\n\n    return x\nThat is "
       "it.",
       {"def f(x):\n    if x > 1:\n        return 2\n\n    return x"}},
      {"braces without a fence",
       "In C:\nint f(int x) {\n  if (x) {\n    return 1;\n  }\n}\nThat is it.",
       {"int f(int x) {\n  if (x) {\n    return 1;\n  }\n}"}},
      {"else belongs to if",
       "Try:\nif a == 1:\n    b()\nelse:\n    c()\nFine.",
       {"if a == 1:\n    b()\nelse:\n    c()"}},
      {"prose over a list", "for example:\n  - one\n  - two", {}},
      {"prose over a numbered list", "if x is even (as here):\n   1. halve it", {}},
      {"a sentence with a colon", "For all x in S:\nx > 0.", {}},
      {"a formula", "\\frac{a}{\n(b)}", {}},
      {"a brace that never closes", "f(x) = {\nthe end", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(code_units(row.text), row.units) << row.name;
}

TEST(CodeLines, AreFoundAtTheHeadOfAText) {
  EXPECT_TRUE(opens_with_code("```\na\n```"));
  EXPECT_TRUE(opens_with_code("def f(x):\n    return x"));
  EXPECT_FALSE(opens_with_code("define f(x): it is x"));
}

// Ten thousand fences that never close are looked through once.
TEST(CodeLines, TakeLinearTimeOnHostileFences) {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "````x\n";
  EXPECT_FALSE(cut_units(text).empty());
}

}  // namespace
}  // namespace drp::path
