// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "llm/student.h"

namespace drp::cli {

// The model whose tokenizer counts the responses of plain files where nothing else is asked for.
inline constexpr std::string_view kDefaultTokenizer = "smollm2-135m-instruct";

// What counts the length of a response.
struct TokenCounter {
  std::shared_ptr<llm::Student> student;  // none: characters are counted
  std::string name;                       // "tokens of FILE.gguf", or "characters"
};

// `tokenizer` is a GGUF, a cached model's name, auto (kDefaultTokenizer where it is in the cache,
// else characters) or none (characters). Throws Error{kIo} for a model that is not there.
TokenCounter find_token_counter(const std::string& tokenizer);

}  // namespace drp::cli
