// SPDX-License-Identifier: Apache-2.0
#include "curate/near_duplicate.h"

#include <algorithm>
#include <limits>

#include "base/random.h"
#include "base/text.h"

namespace drp::curate {
namespace {

constexpr std::size_t kTriple = 3;
constexpr std::size_t kBucketsAtFirst = 256;

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

NearDuplicates::Signature NearDuplicates::signature_of(std::string_view text) const {
  const std::vector<std::uint64_t> words = word_hashes(text);
  std::array<std::uint32_t, kHashes> lowest{};
  lowest.fill(std::numeric_limits<std::uint32_t>::max());
  std::uint64_t all = mix(words.size(), 1);
  for (const std::uint64_t word : words) all = mix(all ^ word, 2);
  const auto add = [&](std::uint64_t shingle) {
    for (std::size_t h = 0; h < kHashes; ++h) {
      lowest[h] = std::min(lowest[h], static_cast<std::uint32_t>(mix(shingle, h + 11) >> 32U));
    }
  };
  if (threshold_ >= 1 || words.size() < kTriple) {
    add(all);  // the whole text is the only shingle
  } else {
    for (std::size_t i = 0; i + kTriple <= words.size(); ++i) {
      add(mix(mix(words[i], 3) ^ words[i + 1], 4) ^ words[i + 2]);
    }
  }
  Signature signature{};
  for (std::size_t h = 0; h < kHashes; ++h) signature[h] = static_cast<std::uint16_t>(lowest[h]);
  return signature;
}

bool NearDuplicates::near(const Signature& a, const Signature& b) const {
  std::size_t equal = 0;
  for (std::size_t h = 0; h < kHashes; ++h) equal += a[h] == b[h] ? 1 : 0;
  return static_cast<double>(equal) >= threshold_ * kHashes;
}

std::uint32_t& NearDuplicates::head(const Signature& signature, std::size_t band) {
  std::uint64_t key = mix(band, 7);
  for (std::size_t row = 0; row < kBandRows; ++row) {
    key = mix(key ^ signature[band * kBandRows + row], 5);
  }
  return heads_[band * buckets_ + (key & (buckets_ - 1))];
}

void NearDuplicates::link(std::uint32_t text) {
  for (std::size_t band = 0; band < kBands; ++band) {
    std::uint32_t& first = head(signatures_[text], band);
    next_[text][band] = first;
    first = text;
  }
}

void NearDuplicates::grow() {
  buckets_ = buckets_ == 0 ? kBucketsAtFirst : 2 * buckets_;
  heads_.assign(kBands * buckets_, kNone);
  for (std::uint32_t text = 0; text < signatures_.size(); ++text) link(text);
}

bool NearDuplicates::insert(std::string_view text) {
  if (signatures_.size() >= buckets_) grow();
  const Signature signature = signature_of(text);
  for (std::size_t band = 0; band < kBands; ++band) {
    for (std::uint32_t other = head(signature, band); other != kNone; other = next_[other][band]) {
      if (near(signatures_[other], signature)) return false;
    }
  }
  signatures_.push_back(signature);
  next_.emplace_back();
  link(static_cast<std::uint32_t>(signatures_.size() - 1));
  return true;
}

}  // namespace drp::curate
