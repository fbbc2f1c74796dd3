// SPDX-License-Identifier: Apache-2.0
#include "cli/missing_inputs.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/text.h"
#include "cli/wiring.h"

namespace drp::cli {
namespace {

bool is_there(const std::string& path) {
  std::error_code refused;
  return std::filesystem::exists(path, refused);
}

}  // namespace

void MissingInputs::look(const std::string& name, const std::function<void()>& find) {
  try {
    find();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kIo) throw;
    add(name, error);
  }
}

void MissingInputs::file(const std::string& name, const std::string& path) {
  if (path.empty() || path == "-" || is_there(path)) return;
  const bool flag = name.starts_with("--");
  add(name, Error(ErrorKind::kIo, "no file '" + path + "' for " + name,
                  flag ? "check the path"
                       : "check the path: one in a recipe may also be relative to it"));
}

void MissingInputs::model(const std::string& name, const std::string& model) {
  if (!model.empty()) look(name, [&] { find_model(model, name); });
}

void MissingInputs::paths(const std::vector<std::string>& paths) {
  for (const std::string& path : paths) {
    if (path == "-" || is_there(path)) continue;
    add("'" + path + "'",
        Error(ErrorKind::kIo, "no file or folder '" + path + "'", "check the path"));
  }
}

void MissingInputs::add(const std::string& name, Error error) {
  const bool known = std::any_of(missing_.begin(), missing_.end(), [&](const auto& each) {
    return std::string_view(each.second.what()) == error.what();
  });
  if (!known) missing_.emplace_back(name, std::move(error));
}

void MissingInputs::finish(Progress& progress) const {
  if (missing_.empty()) return;
  if (missing_.size() == 1) throw missing_.front().second;
  std::vector<std::string> names;
  for (const auto& [name, error] : missing_) {
    progress.warn(error.what());
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  throw Error(ErrorKind::kIo,
              std::to_string(missing_.size()) + " inputs are missing: " + join(names, ", "),
              "each is named above");
}

}  // namespace drp::cli
