// SPDX-License-Identifier: Apache-2.0
// Rows of sentences of one form ("On Monday, he spends $8. On Tuesday, ..."), of which one was
// deleted because the question says it: the others need it, and so does what adds them up.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "teacher/rules/operation.h"
#include "teacher/rules/restore.h"

namespace drp::teacher {
namespace {

constexpr std::size_t kReach = 8;  // units between two sentences of a row

// The words of a text, each number ("3D", "$0.50") as "#".
std::vector<std::string_view> tokens(std::string_view text) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    bool number = false;
    while (end < text.size() &&
           (is_letter(text[end]) || is_digit(text[end]) || text[end] == '\'' ||
            (number && text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])))) {
      number = number || is_digit(text[end]);
      ++end;
    }
    if (end > at) found.push_back(number ? std::string_view("#") : text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  return found;
}

bool is_ordinal(std::string_view word) {
  constexpr std::array<std::string_view, 8> kOrdinals = {"first", "second", "third", "fourth",
                                                         "fifth", "sixth",  "last",  "next"};
  return std::find(kOrdinals.begin(), kOrdinals.end(), word) != kOrdinals.end();
}

// "on the first day" of "On the first day, there were 50 people": what a sentence is about.
std::string_view label_of(std::string_view core) {
  constexpr std::size_t kBytesMax = 32;
  const std::size_t end = core.substr(0, kBytesMax).find_first_of(",:");
  if (end == std::string_view::npos || end + 1 >= core.size()) return {};
  const std::string_view label = core.substr(0, end);
  for (const std::string_view word : {"on ", "in ", "during ", "for ", "at "}) {
    if (label.starts_with(word)) return label;
  }
  return core[end] == ':' ? label : std::string_view();
}

bool is_content(std::string_view word) { return word_class(word) == WordClass::kContent; }

// Where the two differ in one word alone, that word.
std::optional<std::size_t> only_difference(const std::vector<std::string_view>& a,
                                           const std::vector<std::string_view>& b) {
  if (a.size() != b.size()) return std::nullopt;
  std::optional<std::size_t> at;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (at) return std::nullopt;
    at = i;
  }
  return at;
}

// "On the first day, ..." and "On the second day, ...", "On Monday, ..." and "On Tuesday, ...".
bool same_opening(const Draft& draft, const UnitFacts& a, const UnitFacts& b) {
  const std::string_view label = label_of(a.core());
  const std::string_view other = label_of(b.core());
  if (label.empty() || other.empty()) return false;
  const std::vector<std::string_view> one = tokens(label);
  const std::vector<std::string_view> two = tokens(other);
  const std::optional<std::size_t> at = only_difference(one, two);
  if (!at || one.size() < 2 || *at == 0) return false;
  const auto names = [&](const UnitFacts& unit, std::string_view word) {
    const std::vector<std::string>& known = draft.given.names;
    return is_ordinal(word) || std::any_of(known.begin(), known.end(), [&](const auto& name) {
             return to_lower(name) == word && contains(unit.text, name);
           });
  };
  return names(a, one[*at]) && names(b, two[*at]);
}

// "Science is 4 pages." and "Social Studies is 20 pages.": of names of one to three words the same.
bool same_tail(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  constexpr std::size_t kNameMax = 3;
  constexpr std::size_t kTailMin = 3;
  const auto name_size = [](const std::vector<std::string_view>& words) {
    std::size_t size = 0;
    while (size < words.size() && is_content(words[size])) ++size;
    return size;
  };
  const std::size_t one = name_size(a);
  const std::size_t two = name_size(b);
  if (one == 0 || two == 0 || one > kNameMax || two > kNameMax) return false;
  const std::vector<std::string_view> rest(a.begin() + static_cast<std::ptrdiff_t>(one), a.end());
  return rest.size() >= kTailMin && std::find(rest.begin(), rest.end(), "#") != rest.end() &&
         std::equal(rest.begin(), rest.end(), b.begin() + static_cast<std::ptrdiff_t>(two),
                    b.end());
}

