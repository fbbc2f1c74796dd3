// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/text.h"

namespace drp::answers {

// The last phrase that announces an answer: "the answer is", "Final Answer:", and the like in
// Chinese, Dutch, French, German, Italian, Japanese, Korean, Portuguese, Russian and Spanish. The
// span ends where the answer begins. A mention ("the answer that she gave") is none. Linear time.
std::optional<Span> last_answer_phrase(std::string_view text);

}  // namespace drp::answers
