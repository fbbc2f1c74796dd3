// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "records/problem.h"

namespace drp::problems {

// The id of a problem whose source gives none: 16 hexadecimal digits of a hash of question and
// answer, so that the same problem has the same id in every file and run.
std::string content_id(const Problem& problem);

}  // namespace drp::problems
