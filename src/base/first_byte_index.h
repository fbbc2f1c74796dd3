// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace drp {

// Where in a fixed list the entries stand whose words begin with a byte, so that a text is compared
// with these alone. Made at compile time; entries with the same first byte keep the list's order.
template <std::size_t kSize>
class FirstByteIndex {
  static_assert(kSize < 256);

 public:
  // `words(entry)` gives an entry's words, at least one byte.
  template <typename List, typename Words>
  constexpr FirstByteIndex(const List& list, Words words) {
    for (std::size_t i = 0; i < kSize; ++i) ++begins_[first_byte(words(list[i])) + 1];
    for (std::size_t byte = 1; byte < begins_.size(); ++byte) {
      begins_[byte] = static_cast<std::uint8_t>(begins_[byte] + begins_[byte - 1]);
    }
    std::array<std::uint8_t, 257> next = begins_;
    for (std::size_t i = 0; i < kSize; ++i) {
      order_[next[first_byte(words(list[i]))]++] = static_cast<std::uint8_t>(i);
    }
  }

  // Indices into the list, rising; empty for an empty text.
  constexpr std::span<const std::uint8_t> starting_like(std::string_view text) const {
    if (text.empty()) return {};
    const std::size_t byte = first_byte(text);
    return std::span(order_).subspan(begins_[byte], begins_[byte + 1] - begins_[byte]);
  }

 private:
  static constexpr std::size_t first_byte(std::string_view text) {
    return static_cast<unsigned char>(text.front());
  }

  std::array<std::uint8_t, 257> begins_{};
  std::array<std::uint8_t, kSize> order_{};
};

}  // namespace drp
