// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace drp {

// Prints "FILE:LINE: check failed: EXPRESSION: WHY" on stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* expression, const char* why);

}  // namespace drp

// States what only a bug of ours can break; on in every build, never reachable from input.
#define DRP_CHECK(condition, why)                               \
  do {                                                          \
    if (!(condition)) {                                         \
      ::drp::check_failed(__FILE__, __LINE__, #condition, why); \
    }                                                           \
  } while (false)
