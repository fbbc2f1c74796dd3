// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "teacher/rules/vocabulary.h"

namespace drp::teacher {
namespace {

constexpr std::array<std::string_view, 36> kLeadIns = {"that's not right",
                                                       "that is not right",
                                                       "that's wrong",
                                                       "that is wrong",
                                                       "the problem says that",
                                                       "the problem says",
                                                       "the problem states that",
                                                       "the problem states",
                                                       "the problem mentions that",
                                                       "the question says that",
                                                       "the question says",
                                                       "it says that",
                                                       "it says here that",
                                                       "it says",
                                                       "it's given that",
                                                       "we are told that",
                                                       "we're told that",
                                                       "we know that",
                                                       "we know",
                                                       "i know that",
                                                       "i remember that",
                                                       "remember that",
                                                       "i see that",
                                                       "i can see that",
                                                       "i think that",
                                                       "i think",
                                                       "i believe",
                                                       "it seems that",
                                                       "it seems like",
                                                       "it looks like",
                                                       "this tells me that",
                                                       "performing the division",
                                                       "performing the multiplication",
                                                       "performing the calculation",
                                                       "doing the math",
                                                       "i know"};

// Verbs before which "that" is the subject: "I think that makes sense".
constexpr std::array<std::string_view, 24> kPredicates = {
    "is",    "isn't", "was",   "makes", "means",  "gives", "leaves", "would",
    "will",  "won't", "can",   "could", "should", "must",  "may",    "might",
    "seems", "looks", "works", "adds",  "covers", "comes", "equals", "doesn't"};

bool opens_predicate(std::string_view lower) {
  const std::string_view word = lower.substr(0, lower.find(' '));
  return std::find(kPredicates.begin(), kPredicates.end(), word) != kPredicates.end();
}

}  // namespace

std::size_t lead_in_size(std::string_view lower_core) {
  for (const std::string_view phrase : kLeadIns) {
    if (lower_core.starts_with(phrase) && lower_core.size() > phrase.size() + 4 &&
        (lower_core[phrase.size()] == ' ' || lower_core[phrase.size()] == ',' ||
         lower_core[phrase.size()] == ':')) {
      std::size_t size = phrase.size();
      while (lower_core[size] == ' ' || lower_core[size] == ',' || lower_core[size] == ':') {
        ++size;
      }
      constexpr std::string_view kThat = "that ";
      const bool subject = phrase.ends_with(" that") && opens_predicate(lower_core.substr(size));
      return subject ? phrase.size() + 1 - kThat.size() : size;
    }
  }
  return 0;
}

}  // namespace drp::teacher
