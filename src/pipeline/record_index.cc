// SPDX-License-Identifier: Apache-2.0
#include "pipeline/record_index.h"

#include "base/check.h"

namespace drp::pipeline {
namespace {

constexpr std::size_t kSlotsAtFirst = 64;

}  // namespace

std::size_t RecordIndex::slot_of(std::uint64_t key_hash, const IsKey& is_key) const {
  std::size_t slot = key_hash & (slots_.size() - 1);
  for (;; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::uint32_t at = slots_[slot];
    if (at == kNone) return slot;
    if (entries_[at].key_hash == key_hash && is_key(entries_[at])) return slot;
  }
}

const RecordIndex::Entry* RecordIndex::find(std::uint64_t key_hash, const IsKey& is_key) const {
  if (slots_.empty()) return nullptr;
  const std::uint32_t at = slots_[slot_of(key_hash, is_key)];
  return at == kNone ? nullptr : &entries_[at];
}

void RecordIndex::put(const Entry& entry, const IsKey& is_key) {
  if (entries_.size() + 1 > slots_.size() / 4 * 3) grow();
  std::uint32_t& at = slots_[slot_of(entry.key_hash, is_key)];
  if (at != kNone) {
    entries_[at] = entry;
    return;
  }
  DRP_CHECK(entries_.size() < kNone, "more records than an index holds");
  at = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back(entry);
}

void RecordIndex::grow() {
  slots_.assign(slots_.empty() ? kSlotsAtFirst : 2 * slots_.size(), kNone);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].key_hash & (slots_.size() - 1);
    while (slots_[slot] != kNone) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i);
  }
}

}  // namespace drp::pipeline