// "Lea has 3B cards." and "Omar has 5B cards.", "For kind A: 7 pens at $2 each." and "Kind B: 4
// pens at $3 each.": the same but for whom or what they speak of and the numbers.
bool same_form(const UnitFacts& a, const UnitFacts& b) {
  constexpr std::size_t kTokensMin = 4;
  const auto has_number = [](const std::vector<std::string_view>& words) {
    return std::find(words.begin(), words.end(), "#") != words.end();
  };
  const std::string_view head = label_of(a.core());
  const std::string_view other = label_of(b.core());
  if (!head.empty() && !other.empty() && head != other) {
    const auto rest = tokens(a.core().substr(head.size()));
    return rest.size() >= kTokensMin && has_number(rest) &&
           rest == tokens(b.core().substr(other.size()));
  }
  const auto one = tokens(a.core());
  const auto two = tokens(b.core());
  if (one.size() != two.size()) return same_tail(one, two);
  return only_difference(one, two) == std::optional<std::size_t>(0) && one.size() >= kTokensMin &&
         has_number(one) && is_content(one[0]) && is_content(two[0]);
}

// A deleted fact of the question, or one that the next steps take.
bool tells(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const Decision& decision = draft.decisions[i];
  const bool passes = decision.pass == "restatement" || decision.pass == "plan";
  return !draft.kept(i) && passes && !decision.evidence.starts_with("presents") &&
         !unit.flow.mentions.empty() && !unit.asks && !unit.hedges && !unit.checks &&
         !unit.corrects && !unit.flow.opening.doubts && !speaks_of_task(unit);
}

// The kept sentence next to `i` that is of its form, talk between them left out.
bool has_sibling(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  bool next = true;  // nothing but talk in between
  for (std::size_t j = i + 1; j < draft.derivation_end() && j <= i + kReach; ++j) {
    const UnitFacts& other = draft.units[j];
    if (draft.kept(j) && same_opening(draft, unit, other)) return true;
    if (draft.kept(j) && next && same_form(unit, other)) return true;
    next = next && other.talk_only();
  }
  next = true;
  for (std::size_t j = i; j > 0 && i - j < kReach; --j) {
    const UnitFacts& other = draft.units[j - 1];
    const bool labels = unit.lower.find(':') < unit.lower.size() - 1;
    if (draft.kept(j - 1) && same_opening(draft, unit, other)) return true;
    if (draft.kept(j - 1) && (next || labels) && same_form(unit, other)) return true;
    next = next && other.talk_only();
  }
  return false;
}

// Whether the path has the unit's opening in another sentence near it: it is told there.
bool told_near(const Draft& draft, std::size_t i) {
  const std::string_view label = label_of(draft.units[i].core());
  if (label.empty()) return false;
  for (std::size_t j = i; j > 0 && i - j < 2 * kReach; --j) {
    if (draft.kept(j - 1) && contains(draft.units[j - 1].lower, label)) return true;
  }
  for (std::size_t j = i + 1; j < draft.derivation_end() && j < i + 2 * kReach; ++j) {
    const std::string_view core = draft.units[j].core();
    const std::string_view head = core.substr(0, core.find_first_of(",:"));
    if (draft.kept(j) && head.size() < core.size() && label.ends_with(head)) return true;
  }
  return false;
}

// Unit `k` adds three numbers and more, of which the path has all but `key`.
std::vector<std::int64_t> lost_terms(const Draft& draft, std::size_t k,
                                     const std::vector<std::int64_t>& held) {
  constexpr std::size_t kTermsMin = 3;
  std::vector<std::int64_t> lost;
  for (const path::Equation& equation : draft.units[k].flow.equations) {
    double sum = 0;
    std::vector<std::int64_t> missing;
    for (const double operand : equation.operands) {
      sum += operand;
      if (!path::has_key(held, path::number_key(operand))) {
        missing.push_back(path::number_key(operand));
      }
    }
    const bool adds = equation.holds && equation.operands.size() >= kTermsMin &&
                      path::number_key(sum) == path::number_key(equation.result);
    // "an hour" of the question is the 1 of the sum.
    if (adds && missing.size() == 1 &&
        (missing.front() <= path::kTrivialKeyMax ||
         path::has_key(draft.given.numbers, missing.front()))) {
      lost.push_back(missing.front());
    }
  }
  return lost;
}

