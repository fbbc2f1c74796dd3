// SPDX-License-Identifier: Apache-2.0
#include "path/claims.h"

#include <algorithm>
#include <array>

#include "base/phrase_finder.h"
#include "base/text.h"
#include "path/options.h"
#include "path/word_form.h"

namespace drp::path {
namespace {

constexpr std::size_t kTokensMax = 24;  // of a clause; what follows is left out

constexpr std::array<std::string_view, 9> kDenials = {"not",    "never", "no",  "nor",  "neither",
                                                      "cannot", "isn",   "can", "doesn"};
constexpr std::array<std::string_view, 9> kBreaks = {"and", "but",   "so",    "then", "because",
                                                     "if",  "since", "which", "while"};
// Grammar that says nothing of a name.
constexpr std::array<std::string_view, 48> kEmpty = {
    "the",  "a",   "an",   "is",   "are",   "was",   "were",   "be",   "been", "of",
    "to",   "in",  "at",   "on",   "or",    "who",   "what",   "that", "this", "it",
    "he",   "she", "they", "them", "his",   "her",   "has",    "have", "had",  "does",
    "did",  "do",  "must", "will", "would", "could", "should", "says", "said", "there",
    "with", "by",  "from", "for",  "as",    "if",    "their",  "its"};

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool holds(const std::vector<std::string>& sorted, std::string_view word) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || (c & '\x80') != 0; }

std::uint64_t hashed(std::string_view name, std::string_view word, bool denied) {
  std::uint64_t hash = denied ? 14695981039346656037U : 1099511628211U;
  for (const std::string_view part : {name, std::string_view("\n"), word}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  }
  return hash;
}

// Reads clause by clause: the names met so far claim each word after them; a word before the first
// name is claimed by that name ("third is Ben").
class Reader {
 public:
  explicit Reader(const ClaimWords& words) : words_(words) {}

  std::vector<std::uint64_t> run(std::string_view text) {
    const std::string lower = to_lower(text);
    const std::string_view view = lower;
    for (std::size_t at = 0; at < view.size();) {
      if (!is_word_byte(view[at])) {
        if (contains(",;.:!?\n", view.substr(at, 1))) end_clause();
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < view.size() && is_word_byte(view[end])) ++end;
      take(view.substr(at, end - at), text.substr(at, end - at));
      at = end;
    }
    end_clause();
    std::sort(keys_.begin(), keys_.end());
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    return std::move(keys_);
  }

 private:
  void take(std::string_view word, std::string_view written) {
    if (is_one_of(word, kDenials)) {
      // "can" alone denies nothing; "can't" is read as "can" and "t".
      denied_ = denied_ || word != "can";
      return;
    }
    if (word == "t" && last_ == "can") denied_ = true;
    last_ = std::string(word);
    if (is_one_of(word, kBreaks)) {
      end_clause();
      return;
    }
    const bool name = holds(words_.names, word) && (word.size() > 1 || is_upper(written[0]));
    if ((!name && is_one_of(word, kEmpty)) || tokens_.size() >= kTokensMax) return;
    const bool says = name || is_digit(word[0]) || holds(words_.predicates, singular(word));
    if (says) tokens_.push_back({std::string(name ? word : singular(word)), name});
  }

  void end_clause() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!tokens_[i].name) continue;
      bool names_before = false;
      for (std::size_t j = 0; j < i; ++j) names_before = names_before || tokens_[j].name;
      for (std::size_t j = names_before ? i + 1 : 0; j < tokens_.size(); ++j) {
        if (j != i) keys_.push_back(hashed(tokens_[i].text, tokens_[j].text, denied_));
      }
    }
    tokens_.clear();
    denied_ = false;
  }

  struct Token {
    std::string text;
    bool name = false;
  };
  const ClaimWords& words_;
  std::vector<Token> tokens_;
  bool denied_ = false;
  std::string last_;
  std::vector<std::uint64_t> keys_;
};

// Capitals at the head of a sentence.
constexpr std::array<std::string_view, 16> kNoNames = {
    "you",     "your",   "someone", "everyone", "everybody", "nobody",  "name",    "choose",
    "neither", "either", "answer",  "imagine",  "consider",  "options", "premise", "end"};

bool holds_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word_byte(text[at - 1])) &&
        (end == text.size() || !is_word_byte(text[end]))) {
      return true;
    }
  }
  return false;
}

void sort_words(std::vector<std::string>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

}  // namespace

ClaimWords read_claim_words(std::string_view question, const std::vector<std::string>& names) {
  ClaimWords words;
  for (const std::string& person : names) {
    // "Knights always tell the truth": a word that is written small elsewhere is no name.
    const std::string name = to_lower(person);
    if (!is_one_of(name, kNoNames) && !holds_word(question, name)) words.names.push_back(name);
  }
  // People who are called A, B, C: where a B is spoken of, an A is no article.
  for (char letter = 'A'; letter <= 'H' && names_letter(question, 'B'); ++letter) {
    if (names_letter(question, letter)) words.names.push_back(to_lower(std::string(1, letter)));
  }
  sort_words(words.names);
  const std::string lower = to_lower(question);
  for (std::size_t at = 0; at < lower.size();) {
    std::size_t end = at;
    while (end < lower.size() && is_word_byte(lower[end])) ++end;
    if (end == at) {
      ++at;
      continue;
    }
    const std::string_view word = std::string_view(lower).substr(at, end - at);
    const bool plain = is_one_of(word, kEmpty) || is_one_of(word, kDenials) ||
                       is_one_of(word, kBreaks) || holds(words.names, word) || word.size() < 2;
    if (!plain) words.predicates.emplace_back(singular(word));
    at = end;
  }
  // What places are called is said of names even where the question does not say it.
  for (const std::string_view place :
       {"first", "second", "third", "fourth", "fifth", "last", "before", "after", "left", "right",
        "between", "true", "false", "lying", "ahead", "behind"}) {
    words.predicates.emplace_back(place);
  }
  sort_words(words.predicates);
  return words;
}

std::vector<std::uint64_t> read_claims(std::string_view text, const ClaimWords& words) {
  return words.empty() ? std::vector<std::uint64_t>{} : Reader(words).run(text);
}

bool takes_as_known(std::string_view text) {
  static constexpr std::array<std::string_view, 8> kPremises = {
      "since ",  "because ",  "given that ",    "we know ",
      "i know ", "we found ", "from the fact ", "already "};
  static const std::array<PhraseGroup, 1> kGroups = {{{1, kPremises}}};
  static const PhraseFinder kFinder(kGroups);
  return kFinder.find(to_lower(text)) != 0;
}

}  // namespace drp::path
