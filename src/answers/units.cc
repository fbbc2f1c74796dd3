// SPDX-License-Identifier: Apache-2.0
#include "answers/units.h"

#include <array>
#include <vector>

#include "base/text.h"

namespace drp::answers {
namespace {

struct Unit {
  std::string_view word;
  std::string_view name;
};

constexpr std::array kUnits = {
    Unit{"mm", "mm"},         Unit{"millimeter", "mm"}, Unit{"millimetre", "mm"},
    Unit{"cm", "cm"},         Unit{"centimeter", "cm"}, Unit{"centimetre", "cm"},
    Unit{"m", "m"},           Unit{"meter", "m"},       Unit{"metre", "m"},
    Unit{"km", "km"},         Unit{"kilometer", "km"},  Unit{"kilometre", "km"},
    Unit{"in", "in"},         Unit{"inch", "in"},       Unit{"inche", "in"},
    Unit{"ft", "ft"},         Unit{"foot", "ft"},       Unit{"feet", "ft"},
    Unit{"yd", "yd"},         Unit{"yard", "yd"},       Unit{"mi", "mi"},
    Unit{"mile", "mi"},       Unit{"mg", "mg"},         Unit{"g", "g"},
    Unit{"gram", "g"},        Unit{"kg", "kg"},         Unit{"kilogram", "kg"},
    Unit{"lb", "lb"},         Unit{"pound", "lb"},      Unit{"oz", "oz"},
    Unit{"ounce", "oz"},      Unit{"ton", "ton"},       Unit{"ml", "ml"},
    Unit{"milliliter", "ml"}, Unit{"l", "l"},           Unit{"liter", "l"},
    Unit{"litre", "l"},       Unit{"gallon", "gallon"}, Unit{"s", "s"},
    Unit{"sec", "s"},         Unit{"second", "s"},      Unit{"min", "min"},
    Unit{"minute", "min"},    Unit{"h", "h"},           Unit{"hr", "h"},
    Unit{"hour", "h"},        Unit{"day", "day"},       Unit{"week", "week"},
    Unit{"month", "month"},   Unit{"yr", "year"},       Unit{"year", "year"},
    Unit{"mph", "mi per h"},  Unit{"degree", "degree"}, Unit{"deg", "degree"},
    Unit{"radian", "radian"}, Unit{"rad", "radian"},    Unit{"cent", "cent"},
    Unit{"dollar", "$"},      Unit{"usd", "$"},         Unit{"$", "$"},
    Unit{"euro", "\u20ac"},   Unit{"\u20ac", "\u20ac"}, Unit{"\u00a3", "\u00a3"},
    Unit{"\u00a5", "\u00a5"}, Unit{"percent", "%"},     Unit{"unit", "unit"},
    Unit{"sq", "square"},     Unit{"square", "square"}, Unit{"cubic", "cubic"},
    Unit{"cu", "cubic"},
};

std::string canonical(std::string_view unit) {
  std::string result;
  for (std::string_view word : split(unit, ' ')) {
    if (word.empty()) continue;
    std::string lower = to_lower(word);
    const std::string_view known = unit_name(lower);
    if (known.empty() && lower.size() > 3 && lower.back() == 's') lower.pop_back();
    if (!result.empty()) result += ' ';
    result += known.empty() ? std::string_view(lower) : known;
  }
  return result;
}

// "square cm" and "cm ^2" are one.
std::string powers_as_words(std::string unit) {
  if (unit.ends_with(" ^2")) return "square " + unit.substr(0, unit.size() - 3);
  if (unit.ends_with(" ^3")) return "cubic " + unit.substr(0, unit.size() - 3);
  return unit;
}

}  // namespace

std::string_view unit_name(std::string_view word) {
  std::string lower = to_lower(word);
  for (int round = 0; round < 2; ++round) {
    for (const Unit& unit : kUnits) {
      if (unit.word == lower) return unit.name;
    }
    if (lower.size() < 3 || lower.back() != 's') break;
    lower.pop_back();
  }
  return {};
}

bool units_agree(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty() || a == b) return true;
  const std::string first = powers_as_words(canonical(a));
  const std::string second = powers_as_words(canonical(b));
  if (first == second) return true;
  // "15 degrees" leaves open which; Celsius is not Fahrenheit.
  if (first.starts_with("degree") && second.starts_with("degree")) {
    return first == "degree" || second == "degree";
  }
  // "units" without a kind says nothing beyond itself: "square units" is any area.
  if (first == "unit" || second == "unit") return true;
  // "red apples" and "apples" name the same things.
  const auto last_words = [](const std::string& longer, const std::string& shorter) {
    return longer.ends_with(" " + shorter) && !longer.starts_with("square ") &&
           !longer.starts_with("cubic ") && !contains(longer, " per ");
  };
  return last_words(first, second) || last_words(second, first);
}

}  // namespace drp::answers
