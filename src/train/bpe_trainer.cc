// SPDX-License-Identifier: Apache-2.0
#include "train/bpe_trainer.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace drp::train {
namespace {

constexpr std::size_t kBytes = 256;
constexpr std::int64_t kPairCountMin = 2;

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_white(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_sign(char c) { return !is_letter(c) && !is_white(c) && !is_digit(c); }

template <class Is>
std::size_t run_length(std::string_view text, const Is& is) {
  const auto end = std::find_if_not(text.begin(), text.end(), is);
  return static_cast<std::size_t>(end - text.begin());
}

// Length of the word that `text`, which holds no digit, starts with: GPT-2's pattern.
std::size_t word_length(std::string_view text) {
  for (const std::string_view contraction : {"'s", "'t", "'re", "'ve", "'m", "'ll", "'d"}) {
    if (text.starts_with(contraction)) return contraction.size();
  }
  const std::size_t lead = text.size() > 1 && text[0] == ' ' && !is_white(text[1]) ? 1 : 0;
  const std::string_view rest = text.substr(lead);
  if (const std::size_t letters = run_length(rest, is_letter)) return lead + letters;
  if (const std::size_t signs = run_length(rest, is_sign)) return lead + signs;
  // White space leaves its last character to what follows.
  const std::size_t white = run_length(text, is_white);
  return white == text.size() || white == 1 ? white : white - 1;
}

using Symbol = std::int32_t;

struct Word {
  std::vector<Symbol> symbols;
  std::int64_t count = 0;
};

std::uint64_t pair_key(Symbol left, Symbol right) {
  return (static_cast<std::uint64_t>(left) << 32U) | static_cast<std::uint64_t>(right);
}

void merge(std::vector<Symbol>& symbols, Symbol left, Symbol right, Symbol merged) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const bool pair = i + 1 < symbols.size() && symbols[i] == left && symbols[i + 1] == right;
    symbols[kept++] = pair ? merged : symbols[i];
    if (pair) ++i;
  }
  symbols.resize(kept);
}

// The most frequent pair, or a count of 0 where no word has two symbols.
struct BestPair {
  std::int64_t count = 0;
  Symbol left = 0;
  Symbol right = 0;
};

BestPair best_pair(const std::vector<Word>& words, const std::vector<std::string>& pieces) {
  std::unordered_map<std::uint64_t, std::int64_t> counts;
  for (const Word& word : words) {
    for (std::size_t i = 0; i + 1 < word.symbols.size(); ++i) {
      counts[pair_key(word.symbols[i], word.symbols[i + 1])] += word.count;
    }
  }
  BestPair best;
  const auto spelled = [&](Symbol left, Symbol right) {
    return std::pair<const std::string&, const std::string&>(
        pieces[static_cast<std::size_t>(left)], pieces[static_cast<std::size_t>(right)]);
  };
  for (const auto& [key, count] : counts) {
    const auto left = static_cast<Symbol>(key >> 32U);
    const auto right = static_cast<Symbol>(key & 0xFFFFFFFFU);
    const bool better =
        count > best.count ||
        (count == best.count && spelled(left, right) < spelled(best.left, best.right));
    if (better) best = {count, left, right};
  }
  return best;
}

}  // namespace

std::vector<std::string_view> cut_words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    if (is_digit(text[0])) {
      words.push_back(text.substr(0, 1));
      text.remove_prefix(1);
      continue;
    }
    std::string_view part = text.substr(0, run_length(text, [](char c) { return !is_digit(c); }));
    text.remove_prefix(part.size());
    while (!part.empty()) {
      words.push_back(part.substr(0, word_length(part)));
      part.remove_prefix(words.back().size());
    }
  }
  return words;
}

std::string spell_bytes(std::string_view bytes) {
  // Bytes without a printable form of their own take the code points from U+0100 on, in order.
  static const std::array<char32_t, kBytes> kSpelling = [] {
    std::array<char32_t, kBytes> spelling{};
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < kBytes; ++byte) {
      const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
      spelling[byte] = printable ? byte : next++;
    }
    return spelling;
  }();
  std::string out;
  for (const char byte : bytes) append_utf8(out, kSpelling[static_cast<unsigned char>(byte)]);
  return out;
}

void BpeTrainer::add(std::string_view text) {
  for (const std::string_view word : cut_words(text)) {
    const auto found = words_.find(word);
    if (found != words_.end()) {
      ++found->second;
    } else {
      words_.emplace(word, 1);
    }
  }
}

BpeVocabulary BpeTrainer::train(std::size_t pieces_max) const {
  DRP_CHECK(pieces_max >= kBytes, "a vocabulary smaller than the bytes");
  BpeVocabulary vocabulary;
  for (std::size_t byte = 0; byte < kBytes; ++byte) {
    const char one = static_cast<char>(byte);
    vocabulary.pieces.push_back(spell_bytes({&one, 1}));
  }
  std::vector<Word> words;
  for (const auto& [text, count] : words_) {
    Word& word = words.emplace_back();
    word.count = count;
    for (const char byte : text) word.symbols.push_back(static_cast<unsigned char>(byte));
  }
  while (vocabulary.pieces.size() < pieces_max) {
    const BestPair best = best_pair(words, vocabulary.pieces);
    if (best.count < kPairCountMin) break;
    const std::string& left = vocabulary.pieces[static_cast<std::size_t>(best.left)];
    const std::string& right = vocabulary.pieces[static_cast<std::size_t>(best.right)];
    vocabulary.merges.push_back(left + " " + right);
    const auto merged = static_cast<Symbol>(vocabulary.pieces.size());
    vocabulary.pieces.push_back(left + right);
    for (Word& word : words) merge(word.symbols, best.left, best.right, merged);
  }
  return vocabulary;
}

}  // namespace drp::train
