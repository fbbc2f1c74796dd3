// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/export_folder.h"

#include <ggml.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "model_files/huggingface/gemma3_config.h"
#include "model_files/huggingface/hf_config.h"
#include "model_files/huggingface/hf_names.h"
#include "model_files/huggingface/kept_files.h"
#include "model_files/huggingface/shifted_norms.h"
#include "model_files/huggingface/tokenizer_files.h"
#include "model_files/merge.h"
#include "model_files/safetensors_writer.h"

namespace drp::model_files {
namespace {

constexpr const char* kSingle = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

std::string torch_name(int type) {
  switch (type) {
    case GGML_TYPE_F16:
      return "float16";
    case GGML_TYPE_BF16:
      return "bfloat16";
    default:
      return "float32";  // a number of ggml's
  }
}

// The value as it was written before it became an fp32 of GGUF: 1e-05, not 9.99999974e-06.
double shortest(double value) {
  char text[32];
  const auto end = std::to_chars(std::begin(text), std::end(text), static_cast<float>(value)).ptr;
  return parse_double(std::string_view(text, static_cast<std::size_t>(end - text))).value_or(value);
}

// One model's tensors on their way out.
class FolderExport {
 public:
  FolderExport(const GgufFile& base, std::span<const LoraAdapter> adapters,
               const ExportFolderOptions& options)
      : base_(base),
        shape_(read_model_shape(base)),
        weights_(base, adapters),
        options_(options),
        names_(tensor_names(shape_)) {
    const int own = base.tensor("token_embd.weight").type;
    type_ = options.type != nullptr         ? options.type->ggml
            : safetensors_type(own).empty() ? static_cast<int>(GGML_TYPE_F16)
                                            : own;
    if (safetensors_type(type_).empty()) {
      throw Error(ErrorKind::kConfig,
                  "a Hugging Face folder cannot hold type " + std::string(options.type->name) +
                      "; f32, f16 and bf16 are possible",
                  "write a GGUF for quantised weights");
    }
  }

  void write_weights(const std::filesystem::path& folder) const {
    std::vector<std::vector<const TensorName*>> shards(1);
    std::size_t bytes = 0;
    std::size_t total = 0;
    for (const TensorName& name : names_) {
      const std::size_t size = value_count(name) * value_bytes(name);
      if (bytes > 0 && bytes + size > options_.shard_bytes_max) {
        shards.emplace_back();
        bytes = 0;
      }
      shards.back().push_back(&name);
      bytes += size;
      total += size;
    }
    // What an earlier export left must not be read beside these.
    std::error_code none;
    std::filesystem::remove(folder / kIndex, none);
    std::filesystem::remove(folder / kSingle, none);
    if (shards.size() == 1) {
      write_shard(folder / kSingle, shards[0]);
      return;
    }
    nlohmann::ordered_json index = {{"metadata", {{"total_size", total}}},
                                    {"weight_map", nlohmann::ordered_json::object()}};
    for (std::size_t i = 0; i < shards.size(); ++i) {
      const auto number = [](std::size_t n) {
        const std::string digits = std::to_string(n);
        return std::string(digits.size() < 5 ? 5 - digits.size() : 0, '0') + digits;
      };
      const std::string file =
          "model-" + number(i + 1) + "-of-" + number(shards.size()) + ".safetensors";
      write_shard(folder / file, shards[i]);
      for (const TensorName* name : shards[i]) index["weight_map"][name->hf] = file;
    }
    write_file_atomic(folder / kIndex, index.dump(2) + "\n");
  }

