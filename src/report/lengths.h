// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "records/evaluation.h"

namespace drp::report {

// How long the responses of one arm are. Shares are of all its responses.
struct LengthSeries {
  std::string arm;
  std::int64_t responses = 0;
  double mean = 0;
  double median = 0;
  double p90 = 0;
  std::int64_t max = 0;
  double share_cut = 0;   // cut off at the token limit
  double share_loop = 0;  // ended in a loop
  // Share in each bin [i, i + 1) * bin_tokens; responses cut off at the limit are in no bin.
  std::vector<double> histogram;
  // Kernel density over the same responses in the histogram's unit (share a bin width). The mass is
  // reflected at 0 and at the end of the axis, so that none lies beyond them.
  std::vector<double> density_x;
  std::vector<double> density_y;
};

// How many right answers are in hand when every response is cut at a number of tokens.
struct CaptureSeries {
  std::string arm;
  std::int64_t responses = 0;
  std::int64_t right = 0;
  // Ascending; captured[i] is the share of the right answers that need at most tokens[i].
  std::vector<std::int64_t> tokens;
  std::vector<double> captured;
  // Tokens that capture 50, 90 and 99 % of the right answers.
  std::int64_t tokens_50 = 0;
  std::int64_t tokens_90 = 0;
  std::int64_t tokens_99 = 0;
};

struct LengthFigures {
  std::string set;  // empty: all sets together
  std::optional<std::int64_t> limit;
  double axis_end = 0;    // the limit, else the longest response
  double bin_tokens = 0;  // a round number, so small that few bins hold a large share
  std::vector<LengthSeries> lengths;
  std::vector<CaptureSeries> capture;
};

// Keeps 4 bytes a response. The set of a response is its tag "set".
class LengthCollector {
 public:
  struct Options {
    std::optional<std::string> set;  // of these responses alone
    // Else the one seen in cut-off responses, if any.
    std::optional<std::int64_t> limit;
    std::vector<std::string> order;  // arms that come first; the rest by name
  };

  void add(const Scored& row);
  std::vector<std::string> sets() const;
  LengthFigures figures(const Options& options) const;

 private:
  struct Arm {
    std::vector<std::int32_t> whole;  // ended by themselves or in a loop
    std::vector<std::int32_t> right;
    std::vector<std::int32_t> cut;
    std::int64_t loops = 0;
  };
  using Arms = std::map<std::string, Arm>;

  Arms arms_of(const std::optional<std::string>& set) const;
  static LengthSeries length_series(const std::string& name, const Arm& arm, double axis_end,
                                    double bin_tokens);

  std::map<std::string, Arms> sets_;
};

}  // namespace drp::report
