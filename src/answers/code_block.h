// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

namespace drp::answers {

// The content of the last fenced block (``` or ~~~) that closes; nothing where there is none.
std::optional<Span> last_code_block(std::string_view text);

}  // namespace drp::answers
