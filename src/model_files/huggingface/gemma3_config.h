// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "model_files/model_shape.h"

namespace drp::model_files {

// Gemma 3's config.json differs from the others': the text model may be the part `text_config` of a
// model that also sees images, numbers that are its default are left out (the 4B model names 5 of
// 20), and rotary embedding has two bases (as rope_theta and rope_local_base_freq, or as
// rope_parameters of two kinds of layers).

// Whether the model sees images, too: its text model is what is imported.
bool sees_images(const nlohmann::json& config);
// config.json in the words of the other architectures: the text part, nothing left out,
// rope_theta and rope_scaling those of the layers that see all. Of another model it is as it was.
// Throws Error{kModel}.
nlohmann::json plain_config(const nlohmann::json& config, const std::filesystem::path& file);
// The text part as a config.json of its own, for a folder with the text model's weights.
nlohmann::json text_model_config(const nlohmann::json& config);

// Reads what only Gemma 3 has into a shape that has the rest, out of a plain_config(). Throws
// Error{kModel} for what llama.cpp's architecture would compute otherwise.
void read_gemma3(const nlohmann::json& config, const std::filesystem::path& file,
                 ModelShape& shape);
// Writes it, in transformers 4's words.
void add_gemma3(const ModelShape& shape, nlohmann::ordered_json& config);

}  // namespace drp::model_files
