// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace drp::llm {

// Where each reply of the store lies, by the first 64 bits of its key (SHA-256): 16 bytes a reply
// and a slot table of at most 12 more. Two keys that share 64 bits are not told apart here; the
// reader of the line compares the whole key. Not thread-safe.
class ReplyIndex {
 public:
  struct Place {
    std::uint32_t segment = 0;
    std::uint64_t offset = 0;  // of the line's first byte; below 2^48

    bool operator==(const Place&) const = default;
  };

  // The index's hash of a key of hexadecimal digits, or nothing where it is not one.
  static std::optional<std::uint64_t> hash(std::string_view key);

  std::size_t size() const { return entries_.size(); }
  Place operator[](std::size_t i) const { return place(entries_[i]); }
  std::uint64_t hash_at(std::size_t i) const { return entries_[i].hash; }

  std::optional<Place> find(std::uint64_t hash) const;
  // False where the hash is there already; the first place stays.
  bool add(std::uint64_t hash, Place place);
  // Adds the hash, or gives the one that is there a new place.
  void put(std::uint64_t hash, Place place);
  void clear();

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  struct Entry {
    std::uint64_t hash;
    std::uint64_t place;  // segment << 48 | offset
  };

  static Place place(const Entry& entry);
  static std::uint64_t packed(Place place);
  std::size_t slot_of(std::uint64_t hash) const;
  void grow();

  std::deque<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // indices of entries; a power of two of them
};

}  // namespace drp::llm
