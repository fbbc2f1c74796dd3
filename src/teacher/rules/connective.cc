// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "teacher/rules/passes.h"
#include "teacher/rules/stretch.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "connective";
constexpr std::size_t kWordsMin = 4;  // fewer are no sentence without their connective

// The longest first.
constexpr std::array<std::string_view, 7> kConnectives = {
    "so therefore", "therefore", "consequently", "as a result", "hence", "thus", "so"};

// The text that the path has of a unit.
struct Said {
  path::Flow flow;
  Words words;
};

Said read_said(const Draft& draft, std::size_t i) {
  if (!draft.decisions[i].text) return {draft.units[i].flow, draft.units[i].words};
  const std::string& text = *draft.decisions[i].text;
  return {path::read_flow(text), read_words(to_lower(text))};
}

// Bytes of the connective and the mark after it; 0 where the text opens with none.
std::size_t connective_size(std::string_view text) {
  const std::string lower = to_lower(text.substr(0, 40));
  for (const std::string_view words : kConnectives) {
    if (!lower.starts_with(words)) continue;
    const std::size_t next = lower.find_first_not_of(", ", words.size());
    const bool ends = next != std::string::npos && next > words.size() && lower[next] != '\n';
    return ends ? next : 0;
  }
  return 0;
}

// The first unit of those whose text stands on unit `k`.
std::size_t first_of_step(const Draft& draft, std::size_t k) {
  std::size_t first = k;
  if (draft.decisions[k].action != Action::kMultiStepCompress) return k;
  while (first > 0 && draft.decisions[first - 1].action == Action::kMultiStepCompress &&
         !draft.decisions[first - 1].text) {
    --first;
  }
  return first;
}

// The last unit before `first` whose text the path has.
std::optional<std::size_t> said_before(const Draft& draft, std::size_t first) {
  while (first > 0) {
    const Decision& decision = draft.decisions[--first];
    const bool absorbed = decision.action == Action::kMultiStepCompress && !decision.text;
    if (decision.action != Action::kDelete && !absorbed) return first;
  }
  return std::nullopt;
}

bool says_more(const UnitFacts& unit, const Said& said) {
  return share_within(unit.words.content, said.words.content) < 1 ||
         !std::all_of(unit.flow.figures.begin(), unit.flow.figures.end(),
                      [&](std::int64_t key) { return path::has_key(said.flow.mentions, key); });
}

// Whether the step of unit `k` lost what it is drawn from: the sentence right before it, or what it
// was set up by, says something that neither the step nor the sentence before it in the path has.
bool lost_premise(const Draft& draft, std::size_t k, const Said& step, const Said& before,
                  std::size_t since) {
  const std::size_t first = first_of_step(draft, k);
  for (std::size_t i = k + 1; i > since; --i) {
    const UnitFacts& unit = draft.units[i - 1];
    if (unit.talk_only() || (i == k + 1 && first == k)) continue;
    const bool more = says_more(unit, step) && says_more(unit, before);
    if (i > first) {  // of the step itself, whose text has most of it
      if (more) return true;
      continue;
    }
    return more;
  }
  return false;
}

// Whether the step takes a number that only what is gone before it has said.
bool takes_lost(const Draft& draft, std::size_t k, const Said& step, const Said& before,
                std::size_t since) {
  for (std::size_t i = since; i < k; ++i) {
    const UnitFacts& unit = draft.units[i];
    const bool lost =
        std::any_of(unit.flow.figures.begin(), unit.flow.figures.end(), [&](std::int64_t key) {
          return key > path::kTrivialKeyMax && path::has_key(step.flow.figures, key) &&
                 !path::has_key(step.flow.results, key) &&
                 !path::has_key(before.flow.mentions, key);
        });
    if (lost) return true;
  }
  return false;
}

