// SPDX-License-Identifier: Apache-2.0
// Finite sums and products over a range of integers.
#include <utility>

#include "answers/fold.h"

namespace drp::answers {
namespace {

// Steps that putting `term` to `total` counts for: fractions cost a common divisor, integers next
// to nothing.
std::size_t cost_of(const Rational& total, const Rational& term) {
  constexpr std::size_t kWordBits = 64;
  const std::size_t words = total.bits() / kWordBits;
  if (!total.is_integer() || !term.is_integer()) return words / 8;
  return words * (1 + term.bits() / kWordBits) / 128;
}

}  // namespace

int Builder::series(std::string_view name, const Series& series, int body) {
  const auto low = at(series.low).is_number() ? at(series.low).value.to_int() : std::nullopt;
  const auto high = at(series.high).is_number() ? at(series.high).value.to_int() : std::nullopt;
  if (low && high && *high - *low < kSeriesTermsMax && !too_large()) {
    const std::size_t before = nodes_.size();
    const int node = written_out(name, series.index, *low, *high, body);
    if (node >= 0) return node;
    nodes_.resize(before);
  }
  const int index = leaf(NodeKind::kWord, series.index);
  return make(NodeKind::kFunction, {body, index, series.low, series.high}, std::string(name));
}

int Builder::written_out(std::string_view name, const std::string& index, std::int64_t low,
                         std::int64_t high, int body) {
  const bool product = name == "prod";
  const NodeKind joined = product ? NodeKind::kProduct : NodeKind::kSum;
  Rational total(product ? 1 : 0);  // of the terms that are numbers
  int rest = -1;                    // of the others
  const std::size_t before = nodes_.size();
  for (std::int64_t k = low; k <= high; ++k) {
    const std::size_t mark = nodes_.size();
    const int term = substituted(body, index, number(Rational(k)));
    if (at(term).kind == NodeKind::kWord) return term;  // undefined, or no mathematics at all
    if (at(term).is_number()) {
      series_steps_ += cost_of(total, at(term).value);
      total = product ? total * at(term).value : total + at(term).value;
      nodes_.resize(mark);
    } else {
      rest = rest < 0 ? term : make(joined, {rest, term});
    }
    if (series_steps_ > kSeriesStepsMax || total.bits() > kPowerBitsMax || too_large() ||
        nodes_.size() - before > kSeriesNodesMax) {
      return -1;
    }
  }
  const bool plain = total == Rational(product ? 1 : 0);
  bits_ += total.bits();
  if (rest >= 0 && plain) return rest;
  const int value = number(std::move(total));
  return rest < 0 ? value : make(joined, {rest, value});
}

int Builder::substituted(int root, std::string_view name, int value) {
  const auto size = static_cast<std::size_t>(root) + 1;
  std::vector<bool> below(size, false);
  below[size - 1] = true;
  std::vector<int> order;
  for (int i = root; i >= 0; --i) {
    if (!below[static_cast<std::size_t>(i)]) continue;
    order.push_back(i);
    for (const int arg : at(i).args) below[static_cast<std::size_t>(arg)] = true;
  }
  series_steps_ += order.size() + size / 16;
  std::vector<int> copies(size, -1);
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    Node node = at(*i);
    int& copy = copies[static_cast<std::size_t>(*i)];
    copy = *i;
    if (node.is_symbol(name)) copy = value;
    if (node.args.empty()) continue;
    bool same = true;
    for (int& arg : node.args) {
      const int put = copies[static_cast<std::size_t>(arg)];
      same = same && put == arg;
      arg = put;
    }
    if (same) continue;
    if (node.text == "sum" || node.text == "prod") {
      const Series inner{at(node.args[1]).text, node.args[2], node.args[3]};
      copy = series(node.text, inner, node.args[0]);
    } else if (node.kind == NodeKind::kFunction) {
      copy = function(node.text, std::move(node.args));
    } else {
      copy = make(node.kind, std::move(node.args), std::move(node.text));
      if (node.kind == NodeKind::kMatrix) at(copy).decimals = node.decimals;
    }
  }
  return copies.back();
}

}  // namespace drp::answers
