// SPDX-License-Identifier: Apache-2.0
#include "report/pack.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <utility>

#include "base/check.h"

namespace drp::report {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10U;
// zlib counts in `unsigned`, OpenSSL in `int`.
constexpr std::size_t kPieceBytesMax = std::size_t{1} << 30U;

}  // namespace

struct Deflater::State {
  z_stream stream{};
  std::string out;

  State() {
    const int code = deflateInit(&stream, Z_DEFAULT_COMPRESSION);
    DRP_CHECK(code == Z_OK, "zlib did not start");
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Deflater::Deflater() : state_(std::make_unique<State>()) {}
Deflater::~Deflater() = default;
Deflater::Deflater(Deflater&&) noexcept = default;
Deflater& Deflater::operator=(Deflater&&) noexcept = default;

void Deflater::run(std::string_view text, int flush) {
  DRP_CHECK(text.size() <= kPieceBytesMax, "a piece of a text is too long to compress");
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<z_const Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  std::array<char, kChunkBytes> chunk{};
  do {
    stream.next_out = reinterpret_cast<Bytef*>(chunk.data());
    stream.avail_out = static_cast<uInt>(chunk.size());
    const int code = ::deflate(&stream, flush);
    DRP_CHECK(code != Z_STREAM_ERROR, "zlib lost its state");
    state_->out.append(chunk.data(), chunk.size() - stream.avail_out);
  } while (stream.avail_out == 0);
}

void Deflater::add(std::string_view text) {
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kPieceBytesMax);
    run(piece, Z_NO_FLUSH);
    text.remove_prefix(piece.size());
  }
}

std::string Deflater::finish() {
  run({}, Z_FINISH);
  return std::move(state_->out);
}

std::string deflate(std::string_view text) {
  Deflater deflater;
  deflater.add(text);
  return deflater.finish();
}

std::string base64(std::string_view bytes) {
  DRP_CHECK(bytes.size() <= kPieceBytesMax, "too many bytes for base64");
  // OpenSSL ends what it writes with NUL.
  std::string out(static_cast<std::size_t>(base64_bytes(std::int64_t(bytes.size()))) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace drp::report
