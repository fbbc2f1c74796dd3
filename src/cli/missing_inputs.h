// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/progress.h"

namespace drp::cli {

// Looks for the inputs of a command and keeps what is missing, so that all of it is told at once
// and before any work is done. `name` is what the user wrote or set: a path, a flag or a key.
class MissingInputs {
 public:
  // `find` throws Error{kIo} for what is not there; other errors pass.
  void look(const std::string& name, const std::function<void()>& find);
  // A file or folder that a key or flag names; none is looked for where `path` is empty.
  void file(const std::string& name, const std::string& path);
  // A GGUF or the name of one in the cache.
  void model(const std::string& name, const std::string& model);
  // Files or folders that stand for themselves; "-" is standard input.
  void paths(const std::vector<std::string>& paths);
  void add(const std::string& name, Error error);
  // Throws the one Error; of several each is a warning, and an Error{kIo} names all.
  void finish(Progress& progress) const;

 private:
  std::vector<std::pair<std::string, Error>> missing_;  // each once
};

}  // namespace drp::cli
