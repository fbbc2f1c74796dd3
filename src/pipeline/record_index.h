// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string_view>
#include <vector>

namespace drp::pipeline {

// Where each record of a log lies, by the hash of its key: about 40 bytes a record, so that logs of
// millions of records are opened on a laptop. Hashes find candidates; the caller, who has the file,
// says whether a candidate really has the key.
class RecordIndex {
 public:
  struct Entry {
    std::uint64_t key_hash = 0;
    std::uint64_t input_hash = 0;
    std::uint64_t offset = 0;  // of the line's first byte
    std::uint32_t value_size = 0;
    std::uint16_t key_size = 0;
    std::uint16_t input_size = 0;
  };
  using IsKey = std::function<bool(const Entry&)>;

  static std::uint64_t hash(std::string_view text) { return std::hash<std::string_view>{}(text); }

  std::size_t size() const { return entries_.size(); }
  // In order of their first appearance.
  const Entry& operator[](std::size_t i) const { return entries_[i]; }

  // The entry with this hash that `is_key` accepts, or nullptr.
  const Entry* find(std::uint64_t key_hash, const IsKey& is_key) const;
  // Adds the entry, or puts it in the place of the one of the same key.
  void put(const Entry& entry, const IsKey& is_key);

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  // The slot of the key, or the empty one where it would go.
  std::size_t slot_of(std::uint64_t key_hash, const IsKey& is_key) const;
  void grow();

  std::deque<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // indices of entries; a power of two of them
};

}  // namespace drp::pipeline
