// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answers/expression.h"

namespace drp::answers {

// All exact results of one answer together may have this many bits; then folding stops.
inline constexpr std::size_t kFoldBitsMax = 8'000'000;

// What a \\sum or \\prod runs over; the bounds are nodes.
struct Series {
  std::string index;
  int low = -1;
  int high = -1;
};

inline constexpr std::int64_t kSeriesTermsMax = 10'000;
// Nodes rebuilt and machine words of results, of all series of one answer together.
inline constexpr std::size_t kSeriesStepsMax = 250'000;
// Of a series that is no number.
inline constexpr std::size_t kSeriesNodesMax = 2'000;

// Makes nodes; what is exactly rational becomes one number at once (division by zero and powers
// over the limits stay as they are).
class Builder {
 public:
  int number(Rational value, int decimals = -1);
  int leaf(NodeKind kind, std::string text);
  int based(Rational value, std::string digits);
  int make(NodeKind kind, std::vector<int> args, std::string text = {});
  // A function by name: max, min, gcd, lcm, floor, ceil and det of numbers become a number.
  int function(std::string_view name, std::vector<int> args);

  // The finite sum ("sum") or product ("prod") of `body` over the integers `low` to `high` put for
  // the symbol `index`: a number, or the terms written out; with bounds that are no numbers, or
  // over kSeriesTermsMax terms or kSeriesStepsMax steps, a function node that keeps its form.
  int series(std::string_view name, const Series& series, int body);

  // Both values of every +- below `root`: the list of the two, or of those of all entries; `root`
  // itself where there is none.
  int open_signs(int root);

  const Node& at(int index) const { return nodes_[static_cast<std::size_t>(index)]; }
  Node& at(int index) { return nodes_[static_cast<std::size_t>(index)]; }
  std::vector<Node> take() { return std::move(nodes_); }
  bool too_large() const { return bits_ > kFoldBitsMax; }

 private:
  int with_sign(int root, bool minus);
  // A copy of what stands below `root` with `value` for the symbol `name`.
  int substituted(int root, std::string_view name, int value);
  // The terms put together; -1 over the limits.
  int written_out(std::string_view name, const std::string& index, std::int64_t low,
                  std::int64_t high, int body);
  int add(Node node);
  std::optional<Rational> folded(NodeKind kind, const std::vector<int>& args,
                                 std::string_view text) const;
  std::optional<Rational> folded_function(std::string_view name,
                                          const std::vector<int>& args) const;
  int ratio(std::vector<int> args);
  std::optional<Rational> folded_power(const Rational& base, const Rational& exponent) const;

  std::vector<Node> nodes_;
  std::size_t bits_ = 0;  // of all folded results
  std::size_t series_steps_ = 0;
};

}  // namespace drp::answers
