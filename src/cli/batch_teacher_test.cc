// SPDX-License-Identifier: Apache-2.0
// A teacher behind the Batch API as a user meets it: the command ends with exit code 75 and the
// same command goes on, whatever became of the batch meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/service_fakes.h"
#include "llm/http/testing/batch_desk.h"
#include "llm/http/testing/chat_replies.h"
#include "pipeline/paid_model.h"

namespace drp::cli {
namespace {

using llm::http::testing::BatchDesk;
using llm::http::testing::BatchFate;
using llm::http::testing::ChatServer;
using llm::http::testing::ServerReply;
using llm::http::testing::ServerRequest;
using llm::http::testing::span_plan;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kTraces = 6;
constexpr int kPending = 75;

class BatchTeacher : public ServiceCommandTest {
 protected:
  void SetUp() override {
    std::string text;
    for (int i = 0; i < kTraces; ++i) {
      const std::string crates = std::to_string(i + 3);
      const std::string jars = std::to_string((i + 3) * 6);
      text += json{{"id", "t" + crates},
                   {"question", "How many jars are in " + crates + " crates of 6?"},
                   {"answer", jars},
                   {"response", "<think>Okay, let me see. " + crates + " * 6 = " + jars +
                                    ".\n\nSo it is " + jars + ".</think>\n\n" + jars}}
                  .dump() +
              "\n";
    }
    write_file_atomic(folder_ / "traces.jsonl", text);
    write_file_atomic(folder_ / "prices.yaml",
                      "models:\n  a-teacher: {input: 1000, output: 1000, batch_discount: 0.5}\n");
  }

