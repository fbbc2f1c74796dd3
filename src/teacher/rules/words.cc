// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/words.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/phrase_finder.h"
#include "base/text.h"
#include "path/options.h"

namespace drp::teacher {
namespace {

// How a case or an option came out.
constexpr std::array<std::string_view, 43> kVerdicts = {"that's wrong",
                                                        "that is not right",
                                                        "that's not right",
                                                        "contradict",
                                                        "conflict",
                                                        "is true",
                                                        "is false",
                                                        "not true",
                                                        "be true",
                                                        "be false",
                                                        "impossible",
                                                        "possible",
                                                        "can't be",
                                                        "cannot be",
                                                        "can not be",
                                                        "couldn't be",
                                                        "invalid",
                                                        "is valid",
                                                        "ruled out",
                                                        "rules out",
                                                        "rule out",
                                                        "eliminat",
                                                        "satisf",
                                                        "violat",
                                                        "consistent",
                                                        "doesn't work",
                                                        "does not work",
                                                        "that works",
                                                        "fits",
                                                        "doesn't fit",
                                                        "does not fit",
                                                        "is lying",
                                                        "must be",
                                                        "is correct",
                                                        "is incorrect",
                                                        "is wrong",
                                                        "not correct",
                                                        "the only",
                                                        "doesn't match",
                                                        "not the answer",
                                                        "out of the question",
                                                        "holds",
                                                        " is out"};

// Words that open a case wherever they stand ...
constexpr std::array<std::string_view, 14> kCases = {
    "suppose",   "let's assume", "let me assume", "assume that", "assuming",
    "case ",     "what if",      "scenario",      "possibility", "possibilities",
    "let's try", "let me try",   "let's say",     "first option"};
// ... and those that do at the head of a sentence.
constexpr std::array<std::string_view, 7> kCaseOpeners = {"if ",     "option ", "assume ", "say ",
                                                          "choice ", "now if ", "take "};

// Words of a sentence in order, with those that turn its sense.
constexpr std::array<std::string_view, 16> kTurning = {
    "not",   "no",    "never", "nor",  "neither", "before", "after",       "left",
    "right", "above", "below", "only", "between", "unless", "immediately", "directly"};

// Words by which a sentence draws a conclusion, wherever they stand.
constexpr std::array<std::string_view, 9> kDrawing = {", so ",       "therefore",  "follows that",
                                                      "which means", "that means", "which shows",
                                                      "this means",  "must be",    "this shows"};
// Other ways to announce an answer than those that mathematics needs.
constexpr std::array<std::string_view, 4> kAnnouncing = {"answer must be", "i answer ",
                                                         "i would answer", "i'd answer"};
// Words that speak of the puzzle and not of what is in it.
constexpr std::array<std::string_view, 12> kPuzzleWords = {
    "puzzle", "riddle",   "clue",      "statement",  "possibility", "possibilities",
    "option", "scenario", "condition", "constraint", "premise",     "twist"};

constexpr double kQuotedMin = 0.85;      // share of a unit's words that one sentence has in order
constexpr std::size_t kWordsMax = 400;   // of the question
constexpr std::size_t kSeveralMin = 10;  // words of a unit that may quote several sentences

template <std::size_t N>
bool has_phrase(std::string_view lower, const std::array<std::string_view, N>& phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return contains(lower, phrase); });
}

bool turns_sense(std::string_view word) {
  return std::find(kTurning.begin(), kTurning.end(), word) != kTurning.end() ||
         word.ends_with("n't");
}

bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || c == '\'' || (c & '\x80') != 0; }

// Content words, numbers and words that turn the sense, lower case, in order.
std::vector<std::string> telling_words(std::string_view lower) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < lower.size() && words.size() < kWordsMax;) {
    std::size_t end = at;
    while (end < lower.size() && is_word_byte(lower[end])) ++end;
    if (end == at) {
      ++at;
      continue;
    }
    const std::string_view word = lower.substr(at, end - at);
    if (turns_sense(word) || word_class(word) == WordClass::kContent) words.emplace_back(word);
    at = end;
  }
  return words;
}

