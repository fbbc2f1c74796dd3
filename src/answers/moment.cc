// SPDX-License-Identifier: Apache-2.0
#include "answers/moment.h"

#include <array>
#include <string>
#include <vector>

#include "answers/token.h"
#include "base/text.h"

namespace drp::answers {
namespace {

constexpr std::size_t kBytesMax = 60;

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

// Runs of digits and of letters in lower case, without LaTeX commands and other signs.
std::vector<std::string> pieces(std::string_view text) {
  std::vector<std::string> found;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (is_digit(text[at])) {
      while (end < text.size() && is_digit(text[end])) ++end;
      found.emplace_back(text.substr(at, end - at));
    } else if (is_letter(text[at])) {
      while (end < text.size() && is_letter(text[end])) ++end;
      found.push_back(to_lower(text.substr(at, end - at)));
    } else if (text[at] == '\\') {
      while (end < text.size() && is_letter(text[end])) ++end;
    } else if (contains(":,.-/{}$ ~()", text.substr(at, 1)) || is_space(text[at])) {
      if (text[at] == ':') found.emplace_back(":");
    } else {
      return {};
    }
    at = end;
  }
  return found;
}

std::optional<int> number_below(const std::string& piece, int limit) {
  const auto value = piece.size() <= 4 ? parse_int(piece) : std::nullopt;
  if (!value || *value < 0 || *value >= limit) return std::nullopt;
  return static_cast<int>(*value);
}

int month_of(const std::string& word) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    const bool abbreviated = (word.size() == 3 || word == "sept") && kMonths[i].starts_with(word);
    if (word == kMonths[i] || abbreviated) return static_cast<int>(i) + 1;
  }
  return 0;
}

bool is_ordinal_ending(const std::string& word) {
  return word == "st" || word == "nd" || word == "rd" || word == "th";
}

}  // namespace

bool ClockTime::agrees(const ClockTime& other) const {
  if (minute != other.minute) return false;
  if (half != Half::kUnsaid && other.half != Half::kUnsaid) {
    return hour == other.hour;
  }
  return hour % 12 == other.hour % 12;
}

bool CalendarDay::agrees(const CalendarDay& other) const {
  return day == other.day && month == other.month && (!year || !other.year || *year == *other.year);
}

std::optional<ClockTime> read_time(std::string_view text, bool expected) {
  if (text.size() > kBytesMax) return std::nullopt;
  std::vector<std::string> parts = pieces(text);
  ClockTime time;
  // "p.m." is two letters here.
  if (parts.size() >= 2 && parts.back() == "m" && parts[parts.size() - 2].size() == 1) {
    const std::string first = parts[parts.size() - 2];
    parts.resize(parts.size() - 2);
    parts.push_back(first + "m");
  }
  if (!parts.empty() && (parts.back() == "am" || parts.back() == "pm")) {
    time.half = parts.back() == "am" ? ClockTime::Half::kMorning : ClockTime::Half::kAfternoon;
    parts.pop_back();
  }
  if (parts.empty() || parts.size() == 2 || parts.size() > 3) return std::nullopt;
  const bool said = time.half != ClockTime::Half::kUnsaid;
  const auto hour = number_below(parts[0], said ? 13 : 24);
  if (!hour || (parts.size() == 1 && !said)) return std::nullopt;
  time.hour = *hour;
  if (parts.size() == 3) {
    const auto minute = number_below(parts[2], 60);
    if (parts[1] != ":" || !minute || parts[2].size() != 2) return std::nullopt;
    if (!said && !expected && *minute >= 10) return std::nullopt;
    time.minute = *minute;
  }
  if (said) {
    time.hour = time.hour % 12 + (time.half == ClockTime::Half::kAfternoon ? 12 : 0);
  } else if (time.hour == 0 || time.hour > 12) {
    time.half = time.hour > 12 ? ClockTime::Half::kAfternoon : ClockTime::Half::kMorning;
  }
  return time;
}

std::optional<CalendarDay> read_day(std::string_view text) {
  if (text.size() > kBytesMax) return std::nullopt;
  CalendarDay day;
  std::vector<std::string> numbers;
  for (const std::string& part : pieces(text)) {
    if (is_digit(part[0])) {
      numbers.push_back(part);
    } else if (const int month = month_of(part); month > 0 && day.month == 0) {
      day.month = month;
    } else if (!is_ordinal_ending(part) && part != "of" && part != "the") {
      return std::nullopt;
    }
  }
  if (day.month == 0) {
    const bool iso = numbers.size() == 3 && numbers[0].size() == 4 && numbers[1].size() == 2 &&
                     numbers[2].size() == 2 && trim(text).size() == 10;
    const auto month = iso ? number_below(numbers[1], 13) : std::nullopt;
    if (!month) return std::nullopt;
    day.month = *month;
    numbers = {numbers[2], numbers[0]};
  }
  if (numbers.empty() || numbers.size() > 2) return std::nullopt;
  const auto date = number_below(numbers[0], 32);
  if (!date || *date == 0 || day.month == 0) return std::nullopt;
  day.day = *date;
  if (numbers.size() == 2) {
    day.year = number_below(numbers[1], 10'000);
    if (!day.year || numbers[1].size() != 4) return std::nullopt;
  }
  return day;
}

}  // namespace drp::answers