  CommandOutcome prune(const std::string& url, const std::string& batch,
                       const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"prune",       (folder_ / "traces.jsonl").string(),
                                      "-o",          (folder_ / "out").string(),
                                      "--teacher",   "openai",
                                      "--endpoint",  url,
                                      "--model",     "a-teacher",
                                      "--tokenizer", "none",
                                      "--batch",     batch};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }
  CommandOutcome prune_on(const ChatServer& server,
                          const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {"--api-key-env", "DRP_TEST_KEY"};
    words.insert(words.end(), more.begin(), more.end());
    return prune(server.base_url(), "on", words);
  }
  // Each trace has its plan, in which the first unit goes.
  void expect_plans() const {
    const auto plans = log_records(folder_ / "out/plans.0.log.jsonl");
    EXPECT_THAT(plans, SizeIs(kTraces));
    for (const json& record : plans) {
      EXPECT_THAT(record.dump(), HasSubstr("\"DELETE\"")) << record;
    }
  }
  ModelSpending spent() const {
    const auto all = pipeline::spending_of(folder_ / "out");
    EXPECT_THAT(all, SizeIs(1));
    return all.empty() ? ModelSpending{} : all.front();
  }
};

TEST_F(BatchTeacher, HandsInEndsWith75AndCollectsLater) {
  const BatchDesk desk(span_plan, {{.polls = 2}});
  const ChatServer server(desk);
  const std::vector<std::string> paid = {"--prices", (folder_ / "prices.yaml").string(),
                                         "--max-usd", "1000"};
  const CommandOutcome first = prune_on(server, paid);
  EXPECT_EQ(first.code, kPending) << first.err;
  EXPECT_THAT(first.err, HasSubstr("6 requests wait for a reply"));
  EXPECT_EQ(prune_on(server, paid).code, kPending);
  EXPECT_THAT(desk.handed_in(), ElementsAre(kTraces)) << "nothing is handed in twice";
  EXPECT_EQ(spent().unknown_calls, 0) << "what is handed in is no call of unknown outcome";
  const CommandOutcome last = prune_on(server, paid);
  EXPECT_EQ(last.code, 0) << last.err;
  expect_plans();
  EXPECT_THAT(desk.handed_in(), ElementsAre(kTraces));
  EXPECT_EQ(spent().requests, kTraces);
  EXPECT_EQ(spent().prompt_tokens, 100 * kTraces);
  EXPECT_EQ(spent().unknown_calls, 0);
  EXPECT_NEAR(spent().usd.value_or(0), kTraces * 110 * 1000e-6 * 0.5, 1e-9) << "at half the price";
  EXPECT_EQ(server.requests().front().headers.at("authorization"), std::string("Bearer ") + kKey);
  expect_no_key();
}

TEST_F(BatchTeacher, ACapHoldsOverBatchesAndWhatItStoppedGoesOnUnderAHigherOne) {
  const BatchDesk desk(span_plan, {{.polls = 1}});
  const ChatServer server(desk);
  const auto with_cap = [&](const std::string& usd) {
    return prune_on(server, {"--prices", (folder_ / "prices.yaml").string(), "--max-usd", usd});
  };
  // Room for the worst case of some requests, not of all.
  CommandOutcome outcome = with_cap("5");
  EXPECT_EQ(outcome.code, kPending) << outcome.err;
  ASSERT_THAT(desk.handed_in(), SizeIs(1));
  EXPECT_LT(desk.handed_in().front(), static_cast<std::size_t>(kTraces));
  for (int i = 0; i < 2 * kTraces && outcome.code == kPending; ++i) outcome = with_cap("5");
  EXPECT_TRUE(outcome.code == 0 || outcome.code == 4) << outcome.err;
  EXPECT_LE(spent().usd.value_or(9), 5);
  for (int i = 0; i < kTraces && outcome.code != 0; ++i) outcome = with_cap("1000");
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  expect_plans();
  EXPECT_EQ(spent().requests, kTraces);
}

TEST_F(BatchTeacher, Fault11WhatExpiredIsHandedInAgain) {
  const BatchDesk desk(span_plan, {{.polls = 1, .state = "expired", .answered_max = 4}});
  const ChatServer server(desk);
  EXPECT_EQ(prune_on(server).code, kPending);
  const CommandOutcome second = prune_on(server);
  EXPECT_EQ(second.code, kPending);
  EXPECT_THAT(second.err, HasSubstr("is expired"));
  EXPECT_THAT(desk.handed_in(), ElementsAre(kTraces, 2));
  EXPECT_EQ(prune_on(server).code, 0);
  expect_plans();
  EXPECT_EQ(spent().requests, kTraces);
}

TEST_F(BatchTeacher, Fault12RowsThatFailAreRecordedWithTheServicesReason) {
  const BatchDesk desk([](const ServerRequest&) {
    ServerReply reply;
    reply.status = 400;
    reply.body = json{{"error", {{"message", "too odd a question"}, {"code", "odd"}}}}.dump();
    return reply;
  });
  const ChatServer server(desk);
  EXPECT_EQ(prune_on(server).code, kPending);
  const CommandOutcome second = prune_on(server);
  EXPECT_EQ(second.code, exit_code(ErrorKind::kFailedRows)) << second.err;
  EXPECT_THAT(second.err, HasSubstr("6 requests of a batch failed: HTTP 400: too odd a question"));
  EXPECT_THAT(second.err, HasSubstr("gave up on 6 traces: run again to retry them"));
  for (const json& record : log_records(folder_ / "out/plans.0.log.jsonl")) {
    EXPECT_THAT(record.dump(), HasSubstr("teacher_failed")) << record;
  }
}

TEST_F(BatchTeacher, FilesAloneNeedNeitherNetworkNorKey) {
  const std::string url = "https://api.example.com/v1";
  const CommandOutcome first = prune(url, "files");
  EXPECT_EQ(first.code, kPending) << first.err;
  EXPECT_THAT(first.err, HasSubstr("requests-1-0001.jsonl"));
  EXPECT_THAT(first.err, HasSubstr("batches/results"));
  EXPECT_EQ(prune(url, "files").code, kPending);
  std::string results;
  LineReader lines(folder_ / "out/batches/requests-1-0001.jsonl");
  while (const auto line = lines.next()) {
    const json request = json::parse(*line);
    ServerRequest asked;
    asked.body = request.at("body").dump();
    results =
        json{{"custom_id", request.at("custom_id")},
             {"response", {{"status_code", 200}, {"body", json::parse(span_plan(asked).body)}}}}
            .dump() +
        "\n" + results;
  }
  write_file_atomic(folder_ / "out/batches/results/mine.jsonl", results);
  const CommandOutcome last = prune(url, "files");
  EXPECT_EQ(last.code, 0) << last.err;
  expect_plans();
  EXPECT_EQ(spent().requests, kTraces);
  EXPECT_EQ(spent().prompt_tokens, 100 * kTraces);
}

TEST_F(BatchTeacher, AnotherWordThanThreeIsRefused) {
  const CommandOutcome outcome = prune("http://127.0.0.1:9/v1", "maybe");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("--batch is 'maybe', expected one of off, on, files"));
}

}  // namespace
}  // namespace drp::cli
