// SPDX-License-Identifier: Apache-2.0
#include "model_files/tiny_model.h"

#include <cmath>
#include <vector>

#include "base/random.h"
#include "model_files/gguf_writer.h"
#include "model_files/model_shape.h"

namespace drp::model_files {
namespace {

class TinyWriter {
 public:
  explicit TinyWriter(const TinyModel& model) : model_(model) {
    set_architecture(shape_, model.architecture);  // one that is unknown is to be written, too
  }

  void keys() {
    const std::string& name = model_.architecture;
    writer_.add_text("general.type", "model");
    writer_.add_text("general.architecture", name);
    writer_.add_u32(name + ".block_count", model_.layers);
    writer_.add_u32(name + ".context_length", model_.context_tokens);
    writer_.add_u32(name + ".embedding_length", model_.width);
    writer_.add_u32(name + ".feed_forward_length", model_.feed_forward);
    writer_.add_u32(name + ".attention.head_count", model_.heads);
    writer_.add_u32(name + ".attention.head_count_kv", model_.key_value_heads);
    writer_.add_f32(name + ".rope.freq_base", model_.rope_base);
    writer_.add_f32(name + ".attention.layer_norm_rms_epsilon", 1e-5F);
    if (shape_.post_norms) {
      writer_.add_u32(name + ".attention.sliding_window", model_.window);
      writer_.add_u32(name + ".attention.sliding_window_pattern", 2);
      writer_.add_f32(name + ".rope.freq_base_swa", 30);
      writer_.add_text(name + ".rope.scaling.type", "linear");
      writer_.add_f32(name + ".rope.scaling.factor", 2);
    }
    if (model_.head_width == 0) return;
    writer_.add_u32(name + ".attention.key_length", model_.head_width);
    writer_.add_u32(name + ".attention.value_length", model_.head_width);
  }

  void tensors() {
    matrix("token_embd.weight", model_.width, model_.vocabulary);
    vector("output_norm.weight", model_.width, 1);
    if (!model_.tied_head) matrix("output.weight", model_.width, model_.vocabulary);
    const std::uint32_t head =
        model_.head_width > 0 ? model_.head_width : model_.width / model_.heads;
    const std::uint32_t query = head * model_.heads;
    const std::uint32_t shared = head * model_.key_value_heads;
    if (model_.rope_divisors) divisors(head / 2);
    for (std::uint32_t layer = 0; layer < model_.layers; ++layer) {
      const std::string block = "blk." + std::to_string(layer) + ".";
      vector(block + "attn_norm.weight", model_.width, 1);
      vector(block + "ffn_norm.weight", model_.width, 1);
      matrix(block + "attn_q.weight", model_.width, query);
      matrix(block + "attn_k.weight", model_.width, shared);
      matrix(block + "attn_v.weight", model_.width, shared);
      matrix(block + "attn_output.weight", query, model_.width);
      matrix(block + "ffn_gate.weight", model_.width, model_.feed_forward);
      matrix(block + "ffn_up.weight", model_.width, model_.feed_forward);
      matrix(block + "ffn_down.weight", model_.feed_forward, model_.width);
      if (shape_.post_norms) {
        vector(block + "post_attention_norm.weight", model_.width, 1);
        vector(block + "post_ffw_norm.weight", model_.width, 1);
      }
      if (shape_.head_norms) {
        vector(block + "attn_q_norm.weight", head, 1);
        vector(block + "attn_k_norm.weight", head, 1);
      }
      if (model_.architecture != "qwen2") continue;
      vector(block + "attn_q.bias", query, 0);
      vector(block + "attn_k.bias", shared, 0);
      vector(block + "attn_v.bias", shared, 0);
    }
  }

  void write(const std::filesystem::path& path) const { writer_.write(path); }

 private:
  void matrix(const std::string& name, std::int64_t in, std::int64_t out) {
    std::vector<float> values(static_cast<std::size_t>(in * out));
    const double deviation = 1.5 / std::sqrt(static_cast<double>(in));
    for (float& value : values) value = static_cast<float>(deviation * random_.normal());
    writer_.add_tensor(name, {in, out}, values, model_.type);
  }
  void vector(const std::string& name, std::int64_t size, double mean) {
    std::vector<float> values(static_cast<std::size_t>(size));
    for (float& value : values) value = static_cast<float>(mean + 0.1 * random_.normal());
    writer_.add_tensor(name, {size}, values);
  }
  void divisors(std::int64_t size) {
    std::vector<float> values(static_cast<std::size_t>(size), 1.0F);
    for (std::size_t i = 1; i < values.size(); ++i) values[i] = 2 * values[i - 1];
    writer_.add_tensor("rope_freqs.weight", {size}, values);
  }

  const TinyModel& model_;
  ModelShape shape_;
  Random random_{model_.seed};
  GgufWriter writer_;
};

}  // namespace

void write_tiny_model(const std::filesystem::path& path, const TinyModel& model) {
  TinyWriter writer(model);
  writer.keys();
  writer.tensors();
  writer.write(path);
}

}  // namespace drp::model_files
