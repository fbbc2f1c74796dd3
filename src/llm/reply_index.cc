// SPDX-License-Identifier: Apache-2.0
#include "llm/reply_index.h"

#include <charconv>

#include "base/check.h"

namespace drp::llm {
namespace {

constexpr std::size_t kSlotsAtFirst = 64;
constexpr unsigned kOffsetBits = 48;
constexpr std::size_t kHashDigits = 16;

}  // namespace

std::optional<std::uint64_t> ReplyIndex::hash(std::string_view key) {
  if (key.size() < kHashDigits) return std::nullopt;
  std::uint64_t value = 0;
  const char* end = key.data() + kHashDigits;
  const auto read = std::from_chars(key.data(), end, value, 16);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

ReplyIndex::Place ReplyIndex::place(const Entry& entry) {
  return {static_cast<std::uint32_t>(entry.place >> kOffsetBits),
          entry.place & ((std::uint64_t{1} << kOffsetBits) - 1)};
}

std::size_t ReplyIndex::slot_of(std::uint64_t hash) const {
  std::size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot] != kNone && entries_[slots_[slot]].hash != hash) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

std::optional<ReplyIndex::Place> ReplyIndex::find(std::uint64_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t at = slots_[slot_of(hash)];
  if (at == kNone) return std::nullopt;
  return place(entries_[at]);
}

std::uint64_t ReplyIndex::packed(Place place) {
  DRP_CHECK(place.segment < (1U << 16U) && place.offset < (std::uint64_t{1} << kOffsetBits),
            "more bytes of replies than an index holds");
  return std::uint64_t{place.segment} << kOffsetBits | place.offset;
}

void ReplyIndex::put(std::uint64_t hash, Place place) {
  if (!add(hash, place)) entries_[slots_[slot_of(hash)]].place = packed(place);
}

bool ReplyIndex::add(std::uint64_t hash, Place place) {
  DRP_CHECK(entries_.size() < kNone, "more replies than an index holds");
  if (entries_.size() + 1 > slots_.size() / 4 * 3) grow();
  std::uint32_t& at = slots_[slot_of(hash)];
  if (at != kNone) return false;
  at = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({hash, packed(place)});
  return true;
}

void ReplyIndex::clear() {
  entries_.clear();
  slots_.clear();
}

void ReplyIndex::grow() {
  slots_.assign(slots_.empty() ? kSlotsAtFirst : 2 * slots_.size(), kNone);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    slots_[slot_of(entries_[i].hash)] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace drp::llm
