// SPDX-License-Identifier: Apache-2.0
// The teacher openai as the command line makes it, against a service of our own on the loopback:
// plans come, money is counted, nothing is asked twice, and the key is in no file.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/text.h"
#include "cli/planned_calls.h"
#include "cli/wiring.h"
#include "llm/http/testing/chat_server.h"
#include "llm/scratch_folder.h"
#include "path/import_trace.h"
#include "pipeline/paid_model.h"

namespace drp::cli {
namespace {

using Json = nlohmann::json;
using llm::http::testing::ChatServer;
using llm::http::testing::ServerReply;
using llm::http::testing::ServerRequest;

constexpr const char* kKey = "sk-planted-7f3a9c51e0";
constexpr std::size_t kTraces = 30;

teacher::PlanJob job_of(std::size_t i) {
  const std::string crates = std::to_string(i + 3);
  const std::string jars = std::to_string((i + 3) * 6);
  const Problem problem{"p" + crates,
                        "How many jars are in " + crates + " crates of 6 \xE7\xBD\x90?",
                        jars,
                        "math",
                        {}};
  return {problem,
          path::make_trace({problem.id, 0, FinishReason::kStop, ""},
                           "<think>Okay, let me see. " + crates + " * 6 = " + jars +
                               " \\frac{jars}{1}.\n\nSo it is " + jars + ".</think>\n\n" + jars),
          i};
}

// As a service with a tokenizer of three bytes a token counts a prompt.
template <class Messages>
std::int64_t counted(const Messages& messages) {
  std::int64_t tokens = 2;
  for (const auto& content : messages) {
    tokens += 4 + static_cast<std::int64_t>(content.size() + 2) / 3;
  }
  return tokens;
}

// Deletes the first numbered unit of the prompt and keeps the rest.
ServerReply answer(const ServerRequest& request) {
  const Json body = Json::parse(request.body);
  const std::string message = body.at("messages").back().at("content");
  const std::string_view closing = "the last line names unit ";
  const std::string last =
      message.substr(message.rfind(closing) + closing.size());  // "3.", the prompt's end
  const std::string plan = "1 D filler\n" + last.substr(0, last.find('.')) + " K computation\n";
  std::vector<std::string> contents;
  for (const Json& one : body.at("messages")) contents.push_back(one.at("content"));
  ServerReply reply;
  reply.headers = {{"Content-Type", "application/json"}};
  reply.body = Json{{"id", "r"},
                    {"object", "chat.completion"},
                    {"model", body.at("model")},
                    {"choices",
                     {{{"index", 0},
                       {"message", {{"role", "assistant"}, {"content", plan}}},
                       {"finish_reason", "stop"}}}},
                    {"usage", {{"prompt_tokens", counted(contents)}, {"completion_tokens", 10}}}}
                   .dump();
  return reply;
}

struct Outcome {
  std::size_t plans = 0;
};

Outcome run_teacher(const pipeline::Recipe& recipe) {
  NoProgress silent;
  const auto teacher = make_engines().make_teacher(recipe, silent);
  std::size_t given = 0;
  Outcome outcome;
  teacher->run(
      [&]() -> std::optional<teacher::PlanJob> {
        if (given == kTraces) return std::nullopt;
        return job_of(given++);
      },
      [&](const teacher::PlanJob& job, const expected<Plan, Rejection>& plan) {
        ASSERT_TRUE(plan) << plan.error().detail;
        EXPECT_EQ(plan->steps.front().action, Action::kDelete);
        EXPECT_EQ(plan->steps.back().span.end, job.trace.reasoning_text().size());
        ++outcome.plans;
      },
      {}, StopFlag());
  return outcome;
}

class ServiceTeacher : public ::testing::Test {
 protected:
  ServiceTeacher() : server_(answer) {
    setenv("DRP_CACHE_DIR", (folder_ / "cache").c_str(), 1);
    setenv("DRP_TEST_KEY", kKey, 1);
    std::filesystem::create_directories(folder_ / "run");
    recipe_.run.folder = (folder_ / "run").string();
    recipe_.teacher.kind = "openai";
    recipe_.teacher.model = "a-teacher";
    recipe_.teacher.endpoint = server_.base_url();
    recipe_.teacher.api_key_env = "DRP_TEST_KEY";
  }
  ~ServiceTeacher() override {
    unsetenv("DRP_CACHE_DIR");
    unsetenv("DRP_TEST_KEY");
  }

