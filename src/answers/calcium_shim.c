// SPDX-License-Identifier: Apache-2.0
#include "answers/calcium_shim.h"

#include <stdlib.h>

/* FLINT 3 has Calcium's headers in its own folder. */
#if __has_include(<flint/ca_vec.h>)
#include <flint/ca_vec.h>
#else
#include <calcium/ca_vec.h>
#endif

struct drp_calcium {
  ca_ctx_t context;
  ca_ptr values;
  size_t slots;
};

drp_calcium* drp_calcium_new(size_t slots) {
  drp_calcium* self = malloc(sizeof(drp_calcium));
  if (self == NULL) return NULL;
  ca_ctx_init(self->context);
  /* What is not decided within these stays unknown; the defaults may work for minutes. */
  self->context->options[CA_OPT_PREC_LIMIT] = 2048;
  self->context->options[CA_OPT_QQBAR_DEG_LIMIT] = 24;
  self->context->options[CA_OPT_POW_LIMIT] = 12;
  self->values = _ca_vec_init((slong)slots, self->context);
  self->slots = slots;
  return self;
}

void drp_calcium_free(drp_calcium* self) {
  if (self == NULL) return;
  _ca_vec_clear(self->values, (slong)self->slots, self->context);
  ca_ctx_clear(self->context);
  free(self);
}

void drp_calcium_rational(drp_calcium* self, size_t slot, const fmpq_t value) {
  ca_set_fmpq(self->values + slot, value, self->context);
}

void drp_calcium_apply(drp_calcium* self, size_t slot, enum DrpCalciumOp op, size_t first,
                       size_t second) {
  ca_ctx_struct* context = self->context;
  ca_ptr out = self->values + slot;
  ca_ptr a = self->values + first;
  ca_ptr b = self->values + second;
  switch (op) {
    case kCalciumPi:
      ca_pi(out, context);
      return;
    case kCalciumI:
      ca_i(out, context);
      return;
    case kCalciumNeg:
      ca_neg(out, a, context);
      return;
    case kCalciumAbs:
      ca_abs(out, a, context);
      return;
    case kCalciumFloor:
      ca_floor(out, a, context);
      return;
    case kCalciumCeil:
      ca_ceil(out, a, context);
      return;
    case kCalciumSqrt:
      ca_sqrt(out, a, context);
      return;
    case kCalciumExp:
      ca_exp(out, a, context);
      return;
    case kCalciumLog:
      ca_log(out, a, context);
      return;
    case kCalciumSin:
    case kCalciumCos: {
      ca_t other;
      ca_init(other, context);
      if (op == kCalciumSin) {
        ca_sin_cos(out, other, a, context);
      } else {
        ca_sin_cos(other, out, a, context);
      }
      ca_clear(other, context);
      return;
    }
    case kCalciumTan:
      ca_tan(out, a, context);
      return;
    case kCalciumAsin:
      ca_asin(out, a, context);
      return;
    case kCalciumAcos:
      ca_acos(out, a, context);
      return;
    case kCalciumAtan:
      ca_atan(out, a, context);
      return;
    case kCalciumAdd:
      ca_add(out, a, b, context);
      return;
    case kCalciumMul:
      ca_mul(out, a, b, context);
      return;
    case kCalciumDiv:
      ca_div(out, a, b, context);
      return;
    case kCalciumPow:
      ca_pow(out, a, b, context);
      return;
  }
}

int drp_calcium_equal(drp_calcium* self, size_t a, size_t b) {
  const truth_t equal = ca_check_equal(self->values + a, self->values + b, self->context);
  if (equal == T_TRUE) return 1;
  return equal == T_FALSE ? 0 : -1;
}
