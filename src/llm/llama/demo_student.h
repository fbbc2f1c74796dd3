// SPDX-License-Identifier: Apache-2.0
// For the tests of this folder: the demo's model where the model cache has it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "llm/llama/llama_student.h"

namespace drp::llm {

class DemoStudentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(DRP_DEMO_MODEL)) {
      GTEST_SKIP() << "no " << DRP_DEMO_MODEL << ": run scripts/bootstrap";
    }
  }

  // Loaded once a process.
  static Student& student() {
    static const std::unique_ptr<Student> loaded = load_llama_student(DRP_DEMO_MODEL);
    return *loaded;
  }

  static std::vector<ChatReply> answer(ChatModel& model, const std::vector<ChatRequest>& requests) {
    std::vector<ChatReply> replies(requests.size());
    std::size_t next = 0;
    const StopFlag stop;
    model.run(
        [&]() -> std::optional<ChatRequest> {
          if (next == requests.size()) return std::nullopt;
          ChatRequest request = requests[next];
          request.key = std::to_string(next++);
          return request;
        },
        [&](ChatReply reply) {
          const std::size_t index = std::stoul(reply.key);
          EXPECT_TRUE(replies.at(index).key.empty()) << "answered twice: " << reply.key;
          replies[index] = std::move(reply);
        },
        stop);
    for (const ChatReply& reply : replies) EXPECT_FALSE(reply.key.empty());
    return replies;
  }

  static ChatRequest ask(std::string content, int tokens_max = 24, double temperature = 0) {
    ChatRequest request;
    request.messages = {{"user", std::move(content)}};
    request.sampling.tokens_max = tokens_max;
    request.sampling.temperature = temperature;
    return request;
  }
};

}  // namespace drp::llm
