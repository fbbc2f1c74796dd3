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

enum drp_calcium_op {
  DRP_CALCIUM_PI,
  DRP_CALCIUM_I,
  DRP_CALCIUM_NEG,
  DRP_CALCIUM_ABS,
  DRP_CALCIUM_FLOOR,
  DRP_CALCIUM_CEIL,
  DRP_CALCIUM_SQRT,
  DRP_CALCIUM_EXP,
  DRP_CALCIUM_LOG,
  DRP_CALCIUM_SIN,
  DRP_CALCIUM_COS,
  DRP_CALCIUM_TAN,
  DRP_CALCIUM_ASIN,
  DRP_CALCIUM_ACOS,
  DRP_CALCIUM_ATAN,
  DRP_CALCIUM_ADD,
  DRP_CALCIUM_MUL,
  DRP_CALCIUM_DIV,
  DRP_CALCIUM_POW
};

/* NULL where there is no memory. */
drp_calcium* drp_calcium_new(size_t slots);
void drp_calcium_free(drp_calcium* self);
void drp_calcium_rational(drp_calcium* self, size_t slot, const fmpq_t value);
/* slot = op(a, b); constants take neither, unary ones only a. */
void drp_calcium_apply(drp_calcium* self, size_t slot, enum drp_calcium_op op, size_t a, size_t b);
/* 1 equal, 0 unequal, -1 unknown. */
int drp_calcium_equal(drp_calcium* self, size_t a, size_t b);

#ifdef __cplusplus
}
#endif
