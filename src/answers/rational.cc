// SPDX-License-Identifier: Apache-2.0
#include "answers/rational.h"

#include <flint/fmpz.h>

#include <cstdlib>

#include "base/check.h"
#include "base/text.h"

namespace drp::answers {
namespace {

// A fraction of integer 1 and its owned fmpz for intermediate steps.
struct Integer {
  Integer() { fmpz_init(value); }
  ~Integer() { fmpz_clear(value); }
  Integer(const Integer&) = delete;
  Integer& operator=(const Integer&) = delete;
  fmpz_t value;
};

}  // namespace

std::optional<Rational> Rational::from(const Literal& literal) {
  if (literal.digits.empty()) return std::nullopt;
  Rational result;
  if (literal.digits.size() <= 18) {
    std::int64_t value = 0;
    for (char digit : literal.digits) value = value * 10 + (digit - '0');
    fmpz_set_si(fmpq_numref(result.value_), value);
  } else {
    const int bad = fmpz_set_str(fmpq_numref(result.value_), literal.digits.c_str(), 10);
    DRP_CHECK(bad == 0, "a literal holds digits only");
  }
  if (!literal.repeating.empty()) {
    // 0.12(345) is 12 and 345/999 hundredths.
    const auto block = from({0, literal.repeating});
    const auto size = static_cast<int>(literal.repeating.size());
    if (!block) return std::nullopt;
    result = result + *block / (power_of_ten(size) - Rational(1));
  }
  const int scale = literal.exponent - literal.decimals;
  return scale == 0 ? result : result * power_of_ten(scale);
}

std::optional<Rational> Rational::from_digits(const std::string& digits, int base) {
  Rational result;
  if (base < 2 || base > 36 || digits.empty() || digits.size() > kLiteralDigitsMax) {
    return std::nullopt;
  }
  for (char digit : digits) {
    const int value = is_digit(digit) ? digit - '0' : is_upper(digit) ? digit - 'A' + 10 : 36;
    if (value >= base) return std::nullopt;
  }
  if (fmpz_set_str(fmpq_numref(result.value_), digits.c_str(), base) != 0) return std::nullopt;
  return result;
}

Rational Rational::power_of_ten(int exponent) {
  Rational result;
  fmpz* part = exponent < 0 ? fmpq_denref(result.value_) : fmpq_numref(result.value_);
  fmpz_one(fmpq_numref(result.value_));
  fmpz_set_ui(part, 10);
  fmpz_pow_ui(part, part, static_cast<ulong>(std::abs(exponent)));
  return result;
}

Rational Rational::operator+(const Rational& other) const {
  Rational result;
  fmpq_add(result.value_, value_, other.value_);
  return result;
}

Rational Rational::operator-(const Rational& other) const {
  Rational result;
  fmpq_sub(result.value_, value_, other.value_);
  return result;
}

Rational Rational::operator*(const Rational& other) const {
  Rational result;
  fmpq_mul(result.value_, value_, other.value_);
  return result;
}

Rational Rational::operator-() const {
  Rational result;
  fmpq_neg(result.value_, value_);
  return result;
}

Rational Rational::operator/(const Rational& other) const {
  DRP_CHECK(other.sign() != 0, "division by zero is refused by the caller");
  Rational result;
  fmpq_div(result.value_, value_, other.value_);
  return result;
}

std::optional<Rational> Rational::power(const Rational& exponent) const {
  const auto steps = exponent.to_int();
  if (!steps) return std::nullopt;
  if (sign() == 0) return *steps > 0 ? std::optional(Rational()) : std::nullopt;
  const std::size_t size = static_cast<std::size_t>(*steps < 0 ? -*steps : *steps);
  const bool unit = *this == Rational(1) || *this == Rational(-1);
  if (unit) return *steps % 2 == 0 ? Rational(1) : *this;
  if (size > kPowerBitsMax || size * bits() > kPowerBitsMax) return std::nullopt;
  Rational result;
  fmpq_pow_si(result.value_, value_, static_cast<slong>(*steps));
  return result;
}

std::optional<Rational> Rational::factorial() const {
  const auto count = to_int();
  if (!count || *count < 0 || *count > 2000) return std::nullopt;
  Rational result;
  fmpz_fac_ui(fmpq_numref(result.value_), static_cast<ulong>(*count));
  return result;
}

std::optional<Rational> Rational::double_factorial() const {
  const auto count = to_int();
  if (!count || *count < 0 || *count > 2000) return std::nullopt;
  Rational result(1);
  for (std::int64_t factor = *count; factor > 1; factor -= 2) {
    fmpz_mul_si(fmpq_numref(result.value_), fmpq_numref(result.value_), factor);
  }
  return result;
}

std::optional<Rational> Rational::binomial(const Rational& k) const {
  constexpr std::int64_t kTop = 100'000;
  const auto top = to_int();
  const auto below = k.to_int();
  if (!top || !below || *below < 0 || *below > *top || *top > kTop) return std::nullopt;
  Rational result;
  fmpz_bin_uiui(fmpq_numref(result.value_), static_cast<ulong>(*top), static_cast<ulong>(*below));
  return result;
}

Rational Rational::absolute() const {
  Rational result;
  fmpq_abs(result.value_, value_);
  return result;
}

bool Rational::is_integer() const { return fmpz_is_one(fmpq_denref(value_)) != 0; }

std::optional<std::int64_t> Rational::to_int() const {
  if (!is_integer() || !fmpz_fits_si(fmpq_numref(value_))) return std::nullopt;
  return fmpz_get_si(fmpq_numref(value_));
}

bool Rational::terminates() const {
  Integer rest;
  Integer factor;
  fmpz_set(rest.value, fmpq_denref(value_));
  for (const unsigned prime : {2u, 5u}) {
    fmpz_set_ui(factor.value, prime);
    fmpz_remove(rest.value, rest.value, factor.value);
  }
  return fmpz_is_one(rest.value) != 0;
}

std::size_t Rational::bits() const {
  return static_cast<std::size_t>(fmpz_bits(fmpq_numref(value_))) +
         static_cast<std::size_t>(fmpz_bits(fmpq_denref(value_)));
}

std::string Rational::text() const {
  char* written = fmpq_get_str(nullptr, 10, value_);
  std::string result(written);
  flint_free(written);
  return result;
}

}  // namespace drp::answers
