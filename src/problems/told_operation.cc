// SPDX-License-Identifier: Apache-2.0
#include "problems/told_operation.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"

namespace drp::problems {
namespace {

Operation make(std::int64_t left, char sign, std::int64_t right) {
  const auto result = apply_sign(sign, left, right);
  DRP_CHECK(result.has_value(), "division that does not come out even");
  return {.sign = sign, .left = left, .right = right, .result = *result};
}

std::string written(std::int64_t left, char sign, std::int64_t right) {
  return equation_text(make(left, sign, right));
}

}  // namespace

std::string operation_phrase(const Operation& operation) {
  const std::string left = std::to_string(operation.left);
  const std::string right = std::to_string(operation.right);
  switch (operation.sign) {
    case '+':
      return "add " + left + " and " + right;
    case '-':
      return "subtract " + right + " from " + left;
    case '*':
      return "multiply " + left + " by " + right;
    default:
      return "divide " + left + " by " + right;
  }
}

std::string_view operation_verb(char sign) {
  switch (sign) {
    case '+':
      return "add";
    case '-':
      return "subtract";
    case '*':
      return "multiply";
    default:
      return "divide";
  }
}

Operation mistaken_operation(const Operation& operation) {
  const auto [low, high] = std::minmax(operation.left, operation.right);
  switch (operation.sign) {
    case '*':
      return make(operation.left, '+', operation.right);
    case '/':
      return make(operation.left, '-', operation.right);
    case '-':
      return make(operation.left, '+', operation.right);
    default:
      return high > low + 1 ? make(high, '-', low) : make(operation.left, '*', operation.right);
  }
}

std::int64_t mistaken_result(const Operation& operation, Random& random) {
  static constexpr std::int64_t kOffsets[] = {1, -1, 2, -2, 10, -10};
  while (true) {
    const std::int64_t wrong = operation.result + kOffsets[random.index(std::size(kOffsets))];
    if (wrong > 1) return wrong;
  }
}

Operation inverse_operation(const Operation& operation) {
  switch (operation.sign) {
    case '+':
      return make(operation.result, '-', operation.right);
    case '-':
      return make(operation.result, '+', operation.right);
    case '*':
      return make(operation.result, '/', operation.right);
    default:
      return make(operation.result, '*', operation.right);
  }
}

std::optional<std::string> split_chain(const Operation& operation) {
  const std::int64_t left = operation.left;
  const std::int64_t right = operation.right;
  if (operation.sign == '+' || operation.sign == '-') {
    const std::int64_t tens = right / 10 * 10;
    if (left < 10 || tens == 0 || tens == right) return std::nullopt;
    const Operation first = make(left, operation.sign, tens);
    return equation_text(first) + ", " + written(first.result, operation.sign, right - tens);
  }
  if (operation.sign == '*') {
    const auto [small, large] = std::minmax(left, right);
    const std::int64_t tens = large / 10 * 10;
    if (large < 13 || tens == large || small < 2 || small > 12) return std::nullopt;
    const Operation first = make(tens, '*', small);
    const Operation second = make(large - tens, '*', small);
    return equation_text(first) + ", " + equation_text(second) + ", " +
           written(first.result, '+', second.result);
  }
  return std::nullopt;
}

std::optional<std::string> other_way_chain(const Operation& operation) {
  if (operation.sign == '+' && operation.left != operation.right) {
    return written(operation.right, '+', operation.left);
  }
  if (operation.sign != '*') return std::nullopt;
  const auto [small, large] = std::minmax(operation.left, operation.right);
  if (small < 2 || small > 4) {
    if (small == large) return std::nullopt;
    return written(operation.right, '*', operation.left);
  }
  std::string chain;
  std::int64_t sum = large;
  for (std::int64_t i = 1; i < small; ++i) {
    if (i > 1) chain += ", ";
    chain += written(sum, '+', large);
    sum += large;
  }
  return chain;
}

std::optional<std::string_view> compared_to_left(const Operation& operation) {
  if (operation.result < operation.left) return "less than";
  if (operation.result > operation.left) return "more than";
  return std::nullopt;
}

}  // namespace drp::problems
