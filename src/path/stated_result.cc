// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "path/arithmetic.h"
#include "path/equation.h"
#include "path/equation_token.h"

namespace drp::path {
namespace {

constexpr int kWordsAfterLinkMax = 6;

// "half of" goes with the number before it.
bool works_with(TokenKind kind) { return is_operator(kind) && kind != TokenKind::kOf; }

// "6 hours per week times 5 weeks": whether the number at token `at` is worked with behind its
// unit.
bool is_operand(const std::vector<Token>& tokens, std::size_t at) {
  constexpr std::size_t kUnitWordsMax = 5;
  const auto kind = [&](std::size_t i) {
    return i < tokens.size() ? tokens[i].kind : TokenKind::kStop;
  };
  std::size_t next = at + 1;
  while (next <= at + kUnitWordsMax && kind(next) == TokenKind::kWord) ++next;
  if (next == at + 1 || !works_with(kind(next))) return false;
  if (kind(++next) == TokenKind::kBy) ++next;
  return kind(next) == TokenKind::kNumber;
}

}  // namespace

bool ends_a_sum(std::string_view text, std::size_t at) {
  return at >= 2 && text[at - 1] == ' ' && contains("+-*/^", text.substr(at - 2, 1));
}

std::vector<double> stated_results(const std::vector<Token>& tokens) {
  std::vector<double> results;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_link(tokens[i].kind)) {
      continue;
    }
    std::size_t next = i + 1;
    for (int skipped = 0; skipped < kWordsAfterLinkMax && next < tokens.size(); ++skipped, ++next) {
      const TokenKind k = tokens[next].kind;
      if (k != TokenKind::kWord && k != TokenKind::kAnd && k != TokenKind::kOf) {
        break;
      }
    }
    const auto is = [&](std::size_t at, TokenKind kind) {
      return at < tokens.size() && tokens[at].kind == kind;
    };
    const auto goes_on = [&](std::size_t at) {
      return at < tokens.size() && works_with(tokens[at].kind);
    };
    if (!is(next, TokenKind::kNumber) || is_operand(tokens, next)) {
      continue;
    }
    if (!goes_on(next + 1)) {
      results.push_back(tokens[next].value);
    } else if (is(next + 1, TokenKind::kDivide) && is(next + 2, TokenKind::kNumber) &&
               tokens[next + 2].value != 0 && !goes_on(next + 3)) {
      results.push_back(tokens[next].value / tokens[next + 2].value);  // "is 3/5"
    }
  }
  return results;
}

}  // namespace drp::path
