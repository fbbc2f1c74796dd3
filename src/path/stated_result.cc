// SPDX-License-Identifier: Apache-2.0
#include "path/equation.h"
#include "path/equation_token.h"

namespace drp::path {
namespace {

constexpr int kWordsAfterLinkMax = 6;

bool is_link(TokenKind kind) { return kind == TokenKind::kEquals || kind == TokenKind::kIs; }
bool is_operator(TokenKind kind) {
  return kind == TokenKind::kPlus || kind == TokenKind::kMinus || kind == TokenKind::kTimes ||
         kind == TokenKind::kDivide || kind == TokenKind::kPower;
}

}  // namespace

std::vector<double> stated_results(std::string_view text, const std::vector<Number>& numbers) {
  std::vector<double> results;
  if (numbers.empty()) {
    return results;
  }
  const std::vector<Token> tokens = read_tokens(text, numbers);
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
    const bool goes_on = next + 1 < tokens.size() && is_operator(tokens[next + 1].kind);
    if (next < tokens.size() && tokens[next].kind == TokenKind::kNumber && !goes_on) {
      results.push_back(tokens[next].value);
    }
  }
  return results;
}

}  // namespace drp::path
