// SPDX-License-Identifier: Apache-2.0
#include "model_files/huggingface/json_file.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"

namespace drp::model_files {
namespace {

constexpr std::uintmax_t kBytesMax = std::uintmax_t{256} << 20U;

// The member if it is there and not null.
const nlohmann::json* value(const nlohmann::json& object, const std::string& key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void fail_kind(const nlohmann::json& found, const std::string& key,
                            const char* expected, const std::filesystem::path& file) {
  constexpr std::size_t kShown = 60;
  std::string shown = found.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (shown.size() > kShown) shown = shown.substr(0, kShown) + "...";
  fail_file(file, "has '" + key + "': " + shown + ", expected " + expected);
}

}  // namespace

void fail_file(const std::filesystem::path& file, const std::string& reason,
               const std::string& hint) {
  throw Error(ErrorKind::kModel, "'" + file.string() + "' " + reason, hint);
}

nlohmann::json read_json_file(const std::filesystem::path& file) {
  std::error_code ignored;  // read_file says what is wrong
  if (const auto size = std::filesystem::file_size(file, ignored); !ignored && size > kBytesMax) {
    fail_file(file, "has " + std::to_string(size) + " bytes; at most " +
                        std::to_string(kBytesMax) + " can be read");
  }
  const std::string text = read_file(file);
  nlohmann::json parsed;
  try {
    parsed = nlohmann::json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    fail_file(file, std::string("is no JSON: ") + error.what(), "fetch the file again");
  }
  if (!parsed.is_object()) fail_file(file, "is no JSON object", "fetch the file again");
  return parsed;
}

nlohmann::json read_json_file_if_there(const std::filesystem::path& file) {
  return std::filesystem::exists(file) ? read_json_file(file) : nlohmann::json::object();
}

std::optional<std::int64_t> integer_member(const nlohmann::json& object, const std::string& key,
                                           const std::filesystem::path& file) {
  const nlohmann::json* found = value(object, key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number_integer()) fail_kind(*found, key, "a whole number", file);
  return found->get<std::int64_t>();
}

std::optional<double> number_member(const nlohmann::json& object, const std::string& key,
                                    const std::filesystem::path& file) {
  const nlohmann::json* found = value(object, key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_number() || !std::isfinite(found->get<double>())) {
    fail_kind(*found, key, "a number", file);
  }
  return found->get<double>();
}

std::optional<bool> bool_member(const nlohmann::json& object, const std::string& key,
                                const std::filesystem::path& file) {
  const nlohmann::json* found = value(object, key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_boolean()) fail_kind(*found, key, "true or false", file);
  return found->get<bool>();
}

std::optional<std::string> text_member(const nlohmann::json& object, const std::string& key,
                                       const std::filesystem::path& file) {
  const nlohmann::json* found = value(object, key);
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) fail_kind(*found, key, "a text", file);
  return found->get<std::string>();
}

const nlohmann::json& member(const nlohmann::json& object, const std::string& key) {
  static const nlohmann::json kNull;
  if (!object.is_object()) return kNull;
  const nlohmann::json* found = value(object, key);
  return found != nullptr && found->is_structured() ? *found : kNull;
}

}  // namespace drp::model_files
