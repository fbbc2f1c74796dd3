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

// A local model as a chat model that owns what it runs on.
class LocalChat final : public llm::ChatModel {
 public:
  LocalChat(std::unique_ptr<llm::Student> student,
            const std::vector<std::filesystem::path>& adapters)
      : student_(std::move(student)), chat_(student_->chat(adapters)) {}

  std::string identity() const override { return chat_->identity(); }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override {
    chat_->run(next, done, stop);
  }

 private:
  std::unique_ptr<llm::Student> student_;
  std::unique_ptr<llm::ChatModel> chat_;  // borrows the student
};

}  // namespace drp::cli
