// SPDX-License-Identifier: Apache-2.0
// Answer correction as a user meets it, against a student and a teacher of our own on the loopback:
// what is asked, what becomes of wrong traces, what it costs and what the report says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/service_fakes.h"
#include "llm/http/testing/chat_replies.h"
#include "llm/http/testing/chat_server.h"

namespace drp::cli {
namespace {

using llm::http::testing::chat_reply;
using llm::http::testing::ChatServer;
using llm::http::testing::ServerReply;
using llm::http::testing::ServerRequest;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kProblems = 6;
constexpr int kWrongTrace = 3;  // the student miscounts where this is the first number
constexpr int kWrongPath = 4;   // and the teacher's path where this one is

struct Sum {
  int left = 0;
  int right = 0;

  // Of "... 3 + 5 ...", the first one.
  static Sum read(const std::string& text) {
    const std::size_t plus = text.find(" + ");
    const std::size_t begin = text.find_last_not_of("0123456789", plus - 1) + 1;
    const std::size_t end = text.find_first_not_of("0123456789", plus + 3);
    const auto number = [&](std::size_t from, std::size_t to) {
      return static_cast<int>(*parse_int(text.substr(from, to - from)));
    };
    return {number(begin, plus), number(plus + 3, std::min(end, text.size()))};
  }
  std::string equation(int off = 0) const {
    return std::to_string(left) + " + " + std::to_string(right) + " = " +
           std::to_string(left + right + off);
  }
};

ServerReply reply_with(const std::string& content, int tokens) {
  return chat_reply({{"role", "assistant"}, {"content", content}}, "stop", 50, tokens);
}

ServerReply student(const ServerRequest& request) {
  const Sum sum = Sum::read(json::parse(request.body).at("messages").back().at("content"));
  const int off = sum.left == kWrongTrace ? 1 : 0;
  const std::string answer = std::to_string(sum.left + sum.right + off);
  return reply_with("<think>Okay, let me see what is asked here. " + sum.equation(off) +
                        ". Wait, let me check that once more: " + sum.equation(off) +
                        ". Yes, that is right.</think>\n\nThe answer is \\boxed{" + answer + "}.",
                    60);
}

ServerReply teacher(const ServerRequest& request) {
  const std::string message = json::parse(request.body).at("messages").back().at("content");
  if (contains(message, "\n\nRight answer:\n")) {
    return reply_with(Sum::read(message.substr(message.find("Problem:"))).equation() + ".", 8);
  }
  if (message.starts_with("Type the reasoning")) {
    const std::string reasoning = message.substr(message.find("Reasoning:\n") + 11);
    const std::size_t sum = reasoning.find("here. ") + 6;
    const std::size_t check = reasoning.find("Wait");
    return reply_with("Step 1: " + reasoning.substr(0, sum) +
                          "\nSkill: filler\nStep 2: " + reasoning.substr(sum, check - sum) +
                          "\nSkill: addition\nStep 3: " + reasoning.substr(check) +
                          "\nSkill: checking\n",
                      80);
  }
  const std::string step = message.substr(message.find("Step 2: ", message.find("Steps:\n")) + 8);
  const Sum sum = Sum::read(step);
  const std::string path =
      sum.left == kWrongPath ? sum.equation(7) + "." : step.substr(0, step.find('.') + 1);
  return reply_with("Step 1: DELETE\nStep 2: KEEP\nStep 3: DELETE\n##\n" + path, 30);
}

class AnswerCorrection : public ServiceCommandTest {
 protected:
  AnswerCorrection() : student_(student), teacher_(teacher) {
    std::string text;
    for (int i = 0; i < kProblems; ++i) {
      const Sum sum{i + 2, 5 * i + 4};
      text += json{{"id", "p" + std::to_string(sum.left)},
                   {"question", "What is " + std::to_string(sum.left) + " + " +
                                    std::to_string(sum.right) + "?"},
                   {"answer", std::to_string(sum.left + sum.right)}}
                  .dump() +
              "\n";
    }
    write_file_atomic(folder_ / "train.jsonl", text);
    write_file_atomic(folder_ / "prices.yaml",
                      "models:\n  a-teacher: {input: 1000, output: 1000}\n");
  }
  CommandOutcome run(const std::string& command, const std::vector<std::string>& more) const {
    const std::string set = "{source: file, file: train.jsonl, count: 0}\n";
    write_file_atomic(
        folder_ / "recipe.yaml",
        std::string("student:\n  model: " DRP_DEMO_MODEL "\n  endpoint: {url: \"") +
            student_.base_url() +
            "\", model: base, api_key_env: DRP_TEST_KEY}\nproblems:\n  train: " + set +
            "  test: " + set + "teacher:\n  kind: openai\n  model: a-teacher\n  endpoint: \"" +
            teacher_.base_url() +
            "\"\n  api_key_env: DRP_TEST_KEY\n  protocol: paper\n  prices: prices.yaml\n"
            "run: {folder: \"" +
            (folder_ / "run").string() + "\"}\n");
    std::vector<std::string> words = {command, (folder_ / "recipe.yaml").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }
  std::map<std::string, json> records(const std::string& log) const {
    std::map<std::string, json> by_id;
    for (const json& record : log_records(folder_ / "run" / log)) {
      const json& value = record.contains("value") ? record["value"] : record;
      by_id[value.at("trace_id")] = value;
    }
    return by_id;
  }

  ChatServer student_;
  ChatServer teacher_;
};

TEST_F(AnswerCorrection, PathsThenAnswersAreCorrectedAndCounted) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#else
  if (!std::filesystem::exists(DRP_DEMO_MODEL)) GTEST_SKIP() << "no " << DRP_DEMO_MODEL;
  const CommandOutcome none = run("prune", {});
  ASSERT_EQ(none.code, 0) << none.err;
  EXPECT_EQ(teacher_.counts().requests, 2 * (kProblems - 1))
      << "the wrong trace is not asked about";
  auto paths = records("paths.0.log.jsonl");
  ASSERT_THAT(paths, SizeIs(kProblems));
  EXPECT_EQ(paths["p3/0"].at("rejection").at("reason"), "wrong_answer");
  EXPECT_TRUE(paths["p4/0"].contains("rejection")) << paths["p4/0"];
  EXPECT_FALSE(paths["p5/0"].contains("rejection")) << paths["p5/0"];
  EXPECT_FALSE(paths["p5/0"].contains("corrected"));

