// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/import_model.h"

#include <ggml.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "model_files/gguf_writer.h"
#include "model_files/huggingface/hf_config.h"
#include "model_files/huggingface/hf_names.h"
#include "model_files/huggingface/hf_tokenizer.h"
#include "model_files/huggingface/hf_weights.h"
#include "model_files/huggingface/json_file.h"
#include "model_files/huggingface/kept_files.h"
#include "model_files/huggingface/shifted_norms.h"
#include "model_files/model_shape.h"

namespace drp::model_files {
namespace {

void add_shape(GgufWriter& writer, const HfConfig& config) {
  const ModelShape& shape = config.shape;
  const std::string prefix = shape.architecture + ".";
  const auto count = [&](const char* key, std::int64_t value) {
    writer.add_u32(prefix + key, static_cast<std::uint32_t>(value));
  };
  count("block_count", shape.layers);
  count("context_length", shape.context_tokens);
  count("embedding_length", shape.width);
  count("feed_forward_length", shape.feed_forward);
  count("attention.head_count", shape.heads);
  count("attention.head_count_kv", shape.key_value_heads);
  count("attention.key_length", shape.head_width);
  count("attention.value_length", shape.head_width);
  count("rope.dimension_count", shape.rotated);
  count("vocab_size", shape.vocabulary);
  writer.add_f32(prefix + "attention.layer_norm_rms_epsilon",
                 static_cast<float>(shape.norm_epsilon));
  writer.add_f32(prefix + "rope.freq_base", static_cast<float>(shape.rope_base));
  if (shape.window > 0) {
    count("attention.sliding_window", shape.window);
    count("attention.sliding_window_pattern", shape.window_period);
    writer.add_f32(prefix + "rope.freq_base_swa", static_cast<float>(shape.window_rope_base));
  }
  const HfRope& rope = config.rope;
  if (rope.scaling != RopeScaling::kLinear && rope.scaling != RopeScaling::kYarn) return;
  writer.add_text(prefix + "rope.scaling.type",
                  rope.scaling == RopeScaling::kLinear ? "linear" : "yarn");
  writer.add_f32(prefix + "rope.scaling.factor", static_cast<float>(rope.factor));
  if (rope.scaling == RopeScaling::kYarn) {
    count("rope.scaling.original_context_length", static_cast<std::int64_t>(rope.original_context));
  }
}

// The weights of a folder under GGUF's names.
class WeightImport {
 public:
  WeightImport(const std::filesystem::path& folder, HfConfig& config, const WeightType* type)
      : folder_(folder), weights_(folder), config_(config), type_(type) {
    ModelShape& shape = config.shape;
    if (config.sees_images) left_out_ = weights_.keep_text_model();
    const bool head = weights_.find("lm_head.weight") != nullptr;
    shape.tied_head = config.tied_head.value_or(false) || !head;
    names_ = tensor_names(shape);
    for (const TensorName& name : names_) check(name);
    refuse_others();
  }

  int file_type() const {
    return type_ != nullptr ? type_->file_type : file_type_of(stored_type(names_.front()));
  }

  void add(GgufWriter& writer) const {
    for (const TensorName& name : names_) {
      const int type = written_type(name);
      const std::vector<std::int64_t> dims =
          name.columns == 0 ? std::vector<std::int64_t>{name.rows}
                            : std::vector<std::int64_t>{name.columns, name.rows};
      writer.add_tensor(name.gguf, dims, type, [this, &name, type] { return bytes(name, type); });
      if (name.offset != 0) keep_unshifted(writer, name.gguf, values(name), name.offset);
    }
    const std::vector<float> divisors =
        llama3_divisors(config_.rope, config_.shape.rope_base, config_.shape.head_width);
    if (!divisors.empty()) {
      writer.add_tensor("rope_freqs.weight", {static_cast<std::int64_t>(divisors.size())},
                        divisors);
    }
  }
  std::int64_t tensors() const { return static_cast<std::int64_t>(names_.size()); }
  // Of the parts that see images.
  std::int64_t left_out() const { return left_out_; }

 private:
  int stored_type(const TensorName& name) const {
    return ggml_type_of_safetensors(weights_.find(name.hf)->dtype);
  }

  void check(const TensorName& name) const {
    const StoredArray* array = weights_.find(name.hf);
    if (array == nullptr) {
      fail_file(folder_, "has no tensor '" + name.hf + "'", "fetch all its shards");
    }
    const std::vector<std::int64_t> expected =
        name.columns == 0 ? std::vector<std::int64_t>{name.rows}
                          : std::vector<std::int64_t>{name.rows, name.columns};
    if (array->shape != expected) {
      const auto show = [](const std::vector<std::int64_t>& shape) {
        std::string text;
        for (const std::int64_t dim : shape) {
          text += (text.empty() ? "" : " x ") + std::to_string(dim);
        }
        return text;
      };
      fail_file(folder_, "has tensor '" + name.hf + "' of " + show(array->shape) +
                             ", its config.json means " + show(expected));
    }
    if (ggml_type_of_safetensors(array->dtype) < 0) {
      fail_file(folder_,
                "has tensor '" + name.hf + "' of type " + array->dtype +
                    "; F32, F16 and BF16 can be imported",
                "import the unquantised model; --type quantises");
    }
  }

