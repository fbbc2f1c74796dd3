// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace drp::curate {

// Finds texts that are nearly the same as an earlier one: MinHash signatures of word triples
// (Broder, 1997; 16 bits of each: Li and Koenig, 2010), looked up by bands. About 150 bytes a text.
// An exact repetition is always found; a text with Jaccard similarity s to an earlier one is found
// when the estimate from 32 hashes reaches the threshold (standard error at most 0.09).
class NearDuplicates {
 public:
  // threshold in [0, 1]; 1 finds only equal word sequences.
  explicit NearDuplicates(double threshold) : threshold_(threshold) {}

  // Adds the text and returns true, or returns false because an earlier text is nearly the same.
  bool insert(std::string_view text);

 private:
  static constexpr std::size_t kHashes = 32;
  static constexpr std::size_t kBandRows = 4;
  static constexpr std::size_t kBands = kHashes / kBandRows;
  static constexpr std::uint32_t kNone = UINT32_MAX;
  using Signature = std::array<std::uint16_t, kHashes>;

  Signature signature_of(std::string_view text) const;
  bool near(const Signature& a, const Signature& b) const;
  // The head of the chain of texts that share this band's bucket.
  std::uint32_t& head(const Signature& signature, std::size_t band);
  void link(std::uint32_t text);
  void grow();

  double threshold_;
  std::deque<Signature> signatures_;
  std::deque<std::array<std::uint32_t, kBands>> next_;  // in the chains, by text
  std::size_t buckets_ = 0;                             // of each band; a power of two
  std::vector<std::uint32_t> heads_;                    // bands x buckets
};

}  // namespace drp::curate