  // Of right traces: one call more, the others' replies are at hand.
  const CommandOutcome path = run("prune", {"teacher.correction=path"});
  ASSERT_EQ(path.code, 0) << path.err;
  EXPECT_EQ(teacher_.counts().requests, 2 * (kProblems - 1) + 1);
  paths = records("paths.0.log.jsonl");
  EXPECT_FALSE(paths["p4/0"].contains("rejection")) << paths["p4/0"];
  EXPECT_EQ(paths["p4/0"].at("corrected"), "path");
  EXPECT_EQ(paths["p4/0"].at("reasoning"), "4 + 14 = 18.");
  EXPECT_EQ(paths["p3/0"].at("rejection").at("reason"), "wrong_answer");

  const CommandOutcome answer = run("prune", {"teacher.correction=answer"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  EXPECT_EQ(teacher_.counts().requests, 2 * kProblems + 2);
  paths = records("paths.0.log.jsonl");
  const json& corrected = paths["p3/0"];
  EXPECT_FALSE(corrected.contains("rejection")) << corrected;
  EXPECT_EQ(corrected.at("corrected"), "answer");
  EXPECT_EQ(corrected.at("response"), "<think>3 + 9 = 12.</think>\n\nThe answer is \\boxed{12}.");
  const json plan = records("plans.0.log.jsonl")["p3/0"].at("plan");
  EXPECT_EQ(plan.at("corrected"), "answer");
  EXPECT_THAT(plan.at("notes").dump(), HasSubstr("corrected by the teacher to come to 12"));

  EXPECT_EQ(run("prune", {"teacher.correction=answer"}).code, 0);
  EXPECT_EQ(teacher_.counts().requests, 2 * kProblems + 2) << "nothing is asked twice";

  const auto out = (folder_ / "pooled").string();
  ASSERT_EQ(run_words({"report", (folder_ / "run").string(), "-o", out}).code, 0);
  const json pruning = json::parse(read_file(folder_ / "pooled/report.json")).at("pruning");
  EXPECT_EQ(pruning.at("corrected_paths"), (json{{"corrected", 1}, {"accepted", 1}}));
  EXPECT_EQ(pruning.at("corrected_answers"), (json{{"corrected", 1}, {"accepted", 1}}));
  EXPECT_EQ(pruning.at("right").at("traces"), kProblems - 1);
  EXPECT_EQ(pruning.at("accepted").at("traces"), kProblems - 1);
  EXPECT_EQ(pruning.at("from_wrong").at("traces"), 1);
  EXPECT_THAT(read_file(folder_ / "pooled/report.md"), HasSubstr("Of wrong traces it corrected"));

  const CommandOutcome dry = run("plan", {"teacher.correction=answer"});
  EXPECT_THAT(dry.out, HasSubstr("6: 6 right or wrong of 6 traces"));
  EXPECT_THAT(dry.out, HasSubstr("requests  13 (protocol paper)"));
  EXPECT_THAT(run("plan", {}).out, HasSubstr("requests  10 (protocol paper)"));
  expect_no_key();
#endif
}

TEST_F(AnswerCorrection, WhatDoesNotGoTogetherIsSaidBeforeAnythingIsAsked) {
  const auto refused = [&](const std::vector<std::string>& more, const std::string& why) {
    const CommandOutcome outcome = run("plan", more);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(why));
  };
  const std::string answer = "teacher.correction=answer";
  refused({answer, "teacher.protocol=span"}, "which is for the protocol paper");
  refused({answer, "teacher.target=own"}, "the teacher's own solution is not corrected");
  refused({answer, "teacher.synthesis=stitch"}, "only a path that the teacher writes");
  refused({answer, "teacher.kind=rules+openai"}, "the rules, which correct nothing, plan first");
  refused({answer, "evaluate.control=true"}, "would train on wrong traces");
  refused({"teacher.correction=all"}, "teacher.correction is 'all'");
  EXPECT_EQ(run("plan", {"teacher.correction=path", "teacher.kind=rules+openai"}).code, 0);
  EXPECT_EQ(student_.counts().requests + teacher_.counts().requests, 0);
}

}  // namespace
}  // namespace drp::cli