  // A tensor that is passed over would change the model without a word.
  void refuse_others() const {
    std::set<std::string> known;
    for (const TensorName& name : names_) known.insert(name.hf);
    for (const std::string& name : weights_.names()) {
      const bool buffer = name.ends_with(".rotary_emb.inv_freq") ||
                          name.ends_with(".attn.masked_bias") ||
                          (name == "lm_head.weight" && config_.shape.tied_head);
      if (known.contains(name) || buffer) continue;
      fail_file(folder_,
                "has tensor '" + name + "', which a " + config_.shape.architecture +
                    " model of its config.json has no place for",
                "a model with other parts cannot be imported");
    }
  }

  int written_type(const TensorName& name) const {
    if (name.columns == 0) return GGML_TYPE_F32;
    return type_ == nullptr ? stored_type(name) : fitting_type(type_->ggml, name.columns);
  }

  std::vector<float> values(const TensorName& name) const {
    return decode_weights(weights_.find(name.hf)->bytes, stored_type(name));
  }

  std::string bytes(const TensorName& name, int type) const {
    if (name.offset != 0)
      return encode_weights(shifted(values(name), name.offset), type, name.rows);
    const std::string_view stored = weights_.find(name.hf)->bytes;
    std::string rows =
        name.reordered_heads > 0
            ? reorder_rows(stored, name.rows, name.reordered_heads, RowOrder::kToInterleaved)
            : std::string(stored);
    if (type == stored_type(name)) return rows;
    return encode_weights(decode_weights(rows, stored_type(name)), type,
                          name.columns == 0 ? name.rows : name.columns);
  }

  const std::filesystem::path& folder_;
  HfWeights weights_;
  const HfConfig& config_;
  const WeightType* type_;
  std::vector<TensorName> names_;
  std::int64_t left_out_ = 0;
};

std::string model_name(const std::filesystem::path& folder, const ImportOptions& options) {
  if (!options.name.empty()) return options.name;
  const std::filesystem::path whole = std::filesystem::absolute(folder).lexically_normal();
  return whole.has_filename() ? whole.filename().string() : whole.parent_path().filename().string();
}

HfConfig vocabulary_config(const std::filesystem::path& file) {
  HfConfig config;
  config.shape.architecture = "llama";  // any will do: there are no weights
  return std::filesystem::exists(file) ? read_hf_config(file) : config;
}

}  // namespace

ImportResult import_model(const std::filesystem::path& folder, const std::filesystem::path& output,
                          const ImportOptions& options) {
  if (!std::filesystem::is_directory(folder)) {
    fail_file(folder, "is no folder", "give a folder with config.json and model.safetensors");
  }
  const std::filesystem::path config_file = folder / "config.json";
  HfConfig config =
      options.vocabulary_only ? vocabulary_config(config_file) : read_hf_config(config_file);
  std::optional<WeightImport> weights;
  if (!options.vocabulary_only) weights.emplace(folder, config, options.type);
  const HfTokenizer tokenizer = read_hf_tokenizer(
      folder, {config.shape.vocabulary, config.end_ids, config.start_id, config.pad_id});
  config.shape.vocabulary = static_cast<std::int64_t>(tokenizer.tokens.size());

  GgufWriter writer;
  writer.add_text("general.architecture", config.shape.architecture);
  writer.add_text("general.type", "model");
  writer.add_text("general.name", model_name(folder, options));
  ImportResult result;
  if (weights) {
    writer.add_u32("general.file_type", static_cast<std::uint32_t>(weights->file_type()));
    writer.add_u32("general.quantization_version", 2);
  }
  if (config.shape.layers > 0) add_shape(writer, config);
  add_tokenizer(writer, tokenizer);
  keep_files(writer, folder);
  if (weights) {
    weights->add(writer);
    result.tensors = weights->tensors();
  }
  writer.write(output);
  result.architecture = config.shape.architecture;
  result.tokens = config.shape.vocabulary;
  result.pre_tokenizer = tokenizer.pre;
  result.notes = tokenizer.notes;
  if (weights && weights->left_out() > 0) {
    result.notes.push_back("the model also sees images; its language model is imported, " +
                           std::to_string(weights->left_out()) +
                           " tensors of its other parts are left out");
  }
  return result;
}

}  // namespace drp::model_files