  void write_config(const std::filesystem::path& folder) const {
    auto kept = kept_json(base_, "config.json");
    if (kept) {
      *kept = text_model_config(*kept);  // its weights are all that there is
      const char* key = kept->contains("dtype") ? "dtype" : "torch_dtype";
      (*kept)[key] = torch_name(type_);
      (*kept)["tie_word_embeddings"] = shape_.tied_head;
      write_file_atomic(folder / "config.json", kept->dump(2) + "\n");
      return;
    }
    HfConfig config;
    config.shape = shape_;
    config.shape.norm_epsilon = shortest(shape_.norm_epsilon);
    config.shape.rope_base = shortest(shape_.rope_base);
    config.shape.window_rope_base = shortest(shape_.window_rope_base);
    const auto rope = rope_of_divisors(shape_.rope_divisors, shape_.rope_base, shape_.head_width);
    if (!rope) {
      base_.fail("scales its rotary frequencies in a way that no config.json can say",
                 "export a GGUF, or import the model's own folder first");
    }
    config.rope = *rope;
    config.start_id = base_.integer("tokenizer.ggml.bos_token_id");
    config.pad_id = base_.integer("tokenizer.ggml.padding_token_id");
    if (const auto end = base_.integer("tokenizer.ggml.eos_token_id")) config.end_ids = {*end};
    write_file_atomic(folder / "config.json",
                      make_hf_config(config, torch_name(type_)).dump(2) + "\n");
  }

 private:
  static std::size_t value_count(const TensorName& name) {
    return static_cast<std::size_t>(name.rows * (name.columns == 0 ? 1 : name.columns));
  }
  std::size_t value_bytes(const TensorName& name) const {
    return target_type(name) == GGML_TYPE_F32 ? 4 : 2;
  }

  // GGUF holds vectors as F32: they go back to the matrices' type where that loses nothing.
  int target_type(const TensorName& name) const {
    if (name.columns != 0 || type_ == GGML_TYPE_F32) return type_;
    if (options_.type != nullptr) return type_;
    const std::vector<float> values = unshifted(base_, base_.tensor(name.gguf), name.offset);
    const std::string narrow = encode_weights(values, type_, name.rows);
    return decode_weights(narrow, type_) == values ? type_ : static_cast<int>(GGML_TYPE_F32);
  }

  std::string bytes(const TensorName& name) const {
    if (name.offset != 0) {  // a norm, which no adapter changes
      return encode_weights(unshifted(base_, base_.tensor(name.gguf), name.offset),
                            target_type(name), name.rows);
    }
    std::string out = weights_.bytes(base_.tensor(name.gguf), target_type(name));
    if (name.reordered_heads == 0) return out;
    return reorder_rows(out, name.rows, name.reordered_heads, RowOrder::kToHalves);
  }

  void write_shard(const std::filesystem::path& file,
                   const std::vector<const TensorName*>& names) const {
    SafetensorsWriter writer;
    writer.set_metadata({{"format", "pt"}});
    for (const TensorName* name : names) {
      const std::vector<std::int64_t> dims =
          name->columns == 0 ? std::vector<std::int64_t>{name->rows}
                             : std::vector<std::int64_t>{name->rows, name->columns};
      writer.add(name->hf, safetensors_type(target_type(*name)), dims,
                 value_count(*name) * value_bytes(*name), [this, name] { return bytes(*name); });
    }
    writer.write(file);
  }

  const GgufFile& base_;
  ModelShape shape_;
  MergedWeights weights_;
  const ExportFolderOptions& options_;
  std::vector<TensorName> names_;
  int type_ = 0;
};

}  // namespace

std::vector<std::string> export_folder(const std::filesystem::path& folder, const GgufFile& base,
                                       std::span<const LoraAdapter> adapters,
                                       const ExportFolderOptions& options) {
  const FolderExport model(base, adapters, options);
  make_folder(folder);
  std::vector<std::string> notes;
  if (options.tokenizer_folder.empty()) {
    notes = write_tokenizer_files(base, folder);
  } else {
    copy_tokenizer_files(base, options.tokenizer_folder, folder);
  }
  model.write_config(folder);
  model.write_weights(folder);
  return notes;
}

}  // namespace drp::model_files
