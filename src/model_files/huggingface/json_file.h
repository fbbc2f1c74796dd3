// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace drp::model_files {

// Error{kModel} about one file of a model folder.
[[noreturn]] void fail_file(const std::filesystem::path& file, const std::string& reason,
                            const std::string& hint = {});

// A JSON object. Throws Error{kIo} when the file cannot be read, Error{kModel} when it is none.
nlohmann::json read_json_file(const std::filesystem::path& file);
// An empty object where there is no such file.
nlohmann::json read_json_file_if_there(const std::filesystem::path& file);

// Members that may be absent or null. Throw Error{kModel} naming the file and the key where the
// value is of another kind.
std::optional<std::int64_t> integer_member(const nlohmann::json& object, const std::string& key,
                                           const std::filesystem::path& file);
std::optional<double> number_member(const nlohmann::json& object, const std::string& key,
                                    const std::filesystem::path& file);
std::optional<bool> bool_member(const nlohmann::json& object, const std::string& key,
                                const std::filesystem::path& file);
std::optional<std::string> text_member(const nlohmann::json& object, const std::string& key,
                                       const std::filesystem::path& file);
// The member, or null where it is absent or not an object or array.
const nlohmann::json& member(const nlohmann::json& object, const std::string& key);

}  // namespace drp::model_files
