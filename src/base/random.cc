// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <sys/random.h>

#include <bit>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace drp {

std::uint64_t fresh_seed() {
  std::uint64_t seed = 0;
  const ssize_t size = ::getrandom(&seed, sizeof seed, 0);
  DRP_CHECK(size == sizeof seed, "getrandom gave no bytes");
  return seed;
}

namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9E3779B97F4A7C15U);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (std::uint64_t& word : state_) word = split_mix(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Random::uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  DRP_CHECK(low <= high, "empty range");
  const std::uint64_t width =
      static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (width == 0) return static_cast<std::int64_t>(next());
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % width;  // reject the uneven tail
  std::uint64_t value = next();
  while (value >= limit) value = next();
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + value % width);
}

std::size_t Random::index(std::size_t size) {
  DRP_CHECK(size > 0, "index into nothing");
  return static_cast<std::size_t>(between(0, static_cast<std::int64_t>(size) - 1));
}

bool Random::chance(double probability) { return uniform() < probability; }

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t derive_seed(std::uint64_t seed, std::string_view key, std::uint64_t index) {
  std::uint64_t hash = 0xCBF29CE484222325U ^ seed;  // FNV-1a, then mixed
  for (const char c : key) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  }
  std::uint64_t state = hash ^ (index * 0xD6E8FEB86659FD93U);
  split_mix(state);
  return split_mix(state);
}

}  // namespace drp