// "He walks his dog for 1 hour." before 10 + 8 + 1, where the path has the 10 and the 8.
std::size_t restore_terms_of_sums(Draft& draft) {
  constexpr std::size_t kNumbersMax = 2;
  std::size_t restored = 0;
  std::vector<std::int64_t> held;
  for (std::size_t k = 0; k < draft.derivation_end(); ++k) {
    if (!draft.kept(k)) continue;
    for (const std::int64_t key : lost_terms(draft, k, held)) {
      for (std::size_t i = k; i > 0 && k - i < kReach; --i) {
        const UnitFacts& unit = draft.units[i - 1];
        if (!tells(draft, i - 1) || unit.flow.mentions.size() > kNumbersMax ||
            !path::has_key(unit.flow.figures, key)) {
          continue;
        }
        bring_back(draft, i - 1, "a term of what unit " + std::to_string(k + 1) + " adds up");
        ++restored;
        break;
      }
    }
    for (const std::int64_t key : draft.units[k].flow.mentions) path::add_key(held, key);
  }
  return restored;
}

// "The red ones left are 8. All those left are 18. Therefore it is 8/18.": of two premises right
// before a conclusion the first, where the second stays.
bool is_first_premise(const Draft& draft, std::size_t i) {
  if (!draft.thinks_aloud || i + 2 >= draft.derivation_end() || draft.units[i].ends_paragraph ||
      !draft.kept(i + 1) || !draft.kept(i + 2)) {
    return false;
  }
  const UnitFacts& conclusion = draft.units[i + 2];
  const bool draws = conclusion.flow.opening.concludes &&
                     (conclusion.flow.computes() || writes_operation(conclusion) ||
                      contains(conclusion.text, "/"));
  const auto takes = [&](const UnitFacts& unit, const UnitFacts& other) {
    return !unit.flow.computes() &&
           std::any_of(unit.flow.figures.begin(), unit.flow.figures.end(), [&](std::int64_t key) {
             return key > path::kTrivialKeyMax && path::has_key(conclusion.flow.figures, key) &&
                    !path::has_key(other.flow.figures, key);
           });
  };
  return draws && takes(draft.units[i], draft.units[i + 1]) &&
         takes(draft.units[i + 1], draft.units[i]);
}

// "The second scenario is ..." right after "The first scenario is ...".
bool is_second_of_pair(const UnitFacts& unit, const UnitFacts& before) {
  const std::vector<std::string_view> words = tokens(unit.core().substr(0, 40));
  const std::vector<std::string_view> other = tokens(before.core().substr(0, 40));
  return !unit.asks && words.size() > 4 && other.size() > 4 && words[0] == "the" &&
         other[0] == "the" && words[1] == "second" && other[1] == "first" && words[2] == other[2];
}

}  // namespace

std::size_t restore_rows(Draft& draft) {
  if (!draft.private_thought() || draft.in_words) return 0;
  std::size_t restored = restore_terms_of_sums(draft);
  for (std::size_t i = 0; i + 1 < draft.derivation_end(); ++i) {
    if (draft.kept(i)) continue;
    const bool pair = i > 0 && draft.kept(i - 1) && draft.decisions[i].pass == "restatement" &&
                      is_second_of_pair(draft.units[i], draft.units[i - 1]);
    const bool row = tells(draft, i) && has_sibling(draft, i) && !told_near(draft, i);
    const bool premise = tells(draft, i) && draft.decisions[i].pass == "restatement" &&
                         !draft.units[i].plans && is_first_premise(draft, i);
    if (!pair && !row && !premise) continue;
    bring_back(draft, i, row || pair ? "another of its row stays" : "the other premise stays");
    ++restored;
  }
  return restored;
}

}  // namespace drp::teacher