// Length of the longest common subsequence.
std::size_t common_in_order(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const std::string& word : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = word == b[j] ? diagonal + 1 : std::max(row[j + 1], row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

// What the question's last question asks: the words after its last full stop.
Words asked_words(std::string_view question) {
  const std::size_t mark = question.rfind('?');
  std::string_view text = question.substr(0, mark);
  const std::size_t stop = text.find_last_of(".!\n");
  if (stop != std::string_view::npos) text = text.substr(stop + 1);
  return read_words(to_lower(text));
}

// Whether the unit, which does not state the answer, announces another one.
bool announces_other(const Draft& draft, const UnitFacts& unit) {
  if (!unit.announces || unit.states_answer || unit.asks || unit.hedges) return false;
  if (draft.answer.sort == path::AnswerSort::kOption) return !unit.options.empty();
  return std::any_of(draft.given.names.begin(), draft.given.names.end(),
                     [&](const std::string& name) { return contains(unit.text, name); });
}

// Cases that were opened and options that were spoken of.
class Cases {
 public:
  // Whether the unit speaks of an option for the first time, or supposes something that is mostly
  // new; a case that is told again says little that was not supposed before.
  bool brings_new(const UnitFacts& unit) const {
    const bool option = std::any_of(unit.options.begin(), unit.options.end(),
                                    [&](char letter) { return !options_.contains(letter); });
    if (option || !unit.supposes) return option;
    const auto unseen =
        std::count_if(unit.claims.begin(), unit.claims.end(),
                      [&](std::uint64_t claim) { return !supposed_.contains(claim); });
    return 2 * static_cast<std::size_t>(unseen) > unit.claims.size();
  }
  void add(const UnitFacts& unit) {
    options_.insert(unit.options.begin(), unit.options.end());
    if (unit.supposes) supposed_.insert(unit.claims.begin(), unit.claims.end());
  }

 private:
  std::unordered_set<char> options_;
  std::unordered_set<std::uint64_t> supposed_;
};

bool concludes_what_is_asked(const UnitFacts& unit, const Words& asked) {
  if (!unit.states_answer || unit.asks || unit.hedges || unit.supposes) return false;
  const bool draws = unit.flow.opening.concludes || has_phrase(unit.lower, kDrawing);
  constexpr double kAskedMin = 0.5;
  return draws && !asked.content.empty() &&
         share_within(asked.content, unit.words.content) >= kAskedMin;
}

std::size_t puzzle_words(std::string_view lower) {
  std::size_t count = 0;
  const std::string words = path::spaced_words(lower);
  for (const std::string_view word : split(std::string_view(words), ' ')) {
    const bool plural = word.ends_with("s") && !word.ends_with("ies");
    const std::string_view singular = plural ? word.substr(0, word.size() - 1) : word;
    const bool found =
        std::find(kPuzzleWords.begin(), kPuzzleWords.end(), singular) != kPuzzleWords.end();
    count += found ? 1 : 0;
  }
  return count;
}

bool announces_answer(const UnitFacts& unit) {
  return unit.announces && unit.states_answer && !unit.asks && !unit.hedges && !unit.supposes;
}

}  // namespace

void read_word_facts(Draft& draft) {
  static const std::array<PhraseGroup, 2> kGroups = {{{1, kVerdicts}, {2, kCases}}};
  static const PhraseFinder kFinder(kGroups);
  const std::vector<path::Option> options = path::read_options(draft.problem.question);
  for (UnitFacts& unit : draft.units) {
    const std::uint32_t found = kFinder.find(unit.lower);
    const std::string_view core = unit.core();
    unit.verdict = (found & 1U) != 0;
    unit.supposes = (found & 2U) != 0 ||
                    std::any_of(kCaseOpeners.begin(), kCaseOpeners.end(),
                                [&](std::string_view opener) { return core.starts_with(opener); });
    unit.claims = path::read_claims(unit.text, draft.given.claim_words);
    unit.announces = unit.announces || has_phrase(unit.lower, kAnnouncing);
    unit.words.content_count -= std::min(unit.words.content_count, puzzle_words(unit.lower));
    const std::string said = options.empty() ? std::string() : path::spaced_words(unit.text);
    for (const path::Option& option : options) {
      const std::string words = path::spaced_words(option.text);
      const bool tells = words.size() > 3 && contains(said, words);
      if (tells || path::names_option(unit.text, option.letter)) {
        unit.options.push_back(option.letter);
      }
    }
    // "There are several possibilities": talk, until it says which.
    unit.supposes = unit.supposes && (!unit.claims.empty() || !unit.options.empty() ||
                                      !unit.flow.mentions.empty() || unit.words.content_count > 0);
  }
}

std::optional<std::size_t> find_word_anchor(const Draft& draft) {
  const std::vector<UnitFacts>& units = draft.units;
  std::size_t from = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (announces_other(draft, units[i])) from = i + 1;
  }
  const Words asked = asked_words(draft.problem.question);
  Cases cases;
  std::optional<std::size_t> candidate;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (candidate && cases.brings_new(units[i])) candidate.reset();
    cases.add(units[i]);
    if (i < from) continue;
    if (announces_answer(units[i])) return candidate ? candidate : i;
    if (!candidate && concludes_what_is_asked(units[i], asked)) candidate = i;
  }
  if (candidate) return candidate;
  // The last sentence that names the answer is its statement, however it is worded.
  constexpr std::size_t kReach = 3;
  for (std::size_t i = units.size(); i > 0 && i + kReach > units.size(); --i) {
    if (units[i - 1].states_answer && !units[i - 1].asks) return i - 1;
  }
  return std::nullopt;
}

void prune_quoted_sentences(Draft& draft) {
  const std::string_view question = draft.problem.question;
  const std::vector<std::string> whole = telling_words(to_lower(question));
  std::vector<std::vector<std::string>> sentences;
  for (const path::Unit& unit : path::cut_units(question)) {
    sentences.push_back(telling_words(to_lower(slice(question, unit.span))));
  }
  for (std::size_t i = 0; i < draft.derivation_end(); ++i) {
    const UnitFacts& unit = draft.units[i];
    if (!draft.kept(i)) continue;
    if (unit.unit.kind == path::UnitKind::kListItem || unit.supposes ||
        (unit.flow.opening.concludes && !contains(unit.lower, "the question")) ||
        unit.unit.kind == path::UnitKind::kCode) {
      return;  // a list may be referred to by number, and the thinking has begun
    }
    const std::vector<std::string> words = telling_words(unit.lower);
    const auto quotes_from = [&](const std::vector<std::string>& sentence) {
      return static_cast<double>(common_in_order(words, sentence)) >=
             kQuotedMin * static_cast<double>(words.size());
    };
    const bool several = words.size() >= kSeveralMin && quotes_from(whole);
    const bool quotes =
        !words.empty() && (several || std::any_of(sentences.begin(), sentences.end(), quotes_from));
    if (quotes) {
      draft.remove(i, "restatement", "its words are the question's, in their order");
    } else if (!words.empty() && !unit.plans && !unit.talk_only()) {
      return;
    }
  }
}

}  // namespace drp::teacher
