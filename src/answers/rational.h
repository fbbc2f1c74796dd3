// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <flint/fmpq.h>

#include <cstdint>
#include <optional>
#include <string>

#include "answers/literal.h"

namespace drp::answers {

// An exact fraction of any size (FLINT's fmpq, owned). For sources of this folder only.
class Rational {
 public:
  Rational() { fmpq_init(value_); }
  explicit Rational(std::int64_t value) : Rational() { fmpq_set_si(value_, value, 1); }
  Rational(const Rational& other) : Rational() { fmpq_set(value_, other.value_); }
  Rational(Rational&& other) noexcept : Rational() { fmpq_swap(value_, other.value_); }
  Rational& operator=(const Rational& other) {
    fmpq_set(value_, other.value_);
    return *this;
  }
  Rational& operator=(Rational&& other) noexcept {
    fmpq_swap(value_, other.value_);
    return *this;
  }
  ~Rational() { fmpq_clear(value_); }

  // Nothing for a literal that is over the limits.
  static std::optional<Rational> from(const Literal& literal);
  // `digits` (0-9, A-Z) read in `base` (2..36); nothing where one does not belong to the base.
  static std::optional<Rational> from_digits(const std::string& digits, int base);
  static Rational copy(const fmpq_t value) {
    Rational result;
    fmpq_set(result.value_, value);
    return result;
  }
  // 10^exponent.
  static Rational power_of_ten(int exponent);

  Rational operator+(const Rational& other) const;
  Rational operator-(const Rational& other) const;
  Rational operator*(const Rational& other) const;
  Rational operator-() const;
  // The divisor must not be zero.
  Rational operator/(const Rational& other) const;
  // Nothing where the result would be over kPowerBitsMax bits, or for 0 to a power < 0.
  std::optional<Rational> power(const Rational& exponent) const;
  // n! of an integer 0 <= n <= 2,000, else nothing.
  std::optional<Rational> factorial() const;
  // n!! likewise.
  std::optional<Rational> double_factorial() const;
  // n over k of integers 0 <= k <= n <= 100,000 whose result is not over kPowerBitsMax bits.
  std::optional<Rational> binomial(const Rational& k) const;
  Rational absolute() const;

  bool operator==(const Rational& other) const { return fmpq_equal(value_, other.value_) != 0; }
  int compare(const Rational& other) const { return fmpq_cmp(value_, other.value_); }
  int sign() const { return fmpq_sgn(value_); }
  bool is_integer() const;
  std::optional<std::int64_t> to_int() const;
  // Whether the decimal expansion ends.
  bool terminates() const;
  std::size_t bits() const;
  std::string text() const;
  const fmpq* raw() const { return value_; }
  fmpq* raw() { return value_; }

 private:
  fmpq_t value_;
};

inline constexpr std::size_t kPowerBitsMax = 1'000'000;

}  // namespace drp::answers
