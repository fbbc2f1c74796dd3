// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drp::path {

// The names that a question speaks of and the words that it says of them: what claims are made of.
struct ClaimWords {
  std::vector<std::string> names;       // lower case, sorted: Ben, option B
  std::vector<std::string> predicates;  // lower case, sorted: the question's other content words

  bool empty() const { return names.empty(); }
};
ClaimWords read_claim_words(std::string_view question, const std::vector<std::string>& names);

// Claims are the values of reasoning in words: a name beside what is said of it in the same clause,
// "Ben is third" or "Evelyn is not a knave". A key hashes the name, the word, number or other name,
// their order, and whether the clause denies; keys are sorted without repeats. Clauses end at
// commas, semicolons, full stops and the words "and", "but", "so", "then", "because", "which".
// Time is linear in the text, but for clauses with many names.
std::vector<std::uint64_t> read_claims(std::string_view text, const ClaimWords& words);

// Whether the sentence takes something for granted: since, because, given that, we know.
bool takes_as_known(std::string_view text);

}  // namespace drp::path
