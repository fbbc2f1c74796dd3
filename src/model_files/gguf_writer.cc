// SPDX-License-Identifier: Apache-2.0
#include "model_files/gguf_writer.h"

#include <ggml.h>

#include "base/check.h"
#include "base/file.h"
#include "model_files/weight_type.h"

namespace drp::model_files {
namespace {

constexpr std::size_t kAlignment = 32;  // GGUF's default, so no key is needed

template <class T>
void append(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void append_text(std::string& out, std::string_view text) {
  append(out, static_cast<std::uint64_t>(text.size()));
  out.append(text);
}

ggml_type ggml_type_of(FloatType type) {
  switch (type) {
    case FloatType::kF32:
      return GGML_TYPE_F32;
    case FloatType::kF16:
      return GGML_TYPE_F16;
    case FloatType::kBF16:
      return GGML_TYPE_BF16;
  }
  return GGML_TYPE_F32;
}

void pad(std::string& out) {
  while (out.size() % kAlignment != 0) out += '\0';
}

}  // namespace

void GgufWriter::add_key(std::string_view key, std::uint32_t type) {
  append_text(keys_, key);
  append(keys_, type);
  ++key_count_;
}

void GgufWriter::add_text(std::string_view key, std::string_view value) {
  add_key(key, 8);
  append_text(keys_, value);
}

void GgufWriter::add_u32(std::string_view key, std::uint32_t value) {
  add_key(key, 4);
  append(keys_, value);
}

void GgufWriter::add_f32(std::string_view key, float value) {
  add_key(key, 6);
  append(keys_, value);
}

void GgufWriter::add_bool(std::string_view key, bool value) {
  add_key(key, 7);
  append(keys_, static_cast<std::uint8_t>(value ? 1 : 0));
}

void GgufWriter::add_text_list(std::string_view key, const std::vector<std::string>& values) {
  add_key(key, 9);
  append(keys_, std::uint32_t{8});
  append(keys_, static_cast<std::uint64_t>(values.size()));
  for (const std::string& value : values) append_text(keys_, value);
}

void GgufWriter::add_raw(const GgufFile::RawKey& key) {
  append_text(keys_, key.name);
  keys_ += key.value;
  ++key_count_;
}

void GgufWriter::add_i32_list(std::string_view key, const std::vector<std::int32_t>& values) {
  add_key(key, 9);
  append(keys_, std::uint32_t{5});
  append(keys_, static_cast<std::uint64_t>(values.size()));
  for (const std::int32_t value : values) append(keys_, value);
}

void GgufWriter::add_f32_list(std::string_view key, const std::vector<float>& values) {
  add_key(key, 9);
  append(keys_, std::uint32_t{6});
  append(keys_, static_cast<std::uint64_t>(values.size()));
  for (const float value : values) append(keys_, value);
}

void GgufWriter::add_tensor(std::string_view name, const std::vector<std::int64_t>& dims,
                            std::span<const float> values, FloatType type) {
  const FloatType stored = dims.size() > 1 ? type : FloatType::kF32;
  add_tensor(name, dims, ggml_type_of(stored),
             [bytes = encode_floats(values, stored)] { return bytes; });
}

void GgufWriter::add_tensor(std::string_view name, const std::vector<std::int64_t>& dims,
                            int ggml_type, Source source) {
  DRP_CHECK(!name.empty() && name.size() < GGML_MAX_NAME, "tensor name too long for GGUF");
  DRP_CHECK(!dims.empty(), "a tensor without dimensions");
  append_text(infos_, name);
  append(infos_, static_cast<std::uint32_t>(dims.size()));
  std::int64_t rows = 1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    append(infos_, dims[i]);
    if (i > 0) rows *= dims[i];
  }
  append(infos_, static_cast<std::uint32_t>(ggml_type));
  append(infos_, data_bytes_);
  tensors_.push_back({tensor_bytes(ggml_type, dims[0], rows), std::move(source)});
  data_bytes_ += (tensors_.back().bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::string GgufWriter::head() const {
  std::string out = "GGUF";
  append(out, std::uint32_t{3});
  append(out, static_cast<std::uint64_t>(tensors_.size()));
  append(out, key_count_);
  out += keys_;
  out += infos_;
  pad(out);
  return out;
}

std::string GgufWriter::padded(const Tensor& tensor) {
  std::string bytes = tensor.source();
  DRP_CHECK(bytes.size() == tensor.bytes, "dims do not fit the values");
  pad(bytes);
  return bytes;
}

void GgufWriter::write(const std::function<void(std::string_view)>& out) const {
  out(head());
  for (const Tensor& tensor : tensors_) out(padded(tensor));
}

std::string GgufWriter::bytes() const {
  std::string all;
  write([&all](std::string_view piece) { all += piece; });
  return all;
}

void GgufWriter::write(const std::filesystem::path& path) const {
  AtomicFile file(path);
  write([&file](std::string_view piece) { file.write(piece); });
  file.publish();
}

}  // namespace drp::model_files
