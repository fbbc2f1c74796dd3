// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "base/text.h"
#include "path/number.h"

namespace drp::path {

enum class TokenKind {
  kNumber,
  kPlus,
  kMinus,
  kTimes,
  kDivide,
  kPower,
  kOpen,
  kClose,
  kFraction,
  kEquals,  // a sign
  kIs,      // a word with the same meaning
  kOf,
  kComma,
  kStop,
  kAddVerb,
  kSubtractVerb,
  kMultiplyVerb,
  kDivideVerb,
  kAnd,
  kFrom,
  kBy,
  kSymbol,
  kWord,
};

struct Token {
  TokenKind kind = TokenKind::kWord;
  Span span;
  double value = 0;
  bool percent = false;
  bool approximate = false;
};

// The arithmetic reading of a text: LaTeX commands and words become the operation they mean.
std::vector<Token> read_tokens(std::string_view text, const std::vector<Number>& numbers);

}  // namespace drp::path
