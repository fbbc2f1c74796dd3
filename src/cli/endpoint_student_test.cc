// SPDX-License-Identifier: Apache-2.0
// A student behind endpoints, from the command line: two servers of ours are one fleet, traces come
// by the requests' seeds and are kept, and the tuned student is another name there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "cli/service_fakes.h"
#include "cli/wiring.h"
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

constexpr int kProblems = 8;

std::string question_of(int i) {
  return "What is " + std::to_string(i + 12) + " * " + std::to_string(i + 3) + "?";
}
std::string product_of(const std::string& question) {
  const std::size_t star = question.find(" * ");
  const auto left = *parse_int(question.substr(8, star - 8));
  const auto right = *parse_int(question.substr(star + 3, question.size() - star - 4));
  return std::to_string(left * right);
}

ServerReply plain_reply(const std::string& text) {
  ServerReply reply;
  reply.body = json{{"choices", {{{"index", 0}, {"text", text}, {"finish_reason", "stop"}}}},
                    {"usage", {{"prompt_tokens", 9}, {"completion_tokens", 12}}}}
                   .dump();
  return reply;
}

// Long-winded as "base", short as "tuned"; the reasoning goes into the field `field`. The question
// with 12 is thought about for ever. A bare prompt is answered without thinking.
ChatServer::Handler student(const std::string& field) {
  return [field](const ServerRequest& request) {
    const json body = json::parse(request.body);
    const bool bare = body.contains("prompt");
    const std::string question =
        bare ? body.at("prompt") : body.at("messages").back().at("content");
    const std::string sum = question.substr(8, question.size() - 9) + " = " + product_of(question);
    if (bare) return plain_reply(sum + ". It is \\boxed{" + product_of(question) + "}.");
    json message{{"role", "assistant"},
                 {"content", "It is \\boxed{" + product_of(question) + "}."}};
    if (body.at("model") == "tuned") {
      message[field] = sum + ".";
      return chat_reply(message, "stop", 20, 30);
    }
    if (body.at("model") != "base") {
      ServerReply reply;
      reply.status = 404;
      reply.body =
          json{{"error", {{"message", "no such model"}, {"code", "model_not_found"}}}}.dump();
      return reply;
    }
    message[field] = "Okay, let me think about this one. " + sum +
                     ".\n\nWait, let me double-check that: " + sum + ". Yes.";
    if (!contains(question, "12 *")) return chat_reply(message, "stop", 20, 90);
    message["content"] = "";
    return chat_reply(message, "length", 20, 64);
  };
}

// The demo's model without its weights: what a student at an endpoint needs here.
[[maybe_unused]] void write_vocabulary(const std::filesystem::path& model,
                                       const std::filesystem::path& place) {
  std::string bytes = read_file(model);
  std::size_t at = 8;
  const auto number = [&](std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + at, size);
    at += size;
    return value;
  };
  constexpr std::size_t kSizes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  constexpr std::uint64_t kText = 8;
  constexpr std::uint64_t kArray = 9;
  const auto skip = [&](std::uint64_t type, std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) {
      const std::size_t size = type == kText ? number(8) : kSizes[type];
      at += size;
    }
  };
  std::memset(bytes.data() + at, 0, 8);  // no tensors
  at += 8;
  const std::uint64_t keys = number(8);
  for (std::uint64_t i = 0; i < keys; ++i) {
    skip(kText, 1);
    const std::uint64_t type = number(4);
    if (type == kArray) {
      const std::uint64_t items = number(4);
      skip(items, number(8));
    } else {
      skip(type, 1);
    }
  }
  write_file_atomic(place, bytes.substr(0, at));
}

