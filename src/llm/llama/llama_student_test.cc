// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_student.h"

#include <gtest/gtest.h>
TEST(Tmp, Works) {
  auto student = drp::llm::load_llama_student(DRP_DEMO_MODEL);
  auto chat = student->chat({});
  int i = 0;
  drp::StopFlag stop;
  chat->run([&]() -> std::optional<drp::llm::ChatRequest> {
    if (i == 8) return std::nullopt;
    drp::llm::ChatRequest r;
    r.key = std::to_string(i);
    r.messages = {{"user", "What is " + std::to_string(i / 2) + " + 5? Explain step by step."}};
    r.sampling.tokens_max = 100;
    r.sampling.temperature = 0;
    ++i;
    return r;
  }, [](drp::llm::ChatReply r) { printf("%s %d %s [%s] %ld %ld\n", r.key.c_str(), static_cast<int>(r.finish), r.text.c_str(), r.failure.value_or("").c_str(), r.usage.prompt_tokens, r.usage.completion_tokens); }, stop);
}
