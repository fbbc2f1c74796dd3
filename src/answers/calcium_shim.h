// SPDX-License-Identifier: Apache-2.0
#pragma once

/* Calcium (exact real and complex numbers, fredrikj.net/calcium) behind a C interface: its own
 * headers do not compile as C++. Values lie in numbered slots, which the caller fills before using
 * them. One object may be used by one thread at a time. */

#include <flint/fmpq.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct drp_calcium drp_calcium;

enum DrpCalciumOp {
  kCalciumPi,
  kCalciumI,
  kCalciumNeg,
  kCalciumAbs,
  kCalciumFloor,
  kCalciumCeil,
  kCalciumSqrt,
  kCalciumExp,
  kCalciumLog,
  kCalciumSin,
  kCalciumCos,
  kCalciumTan,
  kCalciumAsin,
  kCalciumAcos,
  kCalciumAtan,
  kCalciumAdd,
  kCalciumMul,
  kCalciumDiv,
  kCalciumPow
};

/* NULL where there is no memory. */
drp_calcium* drp_calcium_new(size_t slots);
void drp_calcium_free(drp_calcium* self);
void drp_calcium_rational(drp_calcium* self, size_t slot, const fmpq_t value);
/* slot = op(a, b); constants take neither, unary ones only a. */
void drp_calcium_apply(drp_calcium* self, size_t slot, enum DrpCalciumOp op, size_t a, size_t b);
/* 1 equal, 0 unequal, -1 unknown. */
int drp_calcium_equal(drp_calcium* self, size_t a, size_t b);

#ifdef __cplusplus
}
#endif
