// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace drp {

// Phrases that mean one thing. The views must outlive the finder (literals).
struct PhraseGroup {
  std::uint32_t bit = 0;
  std::span<const std::string_view> phrases;  // each of two bytes or more
};

// Finds which of many phrases a text holds in one pass over it: the bits of the groups whose
// phrases occur anywhere. For a hundred phrases some twenty times as fast as looking for one after
// another. Immutable once made, so it may be shared among threads.
class PhraseFinder {
 public:
  explicit PhraseFinder(std::span<const PhraseGroup> groups);

  std::uint32_t find(std::string_view text) const;

 private:
  struct Entry {
    std::string_view phrase;
    std::uint32_t bit;
    std::uint16_t next;  // index + 1 of the next entry with the same two first bytes; 0: none
  };
  std::vector<std::uint16_t> heads_;  // by the two first bytes: index + 1 of the first entry
  std::vector<Entry> entries_;
};

}  // namespace drp
