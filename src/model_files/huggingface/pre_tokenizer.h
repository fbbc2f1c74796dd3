// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace drp::model_files {

// llama.cpp knows how a byte-level BPE vocabulary cuts text into words by a name alone
// (tokenizer.ggml.pre); Hugging Face writes the rule out. This is the table between the two.
//
// llama.cpp's own converter tells names by hashing the token ids of a test text with every known
// model; the rule itself is what counts and needs no list of models.

// The name for a tokenizer.json, or nothing where the rule is none that llama.cpp has. A null
// pre_tokenizer is a rule, too.
std::optional<std::string> pre_tokenizer_name(const nlohmann::json& tokenizer);
// What is wrong with it, for a message: its rule in one line.
std::string describe_pre_tokenizer(const nlohmann::json& tokenizer);
// "llama-bpe, qwen2, ..."
std::string pre_tokenizer_names();

// The members `pre_tokenizer`, `normalizer` and `ignore_merges` that stand for a name of
// llama.cpp's, or nothing for a name that is not in the table.
std::optional<nlohmann::json> pre_tokenizer_rule(std::string_view name);

}  // namespace drp::model_files
