// SPDX-License-Identifier: Apache-2.0
#include "report/wording.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/table.h"

namespace drp::report {
namespace {

// One end of a change: its size in percent, and where it goes.
struct Way {
  std::string size;
  bool fewer = false;
  bool more = false;

  explicit Way(double cut) : size(format_fixed(std::fabs(cut) * 100, 1)) {
    if (size == "0.0") return;
    fewer = cut > 0;
    more = cut < 0;
  }
  std::string text() const { return size + (fewer ? " % fewer" : more ? " % more" : " %"); }
};

}  // namespace

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  return format_count(count) + " " + (count == 1 ? one : many);
}

std::string token_change(const Estimate& cut) {
  const Way way(cut.value);
  return way.fewer || way.more ? way.text() : "as many";
}

std::string token_change_interval(const Estimate& cut) {
  const Way value(cut.value);
  const Way low(cut.low);
  const Way high(cut.high);
  if (value.fewer && !low.more && !high.more) return low.size + " to " + high.size + " %";
  if (value.more && !low.fewer && !high.fewer) return high.size + " to " + low.size + " %";
  if (low.size == high.size && low.size == "0.0") return "0.0 to 0.0 %";
  return low.text() + " to " + high.text();
}

int shown_direction(const Estimate& change, double p) {
  if (!(p < kSignificance)) return 0;
  return change.low > 0 ? 1 : change.high < 0 ? -1 : 0;
}

std::string p_text(double p) {
  const std::string value = p_value(p);
  return value.starts_with('<') ? "p " + value : "p = " + value;
}

std::string accuracy_test(const PairedComparison& pair) {
  return pair.accuracy_test + ", " + p_text(pair.accuracy_p);
}

bool has_several_samples(const Evaluation& evaluation) {
  return std::any_of(evaluation.arms.begin(), evaluation.arms.end(), [](const ArmSummary& arm) {
    return arm.problems > 0 && arm.responses > arm.problems + arm.gold_errors;
  });
}

}  // namespace drp::report
