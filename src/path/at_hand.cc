// SPDX-License-Identifier: Apache-2.0
#include "path/at_hand.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/text.h"

namespace drp::path {
namespace {

constexpr std::size_t kFiguresMax = 12;
constexpr std::size_t kFormulaReach = 3;  // kept items back to the equation that is worked on
constexpr std::int64_t kCountMax = 100 * 10000;

struct Ratio {
  std::string_view unit;  // the begin of the word
  std::array<double, 3> values;
};

constexpr std::array<Ratio, 29> kRatios = {{
    {"second", {60}},   {"minute", {60}},       {"hour", {60, 24}},        {"day", {24, 7, 365}},
    {"week", {7, 52}},  {"month", {12, 30}},    {"year", {12, 52, 365}},   {"decade", {10}},
    {"century", {100}}, {"foot", {12, 3}},      {"feet", {12, 3}},         {"inch", {12}},
    {"yard", {3, 36}},  {"mile", {5280}},       {"pound", {16}},           {"ounce", {16}},
    {"dozen", {12}},    {"cent", {100}},        {"dollar", {100}},         {"dime", {10}},
    {"nickel", {5}},    {"quarter", {4, 25}},   {"gallon", {4, 16, 128}},  {"quart", {4}},
    {"kilo", {1000}},   {"meter", {100, 1000}}, {"centimeter", {100, 10}}, {"gram", {1000}},
    {"liter", {1000}},
}};

// Spans of digits made one sign, so that only the shape of a line is left.
std::string shape_of(std::string_view text) {
  std::string shape;
  for (const char c : trim(text)) {
    if (!is_digit(c)) {
      shape += c;
    } else if (shape.empty() || shape.back() != '#') {
      shape += '#';
    }
  }
  return shape;
}

bool begins_word(std::string_view lower, std::string_view word) {
  for (std::size_t at = 0; (at = lower.find(word, at)) != std::string_view::npos; ++at) {
    if (at == 0 || !is_letter(lower[at - 1])) return true;
  }
  return false;
}

std::string_view after_words(std::string_view text, std::string_view words) {
  return text.starts_with(words) ? text.substr(words.size()) : std::string_view();
}

// 5 and 16 of "10/32 simplifies to 5/16".
bool is_reduced_term(std::string_view text, std::int64_t key) {
  std::vector<Number> fractions;
  const std::vector<Number> numbers = find_numbers(text);
  for (const Number& number : numbers) {
    if (!number.fraction || number.word) continue;
    const bool again = std::any_of(fractions.begin(), fractions.end(), [&](const Number& earlier) {
      return number_key(earlier.value) == number_key(number.value);
    });
    const bool term = std::any_of(numbers.begin(), numbers.end(), [&](const Number& part) {
      return !part.fraction && part.span.begin >= number.span.begin &&
             part.span.end <= number.span.end && number_key(part.value) == key;
    });
    if (again && term) return true;
    fractions.push_back(number);
  }
  return false;
}

// "11^3 = 1331" after "11^2 = 121".
bool goes_on_with(std::string_view text, std::string_view before, std::int64_t key) {
  if (key > kCountMax || shape_of(text) != shape_of(before)) return false;
  const std::vector<Number> here = find_numbers(text);
  const std::vector<Number> there = find_numbers(before);
  if (here.size() != there.size()) return false;
  for (std::size_t i = 0; i < here.size(); ++i) {
    if (number_key(here[i].value) == key && here[i].value == there[i].value + 1) return true;
  }
  return false;
}

// One operation on two of the figures gives the value.
bool is_one_operation(const std::vector<std::int64_t>& figures, std::int64_t key) {
  if (figures.size() > kFiguresMax) return false;
  const auto hits = [key](double value) {
    return std::isfinite(value) && number_key(value) == key;
  };
  for (const std::int64_t left : figures) {
    for (const std::int64_t right : figures) {
      const double a = key_value(left);
      const double b = key_value(right);
      if (hits(a + b) || hits(a - b) || hits(a * b) || (b != 0 && hits(a / b))) return true;
    }
  }
  return false;
}

// Both are equations about the same unknown.
bool is_formula_of(const FlowItem& before, const FlowItem& item) {
  return (before.flow->symbols & item.flow->symbols) != 0 && contains(before.text, "=") &&
         contains(item.text, "=");
}

}  // namespace

bool means_own_value(std::string_view lower) {
  constexpr std::array<std::string_view, 7> kPointers = {
      "that number", "that amount", "that value",   "that total",
      "this number", "this amount", "those amounts"};
  std::size_t at = std::string_view::npos;
  for (const std::string_view pointer : kPointers) at = std::min(at, lower.find(pointer));
  if (at == std::string_view::npos) return false;
  const std::size_t clause = lower.substr(0, at).rfind(", ");
  if (clause == std::string_view::npos) return false;
  const std::string_view earlier = lower.substr(0, clause);
  // "In 2 hours, half of that amount": a time or a place is not what is meant.
  for (const std::string_view opener :
       {"in ", "on ", "at ", "after ", "for ", "over ", "during "}) {
    if (trim(earlier).starts_with(opener)) return false;
  }
  return !find_numbers(earlier).empty();
}

bool counts_choices(std::string_view text, std::size_t i) {
  constexpr std::size_t kReach = 40;  // two numbers
  const std::string_view rest = text.substr(i + 1, kReach);
  const std::size_t close = rest.find(')');
  if (!rest.starts_with("(") || close == std::string_view::npos) return false;
  const std::string_view inside = rest.substr(1, close - 1);
  const std::size_t comma = inside.find(',');
  if (comma == std::string_view::npos) return false;
  return parse_int(trim(inside.substr(0, comma))) && parse_int(trim(inside.substr(comma + 1)));
}

bool presents_formula(std::string_view text, const Flow& flow) {
  const std::size_t core = std::min(flow.opening.core, text.size());
  const std::string lower = to_lower(text.substr(core));
  std::string_view rest;
  for (const std::string_view words : {"that's ", "that is ", "this is ", "that would be ",
                                       "this would be ", "that makes ", "which is "}) {
    if (rest.empty()) rest = after_words(lower, words);
  }
  if (rest.empty()) return false;
  const bool displayed =
      rest.starts_with("\\[") || rest.starts_with("\\(") || rest.starts_with("$$");
  if (displayed && contains(rest, "=")) return true;
  const std::size_t sign = rest.find_first_not_of("$( ");
  const std::size_t begin = core + lower.size() - rest.size() + std::min(sign, rest.size());
  return !flow.equations.empty() && flow.equations.front().span.begin <= begin;
}

bool brings(const std::vector<FlowItem>& items, std::size_t i, std::int64_t key) {
  if (is_reduced_term(items[i].text, key)) return true;
  std::size_t kept = 0;
  for (std::size_t back = i; back > 0 && kept < kFormulaReach; --back) {
    const FlowItem& before = items[back - 1];
    if (!before.kept) continue;
    if (kept++ == 0 && goes_on_with(items[i].text, before.text, key)) return true;
    if (is_formula_of(before, items[i])) return is_one_operation(before.flow->figures, key);
  }
  return false;
}

bool is_digit_of(const std::vector<std::int64_t>& recent, std::int64_t key) {
  constexpr std::size_t kReach = 8;
  if (key % 10000 != 0 || key > 90000) return false;
  const std::string digit = std::to_string(key / 10000);
  std::size_t looked = 0;
  for (auto number = recent.rbegin(); number != recent.rend() && looked < kReach;
       ++number, ++looked) {
    if (*number > 90000 && *number % 10000 == 0 &&
        contains(std::to_string(*number / 10000), digit)) {
      return true;
    }
  }
  return false;
}

bool restates(const Flow& flow, const Flow& last) {
  const auto has = [&last](std::int64_t key) { return has_key(last.mentions, key); };
  return !flow.mentions.empty() && (flow.symbols & ~last.symbols) == 0 &&
         std::all_of(flow.mentions.begin(), flow.mentions.end(), has);
}

bool comes_to(const Flow& flow, const Flow& last) {
  return flow.computes() && flow.symbols == 0 && last.symbols == 0 &&
         has_key(last.results, number_key(flow.equations.back().result));
}

std::vector<std::int64_t> implied_by(std::string_view question,
                                     const std::vector<Number>& numbers) {
  std::vector<std::int64_t> keys;
  for (const Number& number : numbers) {
    const double share = number.percent ? number.value / 100 : number.value;
    if (share <= 0 || share >= 1) continue;
    const double inverse = 1 / share;
    if (std::abs(inverse - std::round(inverse)) < 1e-6) add_key(keys, number_key(inverse));
  }
  const std::string lower = to_lower(question);
  if (contains(lower, "$")) add_key(keys, number_key(100));
  if (contains(lower, "%") || contains(lower, "percent")) add_key(keys, number_key(100));
  for (const Ratio& ratio : kRatios) {
    if (!begins_word(lower, ratio.unit)) continue;
    for (const double value : ratio.values) {
      if (value > 0) add_key(keys, number_key(value));
    }
  }
  return keys;
}

}  // namespace drp::path