class EndpointStudent : public ServiceCommandTest {
 protected:
  EndpointStudent() : one_(student("reasoning_content")), two_(student("reasoning")) {
    write_set("train.jsonl", 0);
    write_set("test.jsonl", 40);
  }
  void write_set(const std::string& name, int first) const {
    std::string text;
    for (int i = first; i < first + kProblems; ++i) {
      text += json{{"id", "p" + std::to_string(i)},
                   {"question", question_of(i)},
                   {"answer", product_of(question_of(i))}}
                  .dump() +
              "\n";
    }
    write_file_atomic(folder_ / name, text);
  }

  CommandOutcome run(const std::string& command, const std::vector<std::string>& more = {}) const {
    const std::string recipe = "student:\n  endpoint: {url: [\"" + one_.base_url() + "\", \"" +
                               two_.base_url() +
                               "\"], model: base, api_key_env: DRP_TEST_KEY, concurrency: 2}\n"
                               "problems:\n"
                               "  train: {source: file, file: train.jsonl, count: 0}\n"
                               "  test: {source: file, file: test.jsonl, count: 0}\n"
                               "curate: {validation: 0}\nevaluate: {judged: 5}\n"
                               "run: {folder: \"" +
                               (folder_ / "run").string() + "\"}\n";
    write_file_atomic(folder_ / "recipe.yaml", recipe);
    std::vector<std::string> words = {command, (folder_ / "recipe.yaml").string()};
    words.insert(words.end(), more.begin(), more.end());
    return run_words(words);
  }
  std::int64_t asked() const { return one_.counts().requests + two_.counts().requests; }
  std::vector<json> traces() const {
    std::vector<json> all;
    for (const json& record : log_records(folder_ / "run/traces.0.log.jsonl")) {
      all.push_back(record.contains("value") ? record["value"] : record);
    }
    return all;
  }

  ChatServer one_;
  ChatServer two_;
};

TEST_F(EndpointStudent, SamplesOverAFleetBySeedsAndKeepsWhatItHas) {
  const CommandOutcome first = run("sample");
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(asked(), kProblems);
  EXPECT_GT(one_.counts().requests, 0);
  EXPECT_GT(two_.counts().requests, 0);
  std::set<std::uint64_t> seeds;
  for (const ChatServer* server : {&one_, &two_}) {
    for (const ServerRequest& request : server->requests()) {
      EXPECT_EQ(request.headers.at("authorization"), std::string("Bearer ") + kKey);
      const json body = json::parse(request.body);
      EXPECT_EQ(body.at("temperature"), 0.6);
      seeds.insert(body.at("seed").get<std::uint64_t>());
    }
  }
  EXPECT_THAT(seeds, SizeIs(kProblems)) << "each request has a seed of its own";
  int cut = 0;
  for (const json& trace : traces()) {
    const std::string response = trace.at("response");
    EXPECT_TRUE(response.starts_with("<think>Okay")) << response;
    EXPECT_EQ(trace.at("prompt_tokens"), 20);
    if (trace.at("finish") == "length") {
      ++cut;
      EXPECT_EQ(trace.at("response_tokens"), 64);
      EXPECT_EQ(trace.at("reasoning_tokens"), 64);
    } else {
      EXPECT_EQ(trace.at("finish"), "stop");
      EXPECT_EQ(trace.at("response_tokens"), 90);
      EXPECT_GT(trace.at("reasoning_tokens"), 60);
      EXPECT_LT(trace.at("reasoning_tokens"), 90);
    }
  }
  EXPECT_EQ(cut, 1);
  // A second call asks nothing; more samples ask for what is missing; another address changes
  // nothing that is there.
  EXPECT_EQ(run("sample").code, 0);
  EXPECT_EQ(asked(), kProblems);
  EXPECT_EQ(run("sample", {"sample.samples=2", "student.endpoint.url=" + one_.base_url()}).code, 0);
  EXPECT_EQ(asked(), 2 * kProblems);
  EXPECT_THAT(traces(), SizeIs(2 * kProblems));
  expect_no_key();
}

