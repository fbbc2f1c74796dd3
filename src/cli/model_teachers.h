// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "llm/student.h"
#include "pipeline/recipe.h"
#include "teacher/model/protocol.h"

namespace drp::cli {

// Whether the model behind the teacher can be held to a grammar.
enum class Grammars { kUsed, kUnknown };

// The protocol that the recipe's teacher section asks for. Throws Error{kConfig} for options that
// do not go together.
std::unique_ptr<teacher::Protocol> make_protocol(const pipeline::Recipe& recipe, Grammars grammars);

// A local model as a chat model that owns what it runs on. The weights come into memory with the
// first request; the identity is made of the files' content alone.
class LocalChat final : public llm::ChatModel {
 public:
  LocalChat(std::unique_ptr<llm::Student> student, std::filesystem::path file,
            std::vector<std::filesystem::path> adapters);
  ~LocalChat() override;

  std::string identity() const override;
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  std::unique_ptr<llm::Student> student_;
  std::filesystem::path file_;
  std::vector<std::filesystem::path> adapters_;
  std::unique_ptr<llm::ChatModel> chat_;  // borrows the student
  mutable std::string identity_;          // made when first asked for
};

}  // namespace drp::cli
