// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace drp::model_files {

// The chat templates of a Hugging Face folder by name; the one that is used unless another is asked
// for is "default". They lie in chat_template.jinja and additional_chat_templates/*.jinja, else in
// tokenizer_config.json as a text or a list of {name, template}, else in chat_template.json.
std::map<std::string, std::string> read_chat_templates(const std::filesystem::path& folder,
                                                       const nlohmann::json& tokenizer_config);

}  // namespace drp::model_files
