// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "records/evaluation.h"

namespace drp::evaluate {

// An evaluation as aligned text for a terminal, kTextColumns wide: the students, their extractors,
// scores over several samples, comparisons, and under each table what it can and cannot tell.
// `unit` is what lengths count: "tokens" or "characters".
std::string evaluation_table(const Evaluation& evaluation, std::string_view unit);

}  // namespace drp::evaluate
