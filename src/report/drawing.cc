// SPDX-License-Identifier: Apache-2.0
#include "report/drawing.h"

#include <algorithm>

#include "base/text.h"

namespace drp::report {
namespace {

constexpr double kIntervalWidth = 160;
constexpr double kIntervalHeight = 18;

std::string number(double value) { return format_fixed(value, 1); }

}  // namespace

std::string draw_bar(double share, std::optional<std::size_t> action) {
  const std::string colour = action ? "action-" + std::to_string(*action) : "accent";
  return "<span class=\"bar\"><i class=\"" + colour +
         "\" style=\"width:" + number(std::clamp(share, 0.0, 1.0) * 100) + "%\"></i></span>";
}

std::string draw_stack(const std::array<std::int64_t, 4>& parts) {
  static constexpr std::array<std::string_view, 4> kNames = {"kept", "deleted", "compressed",
                                                             "merged"};
  std::int64_t total = 0;
  for (const std::int64_t part : parts) total += part;
  if (total == 0) return "";
  std::string out = "<span class=\"stack\">";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == 0) continue;
    const std::string share = number(100.0 * double(parts[i]) / double(total));
    out += "<i class=\"action-" + std::to_string(i) + "\" style=\"width:" + share + "%\" title=\"" +
           std::string(kNames[i]) + " " + share + " %\"></i>";
  }
  return out + "</span>";
}

void IntervalAxis::include(const Estimate& estimate) {
  low = std::min(low, estimate.low);
  high = std::max(high, estimate.high);
}

std::string draw_interval(const Estimate& estimate, const IntervalAxis& axis) {
  constexpr double kMargin = 6;
  const double middle = kIntervalHeight / 2;
  const double range = axis.high - axis.low;
  const auto x = [&](double value) {
    const double part = range > 0 ? std::clamp((value - axis.low) / range, 0.0, 1.0) : 0.5;
    return kMargin + part * (kIntervalWidth - 2 * kMargin);
  };
  const std::string y = number(middle);
  return "<svg class=\"interval\" width=\"" + number(kIntervalWidth) + "\" height=\"" +
         number(kIntervalHeight) + "\" viewBox=\"0 0 " + number(kIntervalWidth) + " " +
         number(kIntervalHeight) +
         "\" aria-hidden=\"true\"><title>points of accuracy; dotted: no "
         "change</title><line class=\"zero\" x1=\"" +
         number(x(0)) + "\" x2=\"" + number(x(0)) + "\" y1=\"0\" y2=\"" + number(kIntervalHeight) +
         "\"/><line class=\"range\" x1=\"" + number(x(estimate.low)) + "\" x2=\"" +
         number(x(estimate.high)) + "\" y1=\"" + y + "\" y2=\"" + y + "\"/><circle cx=\"" +
         number(x(estimate.value)) + "\" cy=\"" + y + "\" r=\"3.5\"/></svg>";
}

}  // namespace drp::report
