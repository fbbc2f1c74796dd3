// SPDX-License-Identifier: Apache-2.0
#include "answers/answer_phrase.h"

#include <algorithm>
#include <array>
#include <string>

namespace drp::answers {
namespace {

// The word for "answer" without its first letter where that may be a capital.
struct Word {
  std::string_view tail;
  std::string_view first;  // its first letter, small and capital; empty: the tail is the word
};

constexpr std::array kWords = {
    Word{"nswer", "aA"},
    Word{"\u00e9ponse", "rR"},             // French
    Word{"espuesta", "rR"},                // Spanish
    Word{"esposta", "rR"},                 // Portuguese
    Word{"isposta", "rR"},                 // Italian
    Word{"ntwort", "aA"},                  // German
    Word{"ntwoord", "aA"},                 // Dutch
    Word{"\u0442\u0432\u0435\u0442", ""},  // Russian, after its first letter of two bytes
    Word{"\u7b54\u6848", ""},              // Chinese
    Word{"\u7b54\u3048", ""},              // Japanese
    Word{"\uc815\ub2f5", ""},              // Korean
};

// What may stand between the word and the answer; longer ones first.
constexpr std::array<std::string_view, 22> kVerbs = {
    "would be", "will be", "should be", "lautet:", "lautet", "is:",   "ist:",   "est :",
    "est:",     "es:",     "is",        "ist",     "est",    "es",    "\u00e9", "\u00e8",
    "=",        "\u662f:", "\u662f",    "\u4e3a",  "\u306f", "\uc740"};

// Adjectives that may follow the word: "la respuesta correcta es", "la r\u00e9ponse finale est".
constexpr std::array<std::string_view, 6> kAdjectives = {"finale",  "final",    "correcta",
                                                         "correta", "corretta", "correcte"};

bool is_whole(std::string_view text, std::size_t end) {
  return end >= text.size() || !is_letter(text[end]) ||
         static_cast<unsigned char>(text[end - 1]) >= 0x80;
}

std::size_t skip_marks(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '*' || text[at] == ' ')) ++at;
  return at;
}

// The byte behind the colon or verb after the word that ends at `end`, or npos.
std::size_t phrase_end(std::string_view text, std::size_t begin, std::size_t end) {
  std::size_t at = skip_marks(text, end);
  for (std::string_view adjective : kAdjectives) {
    if (text.substr(at).starts_with(adjective) && is_whole(text, at + adjective.size())) {
      at = skip_marks(text, at + adjective.size());
    }
  }
  for (std::string_view colon : {":", "\uff1a"}) {
    if (text.substr(at).starts_with(colon)) return at + colon.size();
  }
  for (std::string_view verb : kVerbs) {
    if (text.substr(at).starts_with(verb) && is_whole(text, at + verb.size())) {
      return at + verb.size();
    }
  }
  const std::string before =
      to_lower(text.substr(begin < 6 ? 0 : begin - 6, std::min<std::size_t>(begin, 6)));
  return before == "final " ? at : std::string_view::npos;
}

// The last place of the word before `limit`, with the phrase behind it.
std::optional<Span> last_of(std::string_view text, const Word& word) {
  std::size_t at = text.size();
  while (at > 0) {
    at = text.rfind(word.tail, at - 1);
    if (at == std::string_view::npos) return std::nullopt;
    const bool starts =
        word.first.empty() || (at > 0 && contains(word.first, text.substr(at - 1, 1)));
    if (!starts) continue;
    const std::size_t begin = word.first.empty() ? at : at - 1;
    const std::size_t end = phrase_end(text, begin, at + word.tail.size());
    if (end != std::string_view::npos) return Span{begin, end};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Span> last_answer_phrase(std::string_view text) {
  std::optional<Span> last;
  for (const Word& word : kWords) {
    const auto hit = last_of(text, word);
    if (hit && (!last || hit->begin > last->begin)) last = hit;
  }
  return last;
}

}  // namespace drp::answers
