// SPDX-License-Identifier: Apache-2.0
#include "model_files/gguf_file.h"

#include <ggml.h>

#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/error.h"

namespace drp::model_files {
namespace {

constexpr std::uint32_t kTypeText = 8;
constexpr std::uint32_t kTypeArray = 9;
constexpr std::uint64_t kTensorsMax = 1U << 20U;
constexpr std::uint64_t kKeysMax = 1U << 20U;
constexpr std::uint64_t kTextBytesMax = std::uint64_t{1} << 30U;
constexpr std::uint64_t kArrayItemsMax = std::uint64_t{1} << 30U;
constexpr std::int64_t kElementsMax = std::int64_t{1} << 40U;

// Bytes of a scalar of a GGUF value type; 0 for text, arrays and unknown types.
std::size_t scalar_bytes(std::uint32_t type) {
  constexpr std::size_t kBytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < std::size(kBytes) ? kBytes[type] : 0;
}

template <class T>
T load(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

// Reads forward; every step checks what is left of the file.
class GgufFile::Cursor {
 public:
  explicit Cursor(const GgufFile& file) : file_(file), bytes_(file.file_.bytes()) {}

  std::string_view take(std::uint64_t count) {
    if (count > bytes_.size() - at_) {
      file_.fail("is cut short: its header needs more than the file's " +
                     std::to_string(bytes_.size()) + " bytes",
                 "fetch the file again");
    }
    const std::string_view part = bytes_.substr(at_, count);
    at_ += count;
    return part;
  }
  template <class T>
  T take() {
    return load<T>(take(sizeof(T)));
  }
  std::string_view take_text() {
    const std::uint64_t size = take<std::uint64_t>();
    if (size > kTextBytesMax) {
      file_.fail("has a text of " + std::to_string(size) + " bytes in its header",
                 "fetch the file again");
    }
    return take(size);
  }
  std::size_t at() const { return at_; }

 private:
  const GgufFile& file_;
  std::string_view bytes_;
  std::size_t at_ = 0;
};

GgufFile::GgufFile(const std::filesystem::path& path) : path_(path), file_(path) { read_header(); }

void GgufFile::fail(const std::string& reason, const std::string& hint) const {
  throw Error(ErrorKind::kModel, "model file " + in_quotes(path_.string()) + " " + reason, hint);
}

void GgufFile::read_header() {
  if (!file_.bytes().starts_with("GGUF")) {
    fail("is no GGUF file (it does not start with 'GGUF')", "give a .gguf file");
  }
  Cursor cursor(*this);
  cursor.take(4);
  const std::uint32_t version = cursor.take<std::uint32_t>();
  if (version < 2 || version > 3) {
    fail("has GGUF version " + std::to_string(version) + "; versions 2 and 3 can be read",
         "convert the model again with a current converter");
  }
  const std::uint64_t tensors = cursor.take<std::uint64_t>();
  const std::uint64_t keys = cursor.take<std::uint64_t>();
  if (tensors > kTensorsMax || keys > kKeysMax) {
    fail("claims " + std::to_string(tensors) + " tensors and " + std::to_string(keys) +
             " keys; its header is damaged",
         "fetch the file again");
  }
  for (std::uint64_t i = 0; i < keys; ++i) {
    const std::string_view name = cursor.take_text();
    const std::string key(name);
    const std::size_t begin = cursor.at();
    values_[key] = read_value(cursor, key);
    raw_keys_.push_back({name, file_.bytes().substr(begin, cursor.at() - begin)});
  }
  read_tensors(cursor, tensors);
}

GgufFile::Value GgufFile::read_value(Cursor& cursor, const std::string& key) const {
  Value value;
  value.type = cursor.take<std::uint32_t>();
  value.item_type = value.type;
  if (value.type == kTypeArray) {
    value.item_type = cursor.take<std::uint32_t>();
    value.items = cursor.take<std::uint64_t>();
    if (value.items > kArrayItemsMax) {
      fail("key " + in_quotes(key) + " claims " + std::to_string(value.items) + " items",
           "fetch the file again");
    }
  }
  const std::size_t item_bytes = scalar_bytes(value.item_type);
  if (item_bytes > 0) {
    value.bytes = cursor.take(value.items * item_bytes);
  } else if (value.item_type == kTypeText) {
    const std::size_t begin = cursor.at();
    for (std::uint64_t i = 0; i < value.items; ++i) cursor.take_text();
    value.bytes = file_.bytes().substr(begin, cursor.at() - begin);
  } else {
    fail("key " + in_quotes(key) + " has the unknown value type " + std::to_string(value.item_type),
         "convert the model again with a current converter");
  }
  return value;
}

void GgufFile::read_tensors(Cursor& cursor, std::uint64_t count) {
  std::vector<std::uint64_t> offsets;
  for (std::uint64_t i = 0; i < count; ++i) {
    GgufTensor tensor;
    tensor.name = cursor.take_text();
    if (tensor.name.empty() || tensor.name.size() >= GGML_MAX_NAME) {
      fail("has a tensor name of " + std::to_string(tensor.name.size()) + " bytes; 1 to " +
               std::to_string(GGML_MAX_NAME - 1) + " are possible",
           "fetch the file again");
    }
    const std::uint32_t rank = cursor.take<std::uint32_t>();
    if (rank == 0 || rank > GGML_MAX_DIMS) {
      fail("tensor " + in_quotes(tensor.name) + " has " + std::to_string(rank) +
               " dimensions; 1 to 4 are possible",
           "fetch the file again");
    }
    for (std::uint32_t d = 0; d < rank; ++d) tensor.dims.push_back(cursor.take<std::int64_t>());
    tensor.type = static_cast<int>(cursor.take<std::uint32_t>());
    offsets.push_back(cursor.take<std::uint64_t>());
    if (!index_.emplace(tensor.name, tensors_.size()).second) {
      fail("holds tensor " + in_quotes(tensor.name) + " twice", "fetch the file again");
    }
    tensors_.push_back(std::move(tensor));
  }
  const std::int64_t alignment = integer("general.alignment").value_or(32);
  if (alignment <= 0 || alignment > 65536 || (alignment & (alignment - 1)) != 0) {
    fail("has general.alignment " + std::to_string(alignment) + "; a power of two is needed",
         "fetch the file again");
  }
  const std::size_t mask = static_cast<std::size_t>(alignment) - 1;
  const std::size_t data_begin = (cursor.at() + mask) & ~mask;
  // One behind the other, as llama.cpp demands it: none lies over another.
  std::uint64_t expected = 0;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    if (offsets[i] != expected) {
      fail("tensor " + in_quotes(tensors_[i].name) + " lies at byte " + std::to_string(offsets[i]) +
               " of the data, expected " + std::to_string(expected),
           "fetch the file again");
    }
    tensors_[i].begin = data_begin + offsets[i];
    check_tensor(tensors_[i]);
    expected += (tensors_[i].bytes + mask) & ~mask;
  }
}

void GgufFile::check_tensor(GgufTensor& tensor) const {
  const std::string name = "tensor " + in_quotes(tensor.name);
  tensor.elements = 1;
  for (const std::int64_t dim : tensor.dims) {
    if (dim <= 0 || dim > kElementsMax / tensor.elements) {
      fail(name + " has a dimension of " + std::to_string(dim), "fetch the file again");
    }
    tensor.elements *= dim;
  }
  const auto type = static_cast<ggml_type>(tensor.type);
  const bool known = tensor.type >= 0 && tensor.type < GGML_TYPE_COUNT;
  const ggml_type_traits* traits = known ? ggml_get_type_traits(type) : nullptr;
  if (traits == nullptr || traits->blck_size <= 0 || traits->type_size == 0 ||
      (type != GGML_TYPE_F32 && traits->to_float == nullptr)) {
    fail(name + " has the unknown type " + std::to_string(tensor.type),
         "use a file of type F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 or a K-quant");
  }
  if (tensor.dims[0] % traits->blck_size != 0) {
    fail(name + " has rows of " + std::to_string(tensor.dims[0]) + ", no multiple of the " +
             std::to_string(traits->blck_size) + " of its type " + traits->type_name,
         "fetch the file again");
  }
  tensor.bytes = static_cast<std::size_t>(tensor.elements / traits->blck_size) * traits->type_size;
  if (tensor.begin > file_bytes() || tensor.bytes > file_bytes() - tensor.begin) {
    fail("is cut short: " + name + " ends at byte " + std::to_string(tensor.begin + tensor.bytes) +
             " of " + std::to_string(file_bytes()),
         "fetch the file again");
  }
}

const GgufFile::Value* GgufFile::value(const std::string& key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? nullptr : &found->second;
}

std::optional<std::string_view> GgufFile::text(const std::string& key) const {
  const Value* found = value(key);
  if (found == nullptr || found->type != kTypeText) return std::nullopt;
  return found->bytes.substr(sizeof(std::uint64_t));
}

std::optional<std::int64_t> GgufFile::integer(const std::string& key) const {
  const Value* found = value(key);
  if (found == nullptr) return std::nullopt;
  switch (found->type) {
    case 0:
      return load<std::uint8_t>(found->bytes);
    case 1:
      return load<std::int8_t>(found->bytes);
    case 2:
      return load<std::uint16_t>(found->bytes);
    case 3:
      return load<std::int16_t>(found->bytes);
    case 4:
      return load<std::uint32_t>(found->bytes);
    case 5:
      return load<std::int32_t>(found->bytes);
    case 7:
      return load<std::uint8_t>(found->bytes) != 0 ? 1 : 0;
    case 10:
      return static_cast<std::int64_t>(load<std::uint64_t>(found->bytes));
    case 11:
      return load<std::int64_t>(found->bytes);
    default:
      return std::nullopt;  // the type is a number of the file, not an enum of ours
  }
}

std::optional<double> GgufFile::number(const std::string& key) const {
  const Value* found = value(key);
  if (found == nullptr) return std::nullopt;
  if (found->type == 6) return load<float>(found->bytes);
  if (found->type == 12) return load<double>(found->bytes);
  const std::optional<std::int64_t> whole = integer(key);
  return whole ? std::optional<double>(static_cast<double>(*whole)) : std::nullopt;
}

std::vector<std::string_view> GgufFile::text_list(const std::string& key) const {
  std::vector<std::string_view> items;
  const Value* found = value(key);
  if (found == nullptr || found->type != kTypeArray || found->item_type != kTypeText) return items;
  std::string_view rest = found->bytes;
  while (!rest.empty()) {
    const std::size_t size = load<std::uint64_t>(rest);
    items.push_back(rest.substr(sizeof(std::uint64_t), size));
    rest.remove_prefix(sizeof(std::uint64_t) + size);
  }
  return items;
}

std::vector<std::int64_t> GgufFile::integer_list(const std::string& key) const {
  std::vector<std::int64_t> items;
  const Value* found = value(key);
  if (found == nullptr || found->type != kTypeArray) return items;
  const auto take = [&]<class T>() {
    for (std::string_view rest = found->bytes; rest.size() >= sizeof(T);
         rest.remove_prefix(sizeof(T))) {
      items.push_back(std::int64_t{load<T>(rest)});
    }
  };
  if (found->item_type == 4) take.operator()<std::uint32_t>();
  if (found->item_type == 5) take.operator()<std::int32_t>();
  if (found->item_type == 7) take.operator()<std::uint8_t>();
  return items;
}

std::vector<float> GgufFile::float_list(const std::string& key) const {
  const Value* found = value(key);
  if (found == nullptr || found->type != kTypeArray || found->item_type != 6) return {};
  std::vector<float> items(found->bytes.size() / sizeof(float));
  if (!items.empty()) std::memcpy(items.data(), found->bytes.data(), items.size() * sizeof(float));
  return items;
}

const GgufTensor* GgufFile::find(const std::string& name) const {
  const auto found = index_.find(name);
  return found == index_.end() ? nullptr : &tensors_[found->second];
}

const GgufTensor& GgufFile::tensor(const std::string& name) const {
  const GgufTensor* found = find(name);
  if (found == nullptr) {
    fail("has no tensor " + in_quotes(name), "give a complete model of a supported architecture");
  }
  return *found;
}

std::string_view GgufFile::data(const GgufTensor& tensor) const {
  return file_.bytes().substr(tensor.begin, tensor.bytes);
}

namespace {

void dequantise(int type, std::string_view bytes, std::span<float> out) {
  if (out.empty()) return;  // no address to copy to
  if (type == GGML_TYPE_F32) {
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return;
  }
  ggml_get_type_traits(static_cast<ggml_type>(type))
      ->to_float(bytes.data(), out.data(), static_cast<std::int64_t>(out.size()));
}

}  // namespace

void GgufFile::read(const GgufTensor& tensor, std::span<float> out) const {
  DRP_CHECK(static_cast<std::int64_t>(out.size()) == tensor.elements, "wrong room for a tensor");
  dequantise(tensor.type, data(tensor), out);
}

void GgufFile::read_row(const GgufTensor& tensor, std::int64_t row, std::span<float> out) const {
  const std::int64_t rows = tensor.elements / tensor.dims[0];
  DRP_CHECK(row >= 0 && row < rows && static_cast<std::int64_t>(out.size()) == tensor.dims[0],
            "no such row of a tensor");
  const std::size_t bytes = tensor.bytes / static_cast<std::size_t>(rows);
  dequantise(tensor.type, data(tensor).substr(static_cast<std::size_t>(row) * bytes, bytes), out);
}

std::vector<float> GgufFile::read(const GgufTensor& tensor) const {
  std::vector<float> values(static_cast<std::size_t>(tensor.elements));
  read(tensor, values);
  return values;
}

}  // namespace drp::model_files
