// SPDX-License-Identifier: Apache-2.0
#include "evaluate/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "evaluate/statistics.h"

namespace drp::evaluate {
namespace {

// An index below `size` by multiplication (Lemire 2019) without his rejection step: uneven by less
// than size / 2^64, and several times faster than Random::index(), which is even.
std::size_t draw_index(Random& random, std::size_t size) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>((Wide{random.next()} * size) >> 64);
}

// A resample, as far as a ratio and its standard error need it.
struct Sums {
  double count = 0;
  double before = 0;
  double after = 0;
  double before_squares = 0;
  double after_squares = 0;
  double products = 0;

  void add(const TokenPair& pair) {
    ++count;
    before += pair.before;
    after += pair.after;
    before_squares += pair.before * pair.before;
    after_squares += pair.after * pair.after;
    products += pair.before * pair.after;
  }
};

struct Studentised {
  double value = 0;
  double error = 0;  // standard error
};

// log(sum(after) / sum(before)), its error by linearisation (the delta method).
std::optional<Studentised> log_ratio(const Sums& sums) {
  if (sums.before <= 0 || sums.after <= 0) return std::nullopt;
  const double ratio = sums.after / sums.before;
  double residuals =
      sums.after_squares - 2 * ratio * sums.products + ratio * ratio * sums.before_squares;
  if (residuals < 1e-12 * sums.after_squares) residuals = 0;  // what rounding leaves
  const double error = std::sqrt(sums.count * residuals / (sums.count - 1)) / sums.before;
  return Studentised{std::log(ratio), error / ratio};
}

// The mean of `after`.
std::optional<Studentised> mean(const Sums& sums) {
  const double value = sums.after / sums.count;
  double squares = sums.after_squares - sums.after * value;
  if (squares < 1e-12 * sums.after_squares) squares = 0;
  return Studentised{value, std::sqrt(squares / (sums.count - 1) / sums.count)};
}

using Statistic = std::optional<Studentised> (*)(const Sums&);

Estimate interval_of(std::span<const TokenPair> items, const BootstrapOptions& options,
                     Statistic statistic) {
  DRP_CHECK(options.resamples > 0, "a bootstrap needs resamples");
  Sums all;
  for (const TokenPair& item : items) all.add(item);
  const auto whole = statistic(all);
  if (!whole) return {};
  const double value = whole->value;
  if (items.size() < 2 || whole->error == 0) return {value, value, value};

  const bool studentised = items.size() >= kStudentisedMin;
  Random random(options.seed);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(options.resamples));
  for (int i = 0; i < options.resamples; ++i) {
    Sums sums;
    for (std::size_t draw = 0; draw < items.size(); ++draw) {
      sums.add(items[draw_index(random, items.size())]);
    }
    const auto resample = statistic(sums);
    if (!resample) continue;
    if (!studentised) {
      values.push_back(resample->value);
    } else if (resample->error > 0) {
      values.push_back((resample->value - value) / resample->error);
    }
  }
  std::sort(values.begin(), values.end());
  const double low = quantile(values, 0.025);
  const double high = quantile(values, 0.975);
  if (!studentised) return {value, std::min(low, value), std::max(high, value)};
  return {value, value - high * whole->error, value - low * whole->error};
}

}  // namespace

Estimate tokens_cut(std::span<const TokenPair> problems, const BootstrapOptions& options) {
  TokenPair total;
  for (const TokenPair& problem : problems) {
    total.before += problem.before;
    total.after += problem.after;
  }
  if (total.before <= 0) return {};
  if (total.after <= 0) return {1, 1, 1};
  const Estimate log = interval_of(problems, options, log_ratio);
  return {1 - total.after / total.before, 1 - std::exp(log.high), 1 - std::exp(log.low)};
}

Estimate token_ratio(std::span<const TokenPair> problems, const BootstrapOptions& options) {
  if (problems.empty()) return {1, 1, 1};
  std::vector<TokenPair> logs;
  logs.reserve(problems.size());
  for (const TokenPair& problem : problems) {
    logs.push_back({0, std::log(std::max(1.0, problem.after) / std::max(1.0, problem.before))});
  }
  const Estimate log = interval_of(logs, options, mean);
  return {std::exp(log.value), std::exp(log.low), std::exp(log.high)};
}

}  // namespace drp::evaluate
