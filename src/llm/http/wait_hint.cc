// SPDX-License-Identifier: Apache-2.0
#include "llm/http/wait_hint.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include "base/text.h"

namespace drp::llm::http {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr double kSecondsADay = 86400;

std::optional<double> join_date(std::int64_t year, std::int64_t month, std::int64_t day,
                                std::string_view time) {
  const auto parts = split(time, ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hour = parse_int(parts[0]);
  const auto minute = parse_int(parts[1]);
  const auto second = parse_int(parts[2]);
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!hour || !minute || !second || !date.ok()) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return static_cast<double>(days) * kSecondsADay +
         static_cast<double>(*hour * 3600 + *minute * 60 + *second);
}

std::optional<std::int64_t> month_number(std::string_view name) {
  const auto found = std::find(kMonths.begin(), kMonths.end(), to_lower(name));
  if (found == kMonths.end()) return std::nullopt;
  return found - kMonths.begin() + 1;
}

// Two digits are of the century that makes them most recent (RFC 9110: within 50 years ahead).
std::int64_t whole_year(std::int64_t year) {
  if (year >= 100) return year;
  return year < 70 ? year + 2000 : year + 1900;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view word : split(text, ' ')) {
    if (!word.empty()) out.push_back(word);
  }
  return out;
}

}  // namespace

std::optional<double> unix_seconds(std::string_view date) {
  date = trim(date);
  if (date.size() == 20 && date[10] == 'T' && date.back() == 'Z') {  // 2026-01-31T12:00:00Z
    const auto day = split(date.substr(0, 10), '-');
    if (day.size() != 3) return std::nullopt;
    const auto year = parse_int(day[0]);
    const auto month = parse_int(day[1]);
    const auto number = parse_int(day[2]);
    if (!year || !month || !number) return std::nullopt;
    return join_date(*year, *month, *number, date.substr(11, 8));
  }
  auto parts = words(date);
  if (parts.size() == 4) {  // Sunday, 06-Nov-94 08:49:37 GMT
    const auto day = split(parts[1], '-');
    if (day.size() != 3) return std::nullopt;
    parts = {parts[0], day[0], day[1], day[2], parts[2], parts[3]};
  } else if (parts.size() == 5) {  // Sun Nov  6 08:49:37 1994
    parts = {parts[0], parts[2], parts[1], parts[4], parts[3], "GMT"};
  }
  if (parts.size() != 6) return std::nullopt;  // Sun, 06 Nov 1994 08:49:37 GMT
  const auto day = parse_int(parts[1]);
  const auto month = month_number(parts[2]);
  const auto year = parse_int(parts[3]);
  if (!day || !month || !year || *day < 1 || *day > 31) return std::nullopt;
  return join_date(whole_year(*year), *month, *day, parts[4]);
}

std::optional<double> duration_seconds(std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (const auto plain = parse_double(text)) {
    if (!std::isfinite(*plain) || *plain < 0) return std::nullopt;
    return plain;
  }
  double total = 0;
  while (!text.empty()) {
    std::size_t digits = 0;
    while (digits < text.size() && (is_digit(text[digits]) || text[digits] == '.')) ++digits;
    const auto value = parse_double(text.substr(0, digits));
    if (digits == 0 || !value) return std::nullopt;
    std::size_t end = digits;
    while (end < text.size() && is_letter(text[end])) ++end;
    const std::string_view unit = text.substr(digits, end - digits);
    if (unit == "ms") {
      total += *value / 1000;
    } else if (unit == "s") {
      total += *value;
    } else if (unit == "m") {
      total += *value * 60;
    } else if (unit == "h") {
      total += *value * 3600;
    } else if (unit == "d") {
      total += *value * kSecondsADay;
    } else {
      return std::nullopt;
    }
    text.remove_prefix(end);
  }
  return total;
}

std::optional<double> retry_after(const Headers& headers, double now_unix) {
  if (const auto milliseconds = headers.get("retry-after-ms")) {
    const auto value = parse_double(*milliseconds);
    if (value && std::isfinite(*value) && *value >= 0) return *value / 1000;
  }
  const auto text = headers.get("retry-after");
  if (!text) return std::nullopt;
  if (const auto seconds = duration_seconds(*text)) return seconds;
  const auto until = unix_seconds(*text);
  if (!until) return std::nullopt;
  const auto sent = unix_seconds(headers.get("date").value_or(""));
  return std::max(0.0, *until - sent.value_or(now_unix));
}

std::optional<RateLimit> rate_limit(const Headers& headers, std::string_view kind) {
  const auto value = [&](std::string_view what) {
    return headers.get("x-ratelimit-" + std::string(what) + "-" + std::string(kind));
  };
  const auto limit = parse_int(value("limit").value_or(""));
  const auto remaining = parse_int(value("remaining").value_or(""));
  if (!limit || !remaining || *limit <= 0) return std::nullopt;
  RateLimit out;
  out.limit = *limit;
  out.remaining = std::clamp<std::int64_t>(*remaining, 0, *limit);
  out.reset_s = duration_seconds(value("reset").value_or(""));
  return out;
}

}  // namespace drp::llm::http
