// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/stretch.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/text.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kReach = 64;      // units of a stretch
constexpr std::size_t kOpenReach = 12;  // of one that only the answer settles
constexpr std::size_t kLookAgain = 2;   // units behind its end in which it may be taken up again

// "The wording is a bit tricky."
bool wonders(const UnitFacts& unit) {
  // "Word problems can be tricky" doubts nothing.
  if (unit.flow.computes() || contains(unit.lower, "problems")) return false;
  for (const std::string_view words : {"tricky", "confusing", "ambiguous", "unclear"}) {
    if (contains(unit.lower, words)) return true;
  }
  return false;
}

// Opens a doubt, a detour or a check.
bool turns(const UnitFacts& unit) {
  const path::Opening& opening = unit.flow.opening;
  if (unit.announces || realises(unit)) return false;
  return opening.doubts || unit.checks || wonders(unit) ||
         (unit.asks && (unit.hedges || opening.contrasts)) ||
         (opening.alternative && (unit.asks || unit.hedges));
}

bool takes_up(const UnitFacts& unit) {
  const path::Opening& opening = unit.flow.opening;
  return turns(unit) || unit.asks || unit.hedges || unit.corrects || unit.alternative ||
         opening.alternative || (opening.contrasts && !unit.flow.computes());
}

// "First method: the whole price is ..." of two ways that are tried to make sure.
bool heads_first_way(const UnitFacts& unit) {
  for (const std::string_view label : {"first method:", "first approach:", "first way:"}) {
    if (unit.lower.starts_with(label)) return true;
  }
  return false;
}

bool is_work(const UnitFacts& unit) {
  return heads_first_way(unit) || unit.unit.kind == path::UnitKind::kHeading ||
         unit.unit.kind == path::UnitKind::kCode || unit.flow.defines != 0;
}

class Finder {
 public:
  explicit Finder(const Draft& draft)
      : units_(draft.units),
        limit_(draft.anchor.value_or(0)),
        seen_(draft.given.values.begin(), draft.given.values.end()) {}

  std::vector<Stretch> run() {
    std::vector<Stretch> found;
    for (std::size_t i = 0; i < limit_;) {
      const std::size_t end = opens(i) ? end_of(i) : i + 1;
      if (end > i + 1) found.push_back(read(i, end));
      i = end;
    }
    return found;
  }

 private:
  bool opens(std::size_t i) const {
    const UnitFacts& unit = units_[i];
    if (is_work(unit)) return false;
    const bool doubted = i + 1 < limit_ && units_[i + 1].flow.opening.doubts;
    return turns(unit) || (unit.asks && doubted);
  }

  Stretch read(std::size_t begin, std::size_t end) const {
    Stretch stretch{begin, end, false};
    for (std::size_t i = begin; i < end; ++i) {
      stretch.takes_back = stretch.takes_back || units_[i].corrects || units_[i].gives_up;
    }
    return stretch;
  }

  void see_until(std::size_t i) {
    for (; read_ < i; ++read_) {
      seen_.insert(units_[read_].flow.mentions.begin(), units_[read_].flow.mentions.end());
      seen_.insert(units_[read_].flow.results.begin(), units_[read_].flow.results.end());
      made_.insert(units_[read_].flow.results.begin(), units_[read_].flow.results.end());
      computed_ = computed_ || units_[read_].flow.computes();
    }
  }

  std::size_t end_of(std::size_t i) {
    const bool check = units_[i].checks;
    if (check) see_until(i);
    const std::size_t last = std::min(limit_, i + kReach);
    for (std::size_t j = i + 1; j < last; ++j) {
      if (is_work(units_[j]) || works_on(j)) return j;
      const std::size_t end = check ? check_end(j) : doubt_end(j);
      if (end > 0 && (check || units_[j].approves || !taken_up_again(end))) return end;
    }
    if (check) return i + 1;  // no verdict: it is not known what belongs to it
    return last == limit_ && limit_ - i <= kOpenReach ? limit_ : paragraph_end(i);
  }

  // A paragraph that computes something and says of what, and doubts nothing.
  bool works_on(std::size_t j) const {
    const UnitFacts& unit = units_[j];
    return units_[j - 1].ends_paragraph && unit.flow.computes() && unit.words.content_count > 0 &&
           !takes_up(unit);
  }

  // Behind unit `j`, or before it, where it settles a doubt; else 0.
  std::size_t doubt_end(std::size_t j) const {
    const UnitFacts& unit = units_[j];
    const path::Opening& opening = unit.flow.opening;
    const bool firm = !unit.asks && !unit.hedges && !unit.talk_only();
    const bool doubted = j + 1 < limit_ && turns(units_[j + 1]);
    if (unit.approves && !unit.asks && !unit.hedges && !doubted) return j + 1;
    const bool goes_on =
        opening.concludes || opening.first || opening.later || opening.continues || unit.plans;
    if (units_[j - 1].ends_paragraph && firm && goes_on && !takes_up(unit)) return j;
    return firm && opening.concludes && !takes_up(unit) ? j + 1 : 0;
  }

