// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace drp {

// SHA-256 (FIPS 180-4) over fields. Each add() is length-prefixed, so ("ab","c") and ("a","bc")
// differ. Value type; not copyable.
class Fingerprint {
 public:
  Fingerprint();
  ~Fingerprint();
  Fingerprint(Fingerprint&&) noexcept;
  Fingerprint& operator=(Fingerprint&&) noexcept;

  Fingerprint& add(std::string_view bytes);
  Fingerprint& add(std::int64_t value);
  // The digest as 64 lower-case hexadecimal digits; the object is spent.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// SHA-256 of the bytes alone (as `sha256sum` prints it).
std::string sha256(std::string_view bytes);
// SHA-256 of a file's content, streamed. Throws Error{kIo}.
std::string sha256_file(const std::string& path);

}  // namespace drp
