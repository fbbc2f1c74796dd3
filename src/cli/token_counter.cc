// SPDX-License-Identifier: Apache-2.0
#include "cli/token_counter.h"

#include "base/error.h"
#include "cli/wiring.h"

namespace drp::cli {

TokenCounter find_token_counter(const std::string& tokenizer) {
  if (tokenizer == "none") return {nullptr, "characters"};
  const auto load = [](const std::filesystem::path& model) {
    return TokenCounter{make_engines().load_student(model, 1),
                        "tokens of " + model.filename().string()};
  };
  if (tokenizer != "auto") return load(find_model(tokenizer, "--tokenizer"));
  try {
    return load(find_model(std::string(kDefaultTokenizer)));
  } catch (const Error&) {
    return {nullptr, "characters"};  // no model, or a build without the local engine
  }
}

}  // namespace drp::cli
