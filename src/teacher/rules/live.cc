// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/live.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"

namespace drp::teacher {
namespace {

// Where a value comes from: the first unit that computes it and writes it down, else the first that
// states it, that writes only what comes to it, that names it; of equals the first that is sure of
// itself.
struct Source {
  std::size_t unit = 0;
  int rank = 0;
};

class Slicer {
 public:
  explicit Slicer(const Draft& draft) : draft_(draft), live_(draft.units.size(), false) {}

  std::vector<bool> run() {
    if (!draft_.anchor) {
      live_.assign(draft_.units.size(), true);
      return std::move(live_);
    }
    find_sources();
    for (std::size_t i = *draft_.anchor; i <= draft_.anchor_end; ++i) {
      mark(i);
    }
    while (!pending_.empty()) {
      const std::size_t i = pending_.back();
      pending_.pop_back();
      follow(i);
    }
    return std::move(live_);
  }

 private:
  void offer(std::int64_t key, std::size_t unit, int rank) {
    const auto [at, fresh] = sources_.try_emplace(key, Source{unit, rank});
    if (!fresh && at->second.rank < rank) {
      at->second = {unit, rank};
    }
  }

  void find_sources() {
    for (std::size_t i = 0; i <= *draft_.anchor; ++i) {
      if (!draft_.kept(i)) {
        continue;
      }
      const path::Flow& flow = draft_.units[i].flow;
      // What is only tried out is the source where nothing firmer is.
      const int aside =
          draft_.units[i].hedges || flow.opening.doubts || flow.opening.alternative ? 1 : 0;
      for (const path::Equation& equation : flow.equations) {
        const std::int64_t key = path::number_key(equation.result);
        // "7 * 6 * 5 / (3 * 2) = 210 / 6" comes to 35 and has no 35.
        const bool written = path::has_key(flow.mentions, key);
        offer(key, i, !equation.holds ? 2 - aside : written ? 8 - aside : 4 - aside);
      }
      for (const std::int64_t key : flow.results) {
        if (path::has_key(flow.mentions, key)) offer(key, i, 6 - aside);
      }
      for (const std::int64_t key : flow.mentions) {
        offer(key, i, 2 - aside);
      }
    }
  }

  void mark(std::size_t i) {
    if (!live_[i]) {
      live_[i] = true;
      pending_.push_back(i);
    }
  }

  void follow(std::size_t i) {
    for (const std::int64_t key : used_by(draft_.units[i])) {
      const auto source = sources_.find(key);
      if (key > path::kTrivialKeyMax && source != sources_.end() && source->second.unit < i &&
          !path::has_key(draft_.given.values, key)) {
        mark(source->second.unit);
      }
    }
    // An unknown may be worked on in every unit that has it.
    const std::uint64_t fresh = draft_.units[i].flow.symbols & ~symbols_;
    symbols_ |= fresh;
    for (std::size_t j = 0; fresh != 0 && j < *draft_.anchor; ++j) {
      if (draft_.kept(j) && (draft_.units[j].flow.symbols & fresh) != 0) {
        mark(j);
      }
    }
  }

  // What a unit rests on: its figures; of a correction only what its right computation takes, since
  // the slip that it names is no premise.
  static std::vector<std::int64_t> used_by(const UnitFacts& unit) {
    const bool names_slip = unit.corrects || contains(unit.lower, ", not ");
    if (!names_slip || unit.flow.equations.empty()) {
      return unit.flow.figures;
    }
    std::vector<std::int64_t> keys;
    for (const path::Equation& equation : unit.flow.equations) {
      for (const double operand : equation.operands) {
        if (equation.holds) {
          path::add_key(keys, path::number_key(operand));
        }
      }
    }
    return keys;
  }

  const Draft& draft_;
  std::vector<bool> live_;
  std::vector<std::size_t> pending_;
  std::unordered_map<std::int64_t, Source> sources_;
  std::uint64_t symbols_ = 0;
};

}  // namespace

std::vector<bool> live_units(const Draft& draft) { return Slicer(draft).run(); }

}  // namespace drp::teacher