TEST_F(EndpointStudent, WhatIsMissingIsSaidBeforeAnythingIsAsked) {
  const CommandOutcome prune = run("prune");
  EXPECT_EQ(prune.code, 2);
  EXPECT_THAT(prune.err, HasSubstr("student.model is empty"));
  EXPECT_THAT(prune.err, HasSubstr("vocabulary alone"));
  const CommandOutcome prefix = run("sample", {"student.response_prefix=<think>"});
  EXPECT_EQ(prefix.code, 2);
  EXPECT_THAT(prefix.err, HasSubstr("student.endpoint.prefill"));
  const CommandOutcome nameless = run("sample", {"student.endpoint.model="});
  EXPECT_EQ(nameless.code, 2);
  EXPECT_THAT(nameless.err, HasSubstr("student.endpoint.model empty"));
  EXPECT_EQ(asked(), 0);
  const CommandOutcome unknown = run("sample", {"student.endpoint.model=other"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no such model"));
}

TEST_F(EndpointStudent, AskShowsBaseAndTuned) {
  const CommandOutcome asked = run("ask", {"What is 20 * 3?", "evaluate.tuned_model=tuned"});
  EXPECT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("--- base, 90 tokens"));
  EXPECT_THAT(asked.out, HasSubstr("--- tuned, 30 tokens"));
}

TEST_F(EndpointStudent, AWholeRunWithAVocabularyAloneComparesBeforeAndAfterThere) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#else
  if (!std::filesystem::exists(DRP_DEMO_MODEL)) GTEST_SKIP() << "no " << DRP_DEMO_MODEL;
  write_vocabulary(DRP_DEMO_MODEL, folder_ / "vocabulary.gguf");
  const std::string model = "student.model=" + (folder_ / "vocabulary.gguf").string();
  const CommandOutcome first = run("run", {model});
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("weights are not on this machine"));
  EXPECT_THAT(first.err, HasSubstr("evaluate.tuned_model"));
  EXPECT_FALSE(log_records(folder_ / "run/paths.0.log.jsonl").empty());
  EXPECT_FALSE(read_file(folder_ / "run/dataset/rows.jsonl").empty());
  const std::int64_t before = asked();
  const CommandOutcome second = run("run", {model, "evaluate.tuned_model=tuned"});
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(asked(), before + kProblems) << "the base's answers are kept";
  EXPECT_THAT(log_records(folder_ / "run/eval/tuned.log.jsonl"), SizeIs(kProblems));
  const json report = json::parse(read_file(folder_ / "run/report/report.json"));
  EXPECT_THAT(report.dump(), HasSubstr("tuned"));
  const CommandOutcome third = run("run", {model, "evaluate.tuned_model=tuned"});
  EXPECT_EQ(third.code, 0);
  EXPECT_EQ(asked(), before + kProblems);
  // Without the chat template both answer anew, as bare text.
  const std::vector<std::string> bare = {model, "evaluate.tuned_model=tuned",
                                         "evaluate.chat_template=none", "evaluate.stop=[\"Q:\"]"};
  const CommandOutcome fourth = run("run", bare);
  EXPECT_EQ(fourth.code, 0) << fourth.err;
  EXPECT_EQ(asked(), before + 3 * kProblems);
  std::int64_t plain = 0;
  for (const ChatServer* server : {&one_, &two_}) {
    for (const ServerRequest& request : server->requests()) {
      if (request.target != "/v1/completions") continue;
      ++plain;
      const json body = json::parse(request.body);
      EXPECT_TRUE(body.at("prompt").get<std::string>().starts_with("What is"));
      EXPECT_EQ(body.at("stop"), json{"Q:"});
    }
  }
  EXPECT_EQ(plain, 2 * kProblems);
  std::vector<std::string> with_system = bare;
  with_system.emplace_back("student.system=Be brief.");
  EXPECT_THAT(run("run", with_system).err, HasSubstr("no place for student.system"));
  expect_no_key();
#endif
}

}  // namespace
}  // namespace drp::cli