  std::size_t check_end(std::size_t j) const {
    const UnitFacts& unit = units_[j];
    const path::Opening& opening = unit.flow.opening;
    if (unit.approves && !unit.asks) return j + 1;
    // "Now, she has some money saved." in a new paragraph: of what was computed, the check is over.
    const bool goes_on = computed_ && units_[j - 1].ends_paragraph && !unit.checks;
    // "Let me read it again. ... First, let's handle the ads.": nothing was computed before.
    const bool starts = !computed_ && unit.plans && opening.first;
    const bool turns_on =
        starts || ((unit.plans || goes_on) && (opening.continues || opening.later));
    const bool another = unit.alternative || opening.alternative;
    const bool news = std::any_of(
        unit.flow.results.begin(), unit.flow.results.end(),
        [&](std::int64_t key) { return key > path::kTrivialKeyMax && !seen_.contains(key); });
    return turns_on || another || (news && !comes_back(j)) ? j : 0;
  }

  // "1650 + 1200 first, which is 2850. Then 2850 + 85 = 2935. Yes, that seems correct.": whether
  // new values on the way of a check come soon to one that was known and is approved.
  bool comes_back(std::size_t j) const {
    constexpr std::size_t kBackReach = 6;
    bool known = false;
    for (std::size_t i = j; i < std::min(limit_, j + kBackReach); ++i) {
      const UnitFacts& unit = units_[i];
      if (unit.plans && (unit.flow.opening.continues || unit.flow.opening.later)) return false;
      known = known || std::any_of(unit.flow.results.begin(), unit.flow.results.end(),
                                   [&](std::int64_t key) {
                                     return key > path::kTrivialKeyMax && made_.contains(key);
                                   });
      if (known && unit.approves && !unit.asks) return true;
    }
    return false;
  }

  bool taken_up_again(std::size_t end) const {
    const std::size_t last = std::min(limit_, end + kLookAgain);
    // "So it is 12. But let me make sure.": a check of what was found, and its own stretch.
    if (end < last && units_[end].checks && units_[end - 1].flow.computes()) return false;
    for (std::size_t i = end; i < last; ++i) {
      if (takes_up(units_[i])) return true;
    }
    return false;
  }

  std::size_t paragraph_end(std::size_t i) const {
    while (i < limit_ && !units_[i].ends_paragraph) ++i;
    return std::min(limit_, i + 1);
  }

  const std::vector<UnitFacts>& units_;
  std::size_t limit_;
  std::unordered_set<std::int64_t> seen_;  // values before the check that is looked at
  std::unordered_set<std::int64_t> made_;  // results before it
  std::size_t read_ = 0;                   // units in `seen_`
  bool computed_ = false;                  // whether one of them computes
};

}  // namespace

std::vector<Stretch> find_stretches(const Draft& draft) { return Finder(draft).run(); }

bool realises(const UnitFacts& unit) {
  const bool sees = unit.flow.opening.concludes || contains(unit.lower, "i notice") ||
                    contains(unit.lower, "i see that") || contains(unit.lower, "i realize");
  return unit.flow.opening.doubts && sees && !unit.flow.opening.contrasts && !unit.asks &&
         !unit.hedges && !unit.checks && unit.words.content_count > 0;
}

bool speaks(const UnitFacts& unit) {
  return !unit.talk_only() || unit.flow.opening.doubts || unit.corrects || unit.gives_up ||
         unit.asks;
}

bool stands_on_last(const UnitFacts& unit) {
  constexpr std::array<std::string_view, 13> kOpeners = {
      "because ",        "that means",       "this means",      "which means", "conversely",
      "like, ",          "for example",      "or maybe ",       "instead, ",   "let's call that",
      "let's call this", "let me call that", "let me call this"};
  const std::string_view core = unit.core();
  // "Yeah, binomial because there are trials."
  const std::size_t space = core.find(' ');
  const bool why = space < core.size() && core.substr(space + 1).starts_with("because ") &&
                   unit.flow.opening.hesitates;
  if (why) return true;
  return contains(std::string_view(unit.lower).substr(0, unit.flow.opening.core), "after that") ||
         std::any_of(kOpeners.begin(), kOpeners.end(),
                     [&](std::string_view opener) { return core.starts_with(opener); });
}

bool follows_from(const path::Flow& flow, const Words& words, const path::Flow& before,
                  const Words& words_before) {
  constexpr double kShareMin = 0.5;
  const bool takes = std::any_of(flow.mentions.begin(), flow.mentions.end(), [&](std::int64_t key) {
    return key > path::kTrivialKeyMax &&
           (path::has_key(before.mentions, key) || path::has_key(before.results, key));
  });
  return takes ||
         (!words.content.empty() && share_within(words.content, words_before.content) >= kShareMin);
}

bool reads_on(const Draft& draft, std::optional<std::size_t> before, std::size_t next) {
  const UnitFacts& unit = draft.units[next];
  const path::Opening& opening = unit.flow.opening;
  if (unit.flow.points_back || stands_on_last(unit)) return false;
  if (!before) {
    return opening.anaphor == path::Anaphor::kNone && !opening.concludes && !opening.continues;
  }
  const bool drawn = opening.concludes || unit.lower.starts_with("then");
  const UnitFacts& last = draft.units[*before];
  return !drawn || follows_from(unit.flow, unit.words, last.flow, last.words);
}

}  // namespace drp::teacher
