// SPDX-License-Identifier: Apache-2.0
#include "train/new_student.h"

#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/random.h"
#include "model_files/gguf_writer.h"

namespace drp::train {
namespace {

// llama.cpp's token types.
constexpr std::int32_t kNormal = 1;
constexpr std::int32_t kControl = 3;

constexpr const char* kControls[] = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
constexpr std::uint32_t kPad = 0;
constexpr std::uint32_t kStart = 1;
constexpr std::uint32_t kEnd = 2;
static_assert(std::size(kControls) == kNewStudentControls);

constexpr const char* kTemplate =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] "
    "+ '<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ "
    "'<|im_start|>assistant\\n' }}{% endif %}";

constexpr double kRopeBase = 10000;
constexpr double kNormEpsilon = 1e-5;
// Weights start at this share of 1 / sqrt(inputs), GPT-2's 0.02 at its width.
constexpr double kInitialShare = 0.55;

void check_sizes(const NewStudent& student) {
  if (student.heads > 0 && student.width % (2 * student.heads) == 0 &&
      student.key_value_heads > 0 && student.heads % student.key_value_heads == 0) {
    return;
  }
  throw Error(ErrorKind::kConfig,
              "a width of " + std::to_string(student.width) + " does not fit " +
                  std::to_string(student.heads) + " heads on " +
                  std::to_string(student.key_value_heads) + " key-value heads",
              "a head's width must be even, and the heads a multiple of the key-value heads");
}

class StudentWriter {
 public:
  StudentWriter(const BpeVocabulary& vocabulary, const NewStudent& student)
      : vocabulary_(vocabulary), student_(student), random_(student.seed) {}

  void keys() {
    writer_.add_text("general.architecture", "llama");
    writer_.add_text("general.type", "model");
    writer_.add_u32("general.file_type", 0);
    size("llama.vocab_size", kNewStudentControls + pieces());
    size("llama.block_count", student_.layers);
    size("llama.context_length", student_.context_tokens);
    size("llama.embedding_length", student_.width);
    size("llama.feed_forward_length", student_.feed_forward);
    size("llama.attention.head_count", student_.heads);
    size("llama.attention.head_count_kv", student_.key_value_heads);
    size("llama.rope.dimension_count", head_width());
    writer_.add_f32("llama.rope.freq_base", static_cast<float>(kRopeBase));
    writer_.add_f32("llama.attention.layer_norm_rms_epsilon", static_cast<float>(kNormEpsilon));
  }

  void tokenizer() {
    std::vector<std::string> tokens(std::begin(kControls), std::end(kControls));
    std::vector<std::int32_t> types(tokens.size(), kControl);
    tokens.insert(tokens.end(), vocabulary_.pieces.begin(), vocabulary_.pieces.end());
    types.resize(tokens.size(), kNormal);
    writer_.add_text("tokenizer.ggml.model", "gpt2");
    writer_.add_text("tokenizer.ggml.pre", "smollm");
    writer_.add_text_list("tokenizer.ggml.tokens", tokens);
    writer_.add_i32_list("tokenizer.ggml.token_type", types);
    writer_.add_text_list("tokenizer.ggml.merges", vocabulary_.merges);
    writer_.add_u32("tokenizer.ggml.bos_token_id", kStart);
    writer_.add_u32("tokenizer.ggml.eos_token_id", kEnd);
    writer_.add_u32("tokenizer.ggml.padding_token_id", kPad);
    writer_.add_u32("tokenizer.ggml.unknown_token_id", kPad);
    writer_.add_bool("tokenizer.ggml.add_bos_token", false);
    writer_.add_bool("tokenizer.ggml.add_space_prefix", false);
    writer_.add_text("tokenizer.chat_template", kTemplate);
  }

  void tensors() {
    const std::int64_t query = student_.heads * head_width();
    const std::int64_t key_value = student_.key_value_heads * head_width();
    // Two additions a layer keep the residual stream's size through the depth.
    const double added = 1 / std::sqrt(2.0 * static_cast<double>(student_.layers));
    matrix("token_embd.weight", student_.width, kNewStudentControls + pieces());
    ones("output_norm.weight");
    for (std::int64_t layer = 0; layer < student_.layers; ++layer) {
      const std::string block = "blk." + std::to_string(layer) + ".";
      ones(block + "attn_norm.weight");
      matrix(block + "attn_q.weight", student_.width, query);
      matrix(block + "attn_k.weight", student_.width, key_value);
      matrix(block + "attn_v.weight", student_.width, key_value);
      matrix(block + "attn_output.weight", query, student_.width, added);
      ones(block + "ffn_norm.weight");
      matrix(block + "ffn_gate.weight", student_.width, student_.feed_forward);
      matrix(block + "ffn_up.weight", student_.width, student_.feed_forward);
      matrix(block + "ffn_down.weight", student_.feed_forward, student_.width, added);
    }
  }

  void write(const std::filesystem::path& path) const { writer_.write(path); }

 private:
  std::int64_t pieces() const { return static_cast<std::int64_t>(vocabulary_.pieces.size()); }
  std::int64_t head_width() const { return student_.width / student_.heads; }

  void size(const std::string& key, std::int64_t value) {
    writer_.add_u32(key, static_cast<std::uint32_t>(value));
  }
  void matrix(const std::string& name, std::int64_t in, std::int64_t out, double scale = 1) {
    std::vector<float> values(static_cast<std::size_t>(in * out));
    const double deviation = scale * kInitialShare / std::sqrt(static_cast<double>(in));
    for (float& value : values) value = static_cast<float>(deviation * random_.normal());
    writer_.add_tensor(name, {in, out}, values);
  }
  void ones(const std::string& name) {
    writer_.add_tensor(name, {student_.width},
                       std::vector<float>(static_cast<std::size_t>(student_.width), 1.0F));
  }

  const BpeVocabulary& vocabulary_;
  const NewStudent& student_;
  Random random_;
  model_files::GgufWriter writer_;
};

}  // namespace

std::string rendered_turns(std::string_view question, std::string_view response) {
  return "user\n" + std::string(question) + "\nassistant\n" + std::string(response) + "\n";
}

void write_new_student(const std::filesystem::path& path, const BpeVocabulary& vocabulary,
                       const NewStudent& student) {
  check_sizes(student);
  StudentWriter writer(vocabulary, student);
  writer.keys();
  writer.tokenizer();
  writer.tensors();
  writer.write(path);
}

}  // namespace drp::train