// "So we subtract the 2 pieces that she ate" without "Then she ate 2 pieces": the step tells the
// fact itself that it follows from.
bool tells_premise(const Draft& draft, std::size_t first, const Said& step, const Said& before) {
  std::size_t i = first;
  while (i > 0 && !draft.kept(i - 1) && draft.units[i - 1].talk_only()) --i;
  if (i == 0 || draft.kept(i - 1) || draft.decisions[i - 1].pass != "restatement") return false;
  const UnitFacts& premise = draft.units[i - 1];
  const auto in = [](const std::vector<std::int64_t>& keys) {
    return [&keys](std::int64_t key) { return path::has_key(keys, key); };
  };
  const std::vector<std::int64_t>& told = premise.flow.figures;
  return !premise.asks && !told.empty() &&
         std::all_of(told.begin(), told.end(), in(step.flow.mentions)) &&
         std::none_of(told.begin(), told.end(), in(before.flow.mentions));
}

// Whether the set-ups [first, k) that unit `k` was joined with tell a number that `before` has not.
bool absorbs_given(const Draft& draft, std::size_t first, std::size_t k, const Said& before) {
  for (std::size_t i = first; i < k; ++i) {
    for (const std::int64_t key : draft.units[i].flow.figures) {
      if (!path::has_key(before.flow.mentions, key)) return true;
    }
  }
  return false;
}

// Without its "So", where what is left is a sentence that stands alone.
std::optional<std::string> without_connective(std::string_view text) {
  const std::size_t size = connective_size(text);
  if (size == 0) return std::nullopt;
  std::string rest = path::reopened(text, size);
  const bool points = path::read_opening(rest).anaphor == path::Anaphor::kDemonstrative;
  const bool sentence =
      static_cast<std::size_t>(std::count(rest.begin(), rest.end(), ' ')) + 1 >= kWordsMin ||
      contains(rest, "=");
  if (points || !sentence || rest.starts_with("that ")) return std::nullopt;
  return rest;
}

// Whether the step of units [first, k] lost what its connective refers to.
bool connects_to_nothing(const Draft& draft, std::size_t first, std::size_t k) {
  // A terse solution has its premises in the set-ups that its steps were joined with; its "So" goes
  // on from anything.
  const bool joined =
      !draft.thinks_aloud && first < k && !to_lower(draft.text(k).substr(0, 2)).starts_with("so");
  if (!joined && !draft.private_thought()) return false;
  const std::optional<std::size_t> last = said_before(draft, first);
  if (!last) return joined;
  const Said step = read_said(draft, k);
  const Said before = read_said(draft, *last);
  if (joined && absorbs_given(draft, first, k, before)) return true;
  if (tells_premise(draft, first, step, before)) return true;
  const bool follows = follows_from(step.flow, step.words, before.flow, before.words) &&
                       !takes_lost(draft, first, step, before, *last + 1);
  return !follows && lost_premise(draft, k, step, before, *last + 1);
}

}  // namespace

// "So the coupon is 8 dollars" right after a sentence that it does not follow from reads as a
// conclusion out of nothing; "The coupon is 8 dollars" says the same and is a step.
void drop_connectives(Draft& draft) {
  if (draft.in_words) return;
  for (std::size_t k = 1; k < draft.derivation_end(); ++k) {
    Decision& decision = draft.decisions[k];
    const UnitFacts& unit = draft.units[k];
    const bool prose =
        unit.unit.kind == path::UnitKind::kSentence || unit.unit.kind == path::UnitKind::kLine;
    const bool absorbed = decision.action == Action::kMultiStepCompress && !decision.text;
    if (!draft.kept(k) || absorbed || !prose || unit.asks) continue;
    std::optional<std::string> rest = without_connective(draft.text(k));
    if (!rest || !connects_to_nothing(draft, first_of_step(draft, k), k)) continue;
    const bool own = decision.action != Action::kMultiStepCompress && !decision.pinned;
    if (decision.action == Action::kKeep) decision.action = Action::kSingleStepCompress;
    if (own) decision.pass = kName;
    decision.evidence += decision.evidence.empty() ? "" : "; ";
    decision.evidence += "what its connective refers to is gone";
    decision.text = std::move(rest);
  }
}

}  // namespace drp::teacher
