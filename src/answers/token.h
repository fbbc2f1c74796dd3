// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "answers/literal.h"

namespace drp::answers {

enum class TokenKind {
  kNumber,     // `literal`
  kSymbol,     // a letter or a named constant: x, alpha, pi, infty, emptyset, reals
  kWord,       // text of several letters; several words are several tokens
  kFunction,   // sin, log, max, ...: takes what follows
  kCommand,    // frac, binom, sqrt, overline take TeX arguments; root is a plain square root
  kOperator,   // + - * / : ^ _ ! +- -+ cup cap minus over choose bmod
  kOpen,       // ( [ { \{ matrix determinant floor ceil
  kClose,      // ) ] } \} matrix determinant floor ceil
  kBar,        // |, which opens or closes
  kSeparator,  // , ; and or such, & \\ in matrices; such stands in \{x | x > 2\}
  kRelation,   // = < > <= >= != in ~
  kPercent,
  kDegree,
  kCurrency,
  kBad,  // what has no meaning in mathematics
};

struct Token {
  TokenKind kind = TokenKind::kBad;
  std::string text;  // canonical name; for kBad the characters
  Literal literal;
  bool spaced = false;  // white space stands before it
};

inline constexpr std::size_t kAnswerBytesMax = 65'536;
inline constexpr std::size_t kTokensMax = 10'000;

// Reads LaTeX and plain text alike, with Unicode signs. Decoration (\left, \,, \displaystyle, $, a
// final dot) leaves no token. At most kTokensMax + 1 tokens. Linear time.
std::vector<Token> tokenize(std::string_view text);

// `text` for comparing words: no LaTeX decoration, lower case, single blanks, no final dot.
std::string plain_words(std::string_view text);

}  // namespace drp::answers
