// SPDX-License-Identifier: Apache-2.0
#include "base/fingerprint.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <vector>

#include "base/check.h"
#include "base/error.h"

namespace drp {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context begin() {
  Context context(EVP_MD_CTX_new());
  DRP_CHECK(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1,
            "SHA-256 is always there");
  return context;
}

void update(EVP_MD_CTX* context, const void* bytes, std::size_t size) {
  DRP_CHECK(EVP_DigestUpdate(context, bytes, size) == 1, "SHA-256 update cannot fail");
}

std::string finish(EVP_MD_CTX* context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  DRP_CHECK(EVP_DigestFinal_ex(context, digest.data(), &size) == 1, "SHA-256 is finished twice");
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (unsigned int i = 0; i < size; ++i) {
    out.push_back(kHex[digest[i] >> 4U]);
    out.push_back(kHex[digest[i] & 15U]);
  }
  return out;
}

}  // namespace

struct Fingerprint::State {
  Context context = begin();
};

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) {}
Fingerprint::~Fingerprint() = default;
Fingerprint::Fingerprint(Fingerprint&&) noexcept = default;
Fingerprint& Fingerprint::operator=(Fingerprint&&) noexcept = default;

Fingerprint& Fingerprint::add(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  update(state_->context.get(), &size, sizeof size);
  update(state_->context.get(), bytes.data(), bytes.size());
  return *this;
}

Fingerprint& Fingerprint::add(std::int64_t value) { return add(std::to_string(value)); }

std::string Fingerprint::hex() { return finish(state_->context.get()); }

std::string sha256(std::string_view bytes) {
  const Context context = begin();
  update(context.get(), bytes.data(), bytes.size());
  return finish(context.get());
}

std::string sha256_file(const std::string& path) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                       &std::fclose);
  if (!file) {
    throw Error(ErrorKind::kIo, "cannot read '" + path + "'", "check the path and its rights");
  }
  const Context context = begin();
  std::vector<char> buffer(1U << 20U);
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    update(context.get(), buffer.data(), got);
  }
  if (std::ferror(file.get()) != 0) {
    throw Error(ErrorKind::kIo, "reading '" + path + "' failed half-way");
  }
  return finish(context.get());
}

}  // namespace drp
