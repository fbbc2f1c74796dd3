// SPDX-License-Identifier: Apache-2.0
// A run whose base and tuned students are two names at one endpoint, tuned by another program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/service_fakes.h"
#include "llm/http/testing/chat_replies.h"

namespace drp::cli {
namespace {

using llm::http::testing::chat_reply;
using llm::http::testing::ChatServer;
using llm::http::testing::ServerReply;
using llm::http::testing::ServerRequest;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int kProblems = 4;

// Long-winded as "base", short as "tuned", which lies on it as vLLM has it; "stray" lies elsewhere.
ServerReply serve(const ServerRequest& request) {
  if (request.target == "/v1/models") {
    ServerReply reply;
    reply.body = json{{"object", "list"},
                      {"data",
                       {{{"id", "base"}, {"root", "base"}, {"parent", nullptr}},
                        {{"id", "tuned"}, {"root", "lora"}, {"parent", "base"}},
                        {{"id", "stray"}, {"root", "lora2"}, {"parent", "another"}}}}}
                     .dump();
    return reply;
  }
  const json body = json::parse(request.body);
  const std::string sum = "5 + 6 = 11";
  json message{{"role", "assistant"}, {"content", "It is \\boxed{11}."}};
  if (body.at("model") == "tuned") {
    message["reasoning_content"] = sum + ".";
    return chat_reply(message, "stop", 20, 30);
  }
  message["reasoning_content"] = "Okay, let me think about this one. " + sum +
                                 ".\n\nWait, let me double-check that: " + sum + ". Yes.";
  return chat_reply(message, "stop", 20, 90);
}

class AdoptEndpoint : public ServiceCommandTest {
 protected:
  AdoptEndpoint() : server_(serve) {
    write_set("train.jsonl", "a", kProblems);
    write_set("test.jsonl", "b", kProblems);
  }
  void write_set(const std::string& name, const std::string& prefix, int count) const {
    std::string text;
    for (int i = 0; i < count; ++i) {
      text += json{{"id", prefix + std::to_string(i)},
                   {"question", "Box " + prefix + std::to_string(i) + " has 5 + 6 pens. How many?"},
                   {"answer", "11"}}
                  .dump() +
              "\n";
    }
    write_file_atomic(folder_ / name, text);
  }
  std::string run_folder() const { return (folder_ / "run").string(); }
  CommandOutcome run(const std::vector<std::string>& more = {}) const {
    write_file_atomic(folder_ / "recipe.yaml",
                      "student:\n  model: \"" DRP_SOURCE_DIR
                      "/examples/tiny-reasoner/model.gguf\"\n  endpoint: {url: \"" +
                          server_.base_url() +
                          "\", model: base, api_key_env: DRP_TEST_KEY}\n"
                          "problems:\n"
                          "  train: {source: file, file: train.jsonl, count: 0}\n"
                          "  test: {source: file, file: test.jsonl, count: 0}\n"
                          "curate: {validation: 0}\nevaluate: {judged: 0}\ntrain: external\n"
                          "run: {folder: \"" +
                          run_folder() + "\"}\n");
    std::vector<std::string> words = {"run", (folder_ / "recipe.yaml").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }
  CommandOutcome adopt(std::vector<std::string> words) const {
    words.insert(words.begin(), "adopt");
    words.insert(words.end(), {"--run", run_folder()});
    return run_words(words);
  }

  ChatServer server_;
};

TEST_F(AdoptEndpoint, BaseAndTunedAreTwoNamesAtOneEndpoint) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#endif
  const CommandOutcome waiting = run();
  EXPECT_EQ(waiting.code, 75) << waiting.err;
  EXPECT_THAT(waiting.err, HasSubstr("no tuned student has been adopted yet"));
  EXPECT_THAT(run({"--dry-run"}).out, HasSubstr("waits for what another program tunes"));
  const CommandOutcome early = adopt({"--model", "tuned"});
  EXPECT_EQ(early.code, 2);
  EXPECT_THAT(early.err, HasSubstr("nothing was exported from this run"));
  const CommandOutcome exported =
      run_words({"export", run_folder(), "--for", "trl", "-o", (folder_ / "training").string(),
                 "--base", "served/base"});
  EXPECT_EQ(exported.code, 0) << exported.err;

  const CommandOutcome adopted = adopt({server_.base_url(), "--model", "tuned"});
  EXPECT_EQ(adopted.code, 0) << adopted.err;
  EXPECT_EQ(server_.requests().back().target, "/v1/models");
  EXPECT_EQ(server_.requests().back().headers.at("authorization"), std::string("Bearer ") + kKey);
  EXPECT_THAT(run({"--dry-run"}).out, HasSubstr("takes 'tuned' at student.endpoint"));

  const CommandOutcome done = run();
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(log_records(folder_ / "run/eval/base.log.jsonl"), SizeIs(kProblems));
  EXPECT_THAT(log_records(folder_ / "run/eval/tuned.log.jsonl"), SizeIs(kProblems));
  EXPECT_THAT(read_file(folder_ / "run/report/report.md"), HasSubstr("served as tuned"));
  const std::int64_t asked = server_.counts().requests;
  EXPECT_EQ(run().code, 0);
  EXPECT_EQ(server_.counts().requests, asked);
  EXPECT_THAT(run_words({"ask", (folder_ / "recipe.yaml").string(), "What is 5 + 6?"}).out,
              HasSubstr("--- tuned, 30 tokens"));
  EXPECT_THAT(run_words({"export", run_folder(), "--gguf", (folder_ / "a.gguf").string()}).err,
              HasSubstr("tuned student is served as 'tuned'"));

  // Other rows: what is served was not trained on them.
  write_set("train.jsonl", "a", kProblems + 1);
  const CommandOutcome changed = run();
  EXPECT_EQ(changed.code, 75);
  EXPECT_THAT(changed.err, HasSubstr("was trained on something else: curate: "));
  expect_no_key();
}

TEST_F(AdoptEndpoint, WhatIsNotThereIsSaidInOneLine) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#endif
  EXPECT_EQ(run().code, 75);
  const auto expect = [&](const std::vector<std::string>& words, int code, const char* text) {
    const CommandOutcome outcome = adopt(words);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(text));
  };
  expect({"--model", "other"}, 2, "does not list 'other', only base, tuned, stray");
  expect({"--model", "base"}, 2, "is the run's own base student");
  expect({"--model", "stray"}, 1, "lies on 'another'");
  expect({"http://127.0.0.1:1/v1", "--model", "tuned"}, 1, "nobody answers at");
  expect({server_.base_url()}, 2, "needs the name");
  expect({"folder", "--model", "tuned"}, 2, "no http:// or https:// address");
  expect({}, 2, "nothing to adopt");
}

}  // namespace
}  // namespace drp::cli
