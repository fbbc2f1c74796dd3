// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model_files/model_shape.h"

namespace drp::model_files {

enum class RopeScaling { kNone, kLinear, kLlama3, kYarn };

// How the rotary frequencies differ from rope_base^(-2i / head width).
struct HfRope {
  RopeScaling scaling = RopeScaling::kNone;
  double factor = 1;
  double low_frequency_factor = 1;   // llama3
  double high_frequency_factor = 4;  // llama3
  double original_context = 8192;    // llama3 and yarn

  bool operator==(const HfRope&) const = default;
};

// What a model's config.json says, in the spelling of transformers 4 (rope_theta, rope_scaling,
// torch_dtype) or 5 (rope_parameters, dtype).
struct HfConfig {
  ModelShape shape;  // without rope_divisors
  HfRope rope;
  std::optional<bool> tied_head;
  std::vector<std::int64_t> end_ids;  // eos_token_id, one or several
  std::optional<std::int64_t> start_id;
  std::optional<std::int64_t> pad_id;
  bool sees_images = false;  // it does; what is read is its text model
};

// Throws Error{kModel} naming file, key and value for a model of another architecture, or one that
// computes something which GGUF's architecture of that name does not.
HfConfig read_hf_config(const std::filesystem::path& file);

// The divisors of the frequencies that GGUF keeps as rope_freqs.weight, or empty for no Llama 3
// scaling (Llama 3.1's formula).
std::vector<float> llama3_divisors(const HfRope& rope, double rope_base, std::int64_t head_width);

// config.json of a model in transformers 4's spelling, which 5 reads, too. `dtype` such as
// "bfloat16".
nlohmann::ordered_json make_hf_config(const HfConfig& config, const std::string& dtype);
// The scaling that has these divisors; nothing where none of Hugging Face's has.
std::optional<HfRope> rope_of_divisors(const std::vector<float>& divisors, double rope_base,
                                       std::int64_t head_width);

}  // namespace drp::model_files
