// SPDX-License-Identifier: Apache-2.0
#include "base/phrase_finder.h"

#include "base/check.h"

namespace drp {
namespace {

constexpr std::size_t kPairs = 65'536;

std::size_t pair_at(std::string_view text, std::size_t at) {
  return (static_cast<std::size_t>(static_cast<unsigned char>(text[at])) << 8U) |
         static_cast<unsigned char>(text[at + 1]);
}

}  // namespace

PhraseFinder::PhraseFinder(std::span<const PhraseGroup> groups) : heads_(kPairs, 0) {
  for (const PhraseGroup& group : groups) {
    for (const std::string_view phrase : group.phrases) {
      DRP_CHECK(phrase.size() >= 2 && entries_.size() < kPairs - 1, "a phrase has two bytes");
      std::uint16_t& head = heads_[pair_at(phrase, 0)];
      entries_.push_back({phrase, group.bit, head});
      head = static_cast<std::uint16_t>(entries_.size());
    }
  }
}

std::uint32_t PhraseFinder::find(std::string_view text) const {
  std::uint32_t found = 0;
  for (std::size_t at = 0; at + 1 < text.size(); ++at) {
    for (std::uint16_t index = heads_[pair_at(text, at)]; index != 0;) {
      const Entry& entry = entries_[index - 1U];
      if ((found & entry.bit) == 0 && text.substr(at).starts_with(entry.phrase)) {
        found |= entry.bit;
      }
      index = entry.next;
    }
  }
  return found;
}

}  // namespace drp
