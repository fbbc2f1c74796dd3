// SPDX-License-Identifier: Apache-2.0
#include "problems/content_id.h"

#include "base/fingerprint.h"

namespace drp::problems {

std::string content_id(const Problem& problem) {
  return Fingerprint().add(problem.question).add(problem.answer).hex().substr(0, 16);
}

}  // namespace drp::problems
