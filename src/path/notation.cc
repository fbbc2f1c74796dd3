// SPDX-License-Identifier: Apache-2.0
#include "path/notation.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace drp::path {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSigns = {{
    {"\u03c0", "\\pi"},
    {"\u00d7", "*"},
    {"\u00b7", "*"},
    {"\u22c5", "*"},
    {"\\times", "*"},
    {"\\cdot", "*"},
    {"\u2212", "-"},
    {"\u00b2", "^2"},
    {"\u00b3", "^3"},
}};

constexpr std::string_view kRoot = "\u221a";

// Formulas are short; what is longer or deeper stays as it is, so that hostile text costs no more
// than its length.
constexpr std::size_t kGroupBytesMax = 300;
constexpr int kDepthMax = 8;

// What lies between the brackets that begin `text`, without them.
std::optional<std::string_view> bracketed(std::string_view text, char open, char close) {
  if (text.empty() || text[0] != open) return std::nullopt;
  int depth = 0;
  for (std::size_t i = 0; i < std::min(text.size(), kGroupBytesMax); ++i) {
    if (text[i] == open) ++depth;
    if (text[i] == close && --depth == 0) return text.substr(1, i - 1);
  }
  return std::nullopt;
}

// The parts of a formula as they are rewritten, from the left.
class Rewriter {
 public:
  Rewriter(std::string_view formula, int depth) : rest_(formula), depth_(depth) {}

  std::string run() {
    while (!rest_.empty()) {
      if (take("\\frac")) {
        fraction();
      } else if (take("\\sqrt")) {
        root(false);
      } else if (take(kRoot)) {
        root(true);
      } else if (take("^")) {
        power();
      } else if (!sign()) {
        out_ += rest_[0];
        rest_.remove_prefix(1);
      }
    }
    return std::move(out_);
  }

 private:
  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  // A group in braces, or the one character that TeX takes without them.
  std::optional<std::string> group() {
    if (const auto inner = bracketed(rest_, '{', '}')) {
      rest_.remove_prefix(inner->size() + 2);
      return inside(*inner);
    }
    if (rest_.empty() || !(is_digit(rest_[0]) || is_letter(rest_[0]))) return std::nullopt;
    std::string one(1, rest_[0]);
    rest_.remove_prefix(1);
    return one;
  }

  static std::string as_part(const std::string& part) {
    return part.find_first_of("+-*/", 1) == std::string::npos ? part : "(" + part + ")";
  }

  void fraction() {
    const auto above = group();
    const auto below = above ? group() : std::nullopt;
    if (below) {
      out_ += as_part(*above) + "/" + as_part(*below);
    } else {
      out_ += above ? "\\frac{" + *above + "}" : "\\frac";
    }
  }

  // `plain`: the sign of text, over a number, a letter or what is in parentheses.
  void root(bool plain) {
    const auto inner = plain ? bracketed(rest_, '(', ')') : std::nullopt;
    if (inner) {
      rest_.remove_prefix(inner->size() + 2);
      out_ += "\\sqrt{" + inside(*inner) + "}";
      return;
    }
    std::size_t digits = 0;
    while (plain && digits < rest_.size() && is_digit(rest_[digits])) ++digits;
    if (digits > 1) {
      out_ += "\\sqrt{" + std::string(rest_.substr(0, digits)) + "}";
      rest_.remove_prefix(digits);
    } else if (const auto under = group()) {
      out_ += "\\sqrt{" + *under + "}";
    } else {
      out_ += "\\sqrt";
    }
  }

  void power() {
    const auto inner = bracketed(rest_, '{', '}');
    if (inner) rest_.remove_prefix(inner->size() + 2);
    const std::string exponent = inner ? inside(*inner) : "";
    out_ += inner && exponent.size() != 1 ? "^{" + exponent + "}" : "^" + exponent;
  }

  bool sign() {
    for (const auto& [from, to] : kSigns) {
      if (!take(from)) continue;
      out_ += to;
      return true;
    }
    return false;
  }

  std::string inside(std::string_view group) const {
    return depth_ < kDepthMax ? Rewriter(group, depth_ + 1).run() : std::string(group);
  }

  std::string_view rest_;
  int depth_;
  std::string out_;
};

bool part_of_number(std::string_view text, std::size_t at) {
  return at < text.size() && (is_digit(text[at]) ||
                              (text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1])));
}

}  // namespace

std::string one_notation(std::string_view formula) { return Rewriter(formula, 0).run(); }

bool holds_formula(std::string_view text, std::string_view formula) {
  if (formula.empty()) return false;
  for (std::size_t at = text.find(formula); at != std::string_view::npos;
       at = text.find(formula, at + 1)) {
    const bool before =
        at > 0 && is_digit(formula.front()) && (is_digit(text[at - 1]) || text[at - 1] == '.');
    const bool behind = is_digit(formula.back()) && part_of_number(text, at + formula.size());
    if (!before && !behind) return true;
  }
  return false;
}

}  // namespace drp::path
