// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace drp::curate {

// Finds texts that are nearly the same as an earlier one: MinHash signatures of word triples
// (Broder, 1997), looked up by bands. About 150 bytes a text. An exact repetition is always found;
// a text with Jaccard similarity s to an earlier one is found when the estimate from 32 hashes
// reaches the threshold (standard error at most 0.09).
class NearDuplicates {
 public:
  // threshold in [0, 1]; 1 finds only equal word sequences.
  explicit NearDuplicates(double threshold) : threshold_(threshold) {}

  // Adds the text and returns true, or returns false because an earlier text is nearly the same.
  bool insert(std::string_view text);

 private:
  static constexpr std::size_t kHashes = 32;
  static constexpr std::size_t kBandRows = 4;
  using Signature = std::array<std::uint32_t, kHashes>;

  double threshold_;
  std::vector<Signature> signatures_;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> bands_;
};

}  // namespace drp::curate
