// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

// How the page carries what it need not read at once: zlib (RFC 1950), which a browser's
// DecompressionStream("deflate") reads, then base64, which nothing in a page can end or misread.
namespace drp::report {

// Compresses a text that comes in pieces. Holds the compressed bytes.
class Deflater {
 public:
  Deflater();
  ~Deflater();
  Deflater(Deflater&&) noexcept;
  Deflater& operator=(Deflater&&) noexcept;

  void add(std::string_view text);
  // The whole stream; the object is spent.
  std::string finish();

 private:
  struct State;
  void run(std::string_view text, int flush);

  std::unique_ptr<State> state_;
};

std::string deflate(std::string_view text);

std::string base64(std::string_view bytes);
// The length of base64() of so many bytes.
constexpr std::int64_t base64_bytes(std::int64_t bytes) { return (bytes + 2) / 3 * 4; }

}  // namespace drp::report
