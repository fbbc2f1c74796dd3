// SPDX-License-Identifier: Apache-2.0
#include "curate/near_duplicate.h"

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "base/text.h"

namespace drp::curate {
namespace {

constexpr std::size_t kTriple = 3;

bool is_word_byte(char c) {
  return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// Hashes of the words, lower-cased; punctuation and white space only separate.
std::vector<std::uint64_t> word_hashes(std::string_view text) {
  std::vector<std::uint64_t> words;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word_byte(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && is_word_byte(text[end])) ++end;
    words.push_back(derive_seed(0, to_lower(text.substr(at, end - at))));
    at = end;
  }
  return words;
}

std::uint64_t mix(std::uint64_t value, std::uint64_t salt) {
  value ^= salt * 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 31U)) * 0xBF58476D1CE4E5B9U;
  return value ^ (value >> 29U);
}

}  // namespace

bool NearDuplicates::insert(std::string_view text) {
  const std::vector<std::uint64_t> words = word_hashes(text);
  Signature signature;
  signature.fill(std::numeric_limits<std::uint32_t>::max());
  const std::size_t count = words.size() < kTriple ? 1 : words.size() - kTriple + 1;
  std::uint64_t all = mix(words.size(), 1);
  for (const std::uint64_t word : words) all = mix(all ^ word, 2);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint64_t shingle = all;
    if (words.size() >= kTriple) {
      shingle = mix(mix(words[i], 3) ^ words[i + 1], 4) ^ words[i + 2];
    }
    for (std::size_t h = 0; h < kHashes; ++h) {
      const auto value = static_cast<std::uint32_t>(mix(shingle, h + 11) >> 32U);
      signature[h] = std::min(signature[h], value);
    }
  }
  if (threshold_ >= 1) {  // the whole text is the only shingle
    for (std::size_t h = 0; h < kHashes; ++h) {
      signature[h] = static_cast<std::uint32_t>(mix(all, h + 11) >> 32U);
    }
  }
  const auto index = static_cast<std::uint32_t>(signatures_.size());
  std::vector<std::uint64_t> bands;
  for (std::size_t band = 0; band < kHashes / kBandRows; ++band) {
    std::uint64_t key = mix(band, 7);
    for (std::size_t row = 0; row < kBandRows; ++row) {
      key = mix(key ^ signature[band * kBandRows + row], 5);
    }
    bands.push_back(key);
    const auto found = bands_.find(key);
    if (found == bands_.end()) continue;
    for (const std::uint32_t other : found->second) {
      std::size_t equal = 0;
      for (std::size_t h = 0; h < kHashes; ++h) {
        if (signatures_[other][h] == signature[h]) ++equal;
      }
      if (static_cast<double>(equal) >= threshold_ * kHashes) return false;
    }
  }
  signatures_.push_back(signature);
  for (const std::uint64_t key : bands) bands_[key].push_back(index);
  return true;
}

}  // namespace drp::curate
