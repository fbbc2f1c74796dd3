// SPDX-License-Identifier: Apache-2.0
#include "answers/show.h"

#include <vector>

#include "answers/evaluate.h"
#include "base/text.h"

namespace drp::answers {
namespace {

constexpr std::size_t kBytesMax = 2'000;
constexpr std::size_t kNumberBytesMax = 60;

// How tightly the text of a node holds together: 0 a list, 1 a relation, 2 a sum, 3 a product, 4 a
// power, 5 an atom.
struct Shown {
  std::string text;
  int tightness = 5;
};

std::string short_number(const Rational& value) {
  std::string text = value.text();
  if (text.size() <= kNumberBytesMax) return text;
  return text.substr(0, 20) + "..." + text.substr(text.size() - 20) + " (" +
         format_count(static_cast<std::int64_t>(text.size())) + " digits)";
}

// A decimal as it was written, else a fraction.
std::string number(const Node& node) {
  if (node.decimals <= 0 || node.decimals > 40) return short_number(node.value);
  const Rational scaled = node.value.absolute() * Rational::power_of_ten(node.decimals);
  std::string digits = scaled.text();
  if (!scaled.is_integer() || digits.size() > kNumberBytesMax) return short_number(node.value);
  const auto decimals = static_cast<std::size_t>(node.decimals);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, ".");
  return (node.value.sign() < 0 ? "-" : "") + digits;
}

class Shower {
 public:
  explicit Shower(const Expression& expression) : expression_(expression) {}

  std::string run(int root) {
    const std::vector<int> nodes = nodes_below(expression_, root);
    shown_.resize(static_cast<std::size_t>(root) + 1);
    for (const int index : nodes) {
      Shown& shown = shown_[static_cast<std::size_t>(index)];
      shown = one(expression_.at(index));
      if (shown.text.size() > kBytesMax) shown = {"...", 5};
    }
    return shown_.back().text;
  }

 private:
  const Shown& arg(const Node& node, std::size_t i) const {
    return shown_[static_cast<std::size_t>(node.args[i])];
  }

  std::string inside(const Node& node, std::size_t i, int tightness) const {
    const Shown& part = arg(node, i);
    return part.tightness >= tightness ? part.text : "(" + part.text + ")";
  }

  std::string entries(const Node& node, std::string_view separator = ", ") const {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < node.args.size(); ++i) parts.push_back(arg(node, i).text);
    return join(parts, separator);
  }

  std::string matrix(const Node& node) const {
    std::string text = "[";
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      if (i > 0) text += i % static_cast<std::size_t>(node.decimals) == 0 ? "; " : ", ";
      text += arg(node, i).text;
    }
    return text + "]";
  }

  Shown sum(const Node& node) const {
    const std::string right = inside(node, 1, 3);
    const std::string left = inside(node, 0, 2);
    if (right.starts_with("-")) return {left + " - " + right.substr(1), 2};
    return {left + " + " + right, 2};
  }

  Shown one(const Node& node) const {
    switch (node.kind) {
      case NodeKind::kNumber: {
        const std::string text = number(node);
        return {text, text.starts_with("-") || contains(text, "/") ? 3 : 5};
      }
      case NodeKind::kSymbol:
      case NodeKind::kWord:
        return {node.text, 5};
      case NodeKind::kSum:
        return sum(node);
      case NodeKind::kProduct:
        return {inside(node, 0, 3) + "*" + inside(node, 1, 3), 3};
      case NodeKind::kQuotient:
        return {inside(node, 0, 3) + (node.text == ":" ? ":" : "/") + inside(node, 1, 4), 3};
      case NodeKind::kPower:
        return {inside(node, 0, 5) + "^" + inside(node, 1, 5), 4};
      case NodeKind::kNegate:
        return {"-" + inside(node, 0, 3), 3};
      case NodeKind::kPlusMinus:
        return {node.args.size() == 1 ? "+-" + inside(node, 0, 3)
                                      : inside(node, 0, 2) + " +- " + inside(node, 1, 3),
                2};
      case NodeKind::kRoot: {
        const bool square = arg(node, 1).text == "2";
        return {square ? "sqrt(" + arg(node, 0).text + ")"
                       : "root(" + arg(node, 0).text + ", " + arg(node, 1).text + ")",
                5};
      }
      case NodeKind::kFactorial:
        return {inside(node, 0, 5) + (node.text.empty() ? "!" : "!!"), 5};
      case NodeKind::kBinomial:
        return {"binomial(" + entries(node) + ")", 5};
      case NodeKind::kAbsolute:
        return {"|" + arg(node, 0).text + "|", 5};
      case NodeKind::kFunction:
        return {node.text + "(" + entries(node) + ")", 5};
      case NodeKind::kPercent:
        return {inside(node, 0, 4) + "%", 4};
      case NodeKind::kUnit:
        return {inside(node, 0, 3) + " " + node.text, 3};
      case NodeKind::kBased:
        return {node.text + " in its base, " + short_number(node.value), 5};
      case NodeKind::kList:
        return {entries(node), 0};
      case NodeKind::kSet:
        return {"{" + entries(node) + "}", 5};
      case NodeKind::kGroup:
        return {node.text.substr(0, 1) + entries(node) + node.text.substr(1), 5};
      case NodeKind::kRatio:
        return {entries(node, ":"), 3};
      case NodeKind::kMatrix:
        return {matrix(node), 5};
      case NodeKind::kUnion: {
        const std::string_view sign = node.text == "cup"   ? " union "
                                      : node.text == "cap" ? " intersection "
                                                           : " without ";
        return {inside(node, 0, 1) + std::string(sign) + inside(node, 1, 1), 1};
      }
      case NodeKind::kRelation:
        return {arg(node, 0).text + " " + node.text + " " + inside(node, 1, 1), 1};
    }
    return {"...", 5};
  }

  const Expression& expression_;
  std::vector<Shown> shown_;
};

}  // namespace

std::string show(const Expression& expression) {
  return expression.parsed() ? Shower(expression).run(expression.root) : std::string();
}

std::string show_reading(std::string_view answer) {
  const Expression read = parse_answer(answer);
  return read.parsed() ? show(read) : std::string(trim(answer).substr(0, kBytesMax));
}

}  // namespace drp::answers