  llm::ScratchFolder folder_;
  ChatServer server_;
  pipeline::Recipe recipe_;
};

TEST_F(ServiceTeacher, PlansAndIsAskedOnce) {
  EXPECT_EQ(run_teacher(recipe_).plans, kTraces);
  EXPECT_EQ(server_.counts().requests, static_cast<std::int64_t>(kTraces));
  const auto spent = pipeline::spending_of(folder_ / "run");
  ASSERT_EQ(spent.size(), 1u);
  EXPECT_EQ(spent[0].requests, static_cast<std::int64_t>(kTraces));
  // Another run folder, the same questions: answered from the kept replies.
  std::filesystem::create_directories(folder_ / "again");
  recipe_.run.folder = (folder_ / "again").string();
  EXPECT_EQ(run_teacher(recipe_).plans, kTraces);
  EXPECT_EQ(server_.counts().requests, static_cast<std::int64_t>(kTraces));
}

// What `drp plan` says of the prompts is what the service bills, to the token where they are
// counted and within two hundredths where their bytes are.
TEST_F(ServiceTeacher, ThePlanOfPromptsIsTheUsage) {
  run_teacher(recipe_);
  const auto spent = pipeline::spending_of(folder_ / "run").at(0);
  const auto ledger = llm::SpendingLedger::look(folder_ / "run/spending.log.jsonl");
  const pipeline::CallShape shape = planned_calls(recipe_);
  const auto estimate = [&](const llm::PromptCounter& count) {
    pipeline::CostEstimator estimator(shape, ledger->prompt_ratio(), count);
    for (std::size_t i = 0; i < kTraces; ++i) estimator.add(job_of(i).problem, job_of(i).trace);
    return estimator.result(std::nullopt, false, {});
  };
  const auto exact = estimate([](const llm::ChatRequest& request) {
    std::vector<std::string> contents;
    for (const llm::Message& message : request.messages) contents.push_back(message.content);
    return counted(contents);
  });
  EXPECT_EQ(exact.requests, spent.requests);
  EXPECT_EQ(exact.prompt_tokens, spent.prompt_tokens);
  const auto by_bytes = static_cast<double>(estimate({}).prompt_tokens);
  EXPECT_NEAR(by_bytes, static_cast<double>(spent.prompt_tokens), 0.02 * by_bytes);
  EXPECT_GE(estimate({}).prompt_bound, spent.prompt_tokens);
}

TEST_F(ServiceTeacher, TheKeyIsSentAndKeptNowhere) {
  run_teacher(recipe_);
  EXPECT_EQ(server_.requests().front().headers.at("authorization"), std::string("Bearer ") + kKey);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    EXPECT_FALSE(contains(read_file(entry.path()), kKey)) << entry.path();
  }
  EXPECT_GE(files, 2u);
}

TEST_F(ServiceTeacher, ACapInTokensEndsTheRunAndIsNotOvershot) {
  // The worst case of one call and some calls as they come out.
  recipe_.teacher.max_tokens = 15'000;
  try {
    run_teacher(recipe_);
    FAIL() << "no cap was reached";
  } catch (const Error& error) {
    EXPECT_EQ(exit_code(error.kind()), 4) << error.message();
  }
  EXPECT_LT(server_.counts().requests, static_cast<std::int64_t>(kTraces));
  EXPECT_GT(server_.counts().requests, 0);
}

TEST_F(ServiceTeacher, WithoutAModelOrAPriceItSaysSo) {
  recipe_.teacher.model.clear();
  EXPECT_THROW(run_teacher(recipe_), Error);
  recipe_.teacher.model = "a-teacher";
  recipe_.teacher.max_usd = 1;
  EXPECT_THROW(run_teacher(recipe_), Error);
  EXPECT_EQ(server_.counts().requests, 0);
}

}  // namespace
}  // namespace drp::cli
