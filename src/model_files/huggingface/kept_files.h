// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model_files/gguf_file.h"
#include "model_files/gguf_writer.h"

namespace drp::model_files {

// An imported model keeps its folder's small files as texts under keys "drp.hf.FILE", which
// llama.cpp passes over. Of tokenizer.json the vocabulary and the merges are left out: GGUF has
// them. So an export can give back what GGUF has no words for.

void keep_files(GgufWriter& writer, const std::filesystem::path& folder);
// The names of those kept, such as "generation_config.json".
std::vector<std::string> kept_files(const GgufFile& file);
// One of them; nothing where it was not kept. Throws Error{kModel} where it is no JSON object.
std::optional<nlohmann::json> kept_json(const GgufFile& file, const std::string& name);

}  // namespace drp::model_files
