// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace drp::answers {

// A time of day as written: 3:00, 15:30, 3:05 PM, 3 p.m.
struct ClockTime {
  int hour = 0;  // 0-23 once `half` is known; as written before
  int minute = 0;
  enum class Half { kUnsaid, kMorning, kAfternoon } half = Half::kUnsaid;

  // 3:00 is also 3:00 PM, but 3:00 AM is not.
  bool agrees(const ClockTime& other) const;
};

// A day of the calendar, with or without its year: March 5, 5 March 2021, Mar. 5th, 2021-03-05.
struct CalendarDay {
  int day = 0;
  int month = 0;
  std::optional<int> year;

  // A year that only one side gives is no difference.
  bool agrees(const CalendarDay& other) const;
};

// The whole of `text` as a time of day. 10:15 alone may be a ratio: it is a time only with minutes
// below ten, with a half of the day, or where a time is `expected`.
std::optional<ClockTime> read_time(std::string_view text, bool expected = false);
// The whole of `text` as a day; only with the month in letters, or year, month and day in digits.
std::optional<CalendarDay> read_day(std::string_view text);

}  // namespace drp::answers
