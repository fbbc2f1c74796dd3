// SPDX-License-Identifier: Apache-2.0
#include "answers/thread_caches.h"

#include <flint/flint.h>

namespace drp::answers {

void free_thread_caches() { flint_cleanup(); }

}  // namespace drp::answers
