// SPDX-License-Identifier: Apache-2.0
// The Batch API against a service in memory that keeps files and batches as told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "llm/http/batch_chat_model.h"
#include "llm/http/batch_ledger.h"
#include "llm/http/batch_service.h"
#include "llm/http/http_fakes.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::filesystem::path new_folder() {
  static int number = 0;
  return std::filesystem::path(::testing::TempDir()) / ("batch" + std::to_string(++number));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

// What the service made of one batch; the tests fill it in when it is created.
struct Fate {
  std::string state = "completed";
  json output;  // content of the output file; null: no file
  json errors;
  json failure;   // {"code","message"} of state failed
  int polls = 0;  // "in_progress" so often first
};

class FakeBatches {
 public:
  // `fate` gets the request lines of a new batch and its 0-based number.
  using Decide = std::function<Fate(const std::vector<std::string>&, int)>;
  explicit FakeBatches(Decide decide) : decide_(std::move(decide)) {}

  FakeAnswer operator()(const SentCall& sent) {
    const std::string path = sent.call.url.substr(sent.call.url.find("/v1/") + 3);
    calls.push_back(sent.call.method + " " + path);
    if (path == "/files") {
      files_.push_back(read_file(sent.call.form.at(1).file));
      return {.body = json{{"id", "file-" + std::to_string(files_.size() - 1)}}.dump()};
    }
    if (path == "/batches") return create(json::parse(sent.call.body));
    if (path == "/batches?limit=100") return list();
    if (path.starts_with("/batches/")) return status(path.substr(9));
    if (path.ends_with("/content")) {
      const auto id = static_cast<std::size_t>(
          parse_int(path.substr(12, path.find("/content") - 12)).value_or(0));
      return {.body = files_.at(id)};
    }
    return {.status = 404};
  }

  std::vector<std::string> calls;
  std::vector<std::vector<std::string>> handed_in;  // request lines of each batch

 private:
  struct Batch {
    Fate fate;
    std::string input;
    json output_id;
    json error_id;
  };

  json keep(const json& content) {
    if (!content.is_string()) return content;
    if (content.get<std::string>().empty()) return "";  // some services write "" for no file
    files_.push_back(content.get<std::string>());
    return "file-" + std::to_string(files_.size() - 1);
  }

  FakeAnswer create(const json& body) {
    const std::string input = body["input_file_id"];
    const auto lines =
        lines_of(files_.at(static_cast<std::size_t>(parse_int(input.substr(5)).value_or(0))));
    Batch batch{decide_(lines, static_cast<int>(handed_in.size())), input, {}, {}};
    handed_in.push_back(lines);
    batch.output_id = keep(batch.fate.output);
    batch.error_id = keep(batch.fate.errors);
    batches_.push_back(std::move(batch));
    return status("batch-" + std::to_string(batches_.size() - 1));
  }

  json object(std::size_t number) {
    Batch& batch = batches_.at(number);
    json out{{"id", "batch-" + std::to_string(number)}, {"input_file_id", batch.input}};
    out["status"] = batch.fate.polls-- > 0 ? "in_progress" : batch.fate.state;
    if (out["status"] == "in_progress") return out;
    out["output_file_id"] = batch.output_id;
    out["error_file_id"] = batch.error_id;
    if (!batch.fate.failure.is_null()) out["errors"]["data"] = {batch.fate.failure};
    return out;
  }
  FakeAnswer status(const std::string& id) {
    const auto number = static_cast<std::size_t>(parse_int(id.substr(6)).value_or(999));
    if (number >= batches_.size()) return {.status = 404, .body = error_body("unknown", "none")};
    return {.body = object(number).dump()};
  }
  FakeAnswer list() {
    json data = json::array();
    for (std::size_t i = 0; i < batches_.size(); ++i) data.push_back(object(i));
    return {.body = json{{"data", data}}.dump()};
  }

  Decide decide_;
  std::vector<std::string> files_;
  std::vector<Batch> batches_;
};

std::string id_of(const std::string& line) { return json::parse(line)["custom_id"]; }
std::string question_of(const std::string& line) {
  return json::parse(line)["body"]["messages"][0]["content"];
}

// A result line that answers with the question itself.
std::string result_line(const std::string& request, int status = 200,
                        const std::string& error = "") {
  json body = status == 200 ? json::parse(completion("")) : json::parse(error);
  if (status == 200) body["choices"][0]["message"]["content"] = question_of(request);
  return json{{"id", "r"},
              {"custom_id", id_of(request)},
              {"response", {{"status_code", status}, {"request_id", "x"}, {"body", body}}},
              {"error", nullptr}}
             .dump() +
         "\n";
}
std::string undone_line(const std::string& request) {
  return json{{"id", "r"},
              {"custom_id", id_of(request)},
              {"response", nullptr},
              {"error", {{"code", "batch_expired"}, {"message", "its turn did not come"}}}}
             .dump() +
         "\n";
}
std::string all_done(std::vector<std::string> lines) {
  std::reverse(lines.begin(), lines.end());
  std::string out;
  for (const std::string& line : lines) out += result_line(line);
  return out;
}

struct Bench {
  explicit Bench(FakeBatches::Decide decide, BatchOptions given = {})
      : batches(std::make_shared<FakeBatches>(std::move(decide))), options(std::move(given)) {
    if (options.folder.empty()) options.folder = new_folder();
    if (options.wait_s == 0) options.wait_s = 100'000;
    options.warn = [this](std::string_view line) { warnings.emplace_back(line); };
  }
  std::map<std::string, ChatReply> answer(const std::vector<ChatRequest>& requests) {
    auto transport = std::make_unique<FakeTransport>(
        clock, [held = batches](const SentCall& sent) { return (*held)(sent); });
    BatchChatModel model(fake_endpoint(), options, std::move(transport), clock);
    return answer_all(model, requests);
  }
  Error error_of(const std::vector<ChatRequest>& requests) {
    try {
      answer(requests);
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "nothing thrown"};
  }

  FakeClock clock;
  std::shared_ptr<FakeBatches> batches;
  BatchOptions options;
  std::vector<std::string> warnings;
};

std::vector<ChatRequest> many(int count) {
  std::vector<ChatRequest> requests;
  for (int i = 0; i < count; ++i) {
    requests.push_back(ask("k" + std::to_string(i), "Q" + std::to_string(i)));
  }
  return requests;
}

void expect_own_answers(const std::map<std::string, ChatReply>& replies, std::size_t count) {
  EXPECT_EQ(replies.size(), count);
  for (const auto& [key, reply] : replies) {
    ASSERT_FALSE(reply.failure) << *reply.failure;
    EXPECT_EQ(reply.text, "Q" + key.substr(1));
  }
}

TEST(BatchTest, Fault15RowsAreFoundByIdWhateverTheOrder) {
  Bench bench([](const auto& lines, int) { return Fate{.output = all_done(lines)}; });
  expect_own_answers(bench.answer(many(20)), 20);
}

TEST(BatchTest, Fault16EqualQuestionsAreAskedAndPaidOnce) {
  Bench bench([](const auto& lines, int) { return Fate{.output = all_done(lines)}; });
  const auto replies = bench.answer({ask("k0", "Q"), ask("k1", "Q"), ask("k2", "P")});
  EXPECT_EQ(bench.batches->handed_in.at(0).size(), 2U);
  EXPECT_EQ(replies.at("k0").text, "Q");
  EXPECT_EQ(replies.at("k1").text, "Q");
  EXPECT_EQ(replies.at("k0").usage.prompt_tokens + replies.at("k1").usage.prompt_tokens, 10);
}

TEST(BatchTest, Fault14FilesAreSplitByLinesAndBytes) {
  Bench by_lines([](const auto& lines, int) { return Fate{.output = all_done(lines)}; },
                 {.limits = {.lines_max = 7}});
  expect_own_answers(by_lines.answer(many(20)), 20);
  EXPECT_EQ(by_lines.batches->handed_in.size(), 3U);
  EXPECT_EQ(by_lines.batches->handed_in.at(2).size(), 6U);

  const std::filesystem::path folder = new_folder();
  BatchWriter splitter(folder, "requests", {.bytes_max = 1000});
  for (const ChatRequest& request : many(20)) {
    splitter.add(batch_request(request, fake_endpoint()).line);
  }
  const auto files = splitter.finish();
  ASSERT_GT(files.size(), 2U);
  std::set<std::string> questions;
  for (const BatchFile& file : files) {
    EXPECT_LE(std::filesystem::file_size(file.path), 1000U);
    const auto lines = lines_of(read_file(file.path));
    EXPECT_EQ(lines.size(), file.lines);
    for (const std::string& line : lines) questions.insert(question_of(line));
  }
  EXPECT_EQ(questions.size(), 20U);
  BatchWriter writer(new_folder(), "x", {.bytes_max = 10});
  EXPECT_THROW(writer.add("more than ten bytes"), Error);
}

TEST(BatchTest, Fault44RequestLinesHoldNoOtherLineEnd) {
  const std::string text =
      "a\xE2\x80\xA8"
      "b\xC2\x85\n";
  const BatchRequest request = batch_request(ask("k", text), fake_endpoint());
  EXPECT_THAT(request.line, HasSubstr("\\u2028"));
  EXPECT_THAT(request.line, HasSubstr("\\u0085"));
  EXPECT_EQ(question_of(request.line), text);
}

TEST(BatchTest, PendingWorkIsSaidAndGoneOnWithByAnotherProcess) {
  Bench bench([](const auto& lines, int) { return Fate{.output = all_done(lines), .polls = 3}; });
  bench.options.wait_s = 0;
  const Error error = bench.error_of(many(5));
  EXPECT_EQ(error.kind(), ErrorKind::kPending);
  EXPECT_EQ(exit_code(error.kind()), 75);
  EXPECT_THAT(error.message(), HasSubstr("5 requests wait"));
  bench.options.wait_s = 1000;
  expect_own_answers(bench.answer(many(5)), 5);
  EXPECT_EQ(bench.batches->handed_in.size(), 1U) << "nothing is handed in twice";
  // And a third run answers from the folder alone.
  const std::size_t calls = bench.batches->calls.size();
  expect_own_answers(bench.answer(many(5)), 5);
  EXPECT_EQ(bench.batches->calls.size(), calls);
}

TEST(BatchTest, Fault11WhatAnExpiredBatchDidIsKeptAndTheRestHandedInAgain) {
  Bench bench([](const std::vector<std::string>& lines, int number) {
    if (number > 0) return Fate{.output = all_done(lines)};
    Fate fate{.state = "expired"};
    std::string output;
    std::string errors;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      // The third kind is in no file at all.
      if (i % 3 == 0) output += result_line(lines[i]);
      if (i % 3 == 1) errors += undone_line(lines[i]);
    }
    fate.output = output;
    fate.errors = errors;
    return fate;
  });
  const auto replies = bench.answer(many(9));
  expect_own_answers(replies, 9);
  EXPECT_EQ(bench.batches->handed_in.at(1).size(), 6U);
  EXPECT_EQ(replies.at("k0").attempts, 1);
  EXPECT_EQ(replies.at("k1").attempts, 2);
  EXPECT_THAT(bench.warnings, Contains(HasSubstr("is expired")));
}

TEST(BatchTest, CancelledBatchesAndNoTurnsHaveALimit) {
  Bench bench([](const auto&, int) { return Fate{.state = "cancelled"}; }, {.rounds_max = 3});
  const auto replies = bench.answer(many(2));
  EXPECT_EQ(replies.at("k0").failure_code, FailureCode::kGaveUp);
  EXPECT_EQ(replies.at("k0").failure, "no reply in 3 batches");
  EXPECT_EQ(bench.batches->handed_in.size(), 3U);
}

TEST(BatchTest, Fault12ABatchOfNothingButErrorsSaysTheCommonest) {
  Bench bench([](const std::vector<std::string>& lines, int) {
    Fate fate;  // completed, output_file_id null
    std::string errors;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      errors +=
          result_line(lines[i], 400, i == 0 ? error_body("rare", "x") : error_body("common", "x"));
    }
    fate.errors = errors;
    return fate;
  });
  const auto replies = bench.answer(many(5));
  EXPECT_EQ(replies.size(), 5U);
  for (const auto& [key, reply] : replies) {
    EXPECT_EQ(reply.failure_code, FailureCode::kInvalidRequest);
  }
  EXPECT_THAT(bench.warnings,
              ElementsAre(HasSubstr("4 requests of a batch failed: HTTP 400: common"),
                          HasSubstr("1 requests of a batch failed: HTTP 400: rare")));
}

TEST(BatchTest, WhatConcernsAllRowsEndsTheRunAndIsTriedAgainByTheNext) {
  Bench bench([](const std::vector<std::string>& lines, int number) {
    if (number > 0) return Fate{.output = all_done(lines)};
    Fate fate;
    fate.errors = result_line(lines[0], 429, error_body("empty", "insufficient_quota"));
    return fate;
  });
  EXPECT_EQ(bench.error_of(many(1)).kind(), ErrorKind::kAuth);
  expect_own_answers(bench.answer(many(1)), 1);
}

TEST(BatchTest, Fault13AFullQueueIsRetriedSmallerOneAtATime) {
  Bench bench([](const std::vector<std::string>& lines, int) {
    if (lines.size() <= 3) return Fate{.output = all_done(lines)};
    return Fate{.state = "failed",
                .failure = {{"code", "token_limit_exceeded"}, {"message", "queue is full"}}};
  });
  expect_own_answers(bench.answer(many(10)), 10);
  std::vector<std::size_t> sizes;
  for (const auto& lines : bench.batches->handed_in) sizes.push_back(lines.size());
  EXPECT_THAT(sizes, ElementsAre(10, 5, 2, 2, 2, 2, 2));
}

TEST(BatchTest, AFileThatTheServiceDoesNotLikeEndsTheRun) {
  Bench bench([](const auto&, int) {
    return Fate{.state = "failed",
                .failure = {{"code", "invalid_json_line"}, {"message", "line 1 is odd"}}};
  });
  const Error error = bench.error_of(many(2));
  EXPECT_EQ(error.kind(), ErrorKind::kService);
  EXPECT_THAT(error.message(), HasSubstr("line 1 is odd"));
}

TEST(BatchTest, Fault18AnEmptyFileIdIsNone) {
  const auto status = read_batch_status(
      json{{"id", "b"}, {"status", "completed"}, {"output_file_id", "f"}, {"error_file_id", ""}});
  EXPECT_EQ(status.error_file, "");
  EXPECT_EQ(read_batch_status(json{{"status", "cancelling"}}).ended(), false);
  EXPECT_THROW(read_batch_status(json{{"status", "melted"}}), Error);
  EXPECT_THROW(read_batch_status(json::array()), Error);
  Bench bench([](const auto& lines, int) { return Fate{.output = all_done(lines), .errors = ""}; });
  expect_own_answers(bench.answer(many(2)), 2);
}

TEST(BatchTest, Fault17AnotherKeyIsToldPlainly) {
  Bench first([](const auto& lines, int) { return Fate{.output = all_done(lines), .polls = 9}; });
  first.options.wait_s = 0;
  EXPECT_EQ(first.error_of(many(2)).kind(), ErrorKind::kPending);
  Bench second([](const auto&, int) { return Fate{}; }, first.options);
  second.options.folder = first.options.folder;
  const Error error = second.error_of(many(2));
  EXPECT_THAT(error.message(), HasSubstr("batch-0 is not known"));
  EXPECT_THAT(error.hint(), HasSubstr("key"));
}

TEST(BatchTest, ABatchStartedByARunThatWasKilledIsFoundAgain) {
  Bench bench([](const auto& lines, int) { return Fate{.output = all_done(lines), .polls = 2}; });
  bench.options.wait_s = 0;
  EXPECT_EQ(bench.error_of(many(3)).kind(), ErrorKind::kPending);
  BatchLedger ledger = BatchLedger::load(bench.options.folder);
  ASSERT_EQ(ledger.jobs.size(), 1U);
  ledger.jobs[0].batch_id.clear();  // killed before this was written down
  ledger.save(bench.options.folder);
  EXPECT_EQ(BatchLedger::load(bench.options.folder), ledger);
  bench.options.wait_s = 1000;
  expect_own_answers(bench.answer(many(3)), 3);
  EXPECT_EQ(bench.batches->handed_in.size(), 1U);
}

TEST(BatchTest, Fault30WhatTheModelDoesNotTakeIsLeftOutOfTheNextBatch) {
  const auto takes = [](const json& body) {
    return !body.contains("temperature") && body.contains("max_completion_tokens");
  };
  Bench bench([&](const std::vector<std::string>& lines, int) {
    std::string output;
    std::string errors;
    for (const std::string& line : lines) {
      const json body = json::parse(line)["body"];
      if (takes(body)) {
        output += result_line(line);
      } else if (body.contains("max_tokens")) {
        errors +=
            result_line(line, 400,
                        error_body("Unsupported parameter: 'max_tokens' is not supported with "
                                   "this model. Use 'max_completion_tokens' instead.",
                                   "unsupported_parameter", "max_tokens"));
      } else {
        errors += result_line(line, 400,
                              error_body("Unsupported value: 'temperature' does not support 0.6",
                                         "unsupported_value", "temperature"));
      }
    }
    return Fate{.output = output, .errors = errors};
  });
  expect_own_answers(bench.answer(many(3)), 3);
  EXPECT_EQ(bench.batches->handed_in.size(), 3U);
  EXPECT_EQ(id_of(bench.batches->handed_in[0][0]), id_of(bench.batches->handed_in[2][0]));
  EXPECT_THAT(bench.warnings, Contains(HasSubstr("`temperature`, which is left out")));
}

TEST(BatchTest, Fault14AFileNotSeenYetIsWaitedFor) {
  auto batches = std::make_shared<FakeBatches>(
      [](const auto& lines, int) { return Fate{.output = all_done(lines)}; });
  int refusals = 2;
  FakeClock clock;
  auto transport = std::make_unique<FakeTransport>(clock, [&](const SentCall& sent) -> FakeAnswer {
    if (sent.call.method == "POST" && sent.call.url.ends_with("/batches") && refusals-- > 0) {
      return {.status = 400, .body = error_body("Cannot find file file-0", "invalid_request")};
    }
    return (*batches)(sent);
  });
  BatchOptions options;
  options.folder = new_folder();
  options.wait_s = 1000;
  BatchChatModel model(fake_endpoint(), options, std::move(transport), clock);
  expect_own_answers(answer_all(model, many(2)), 2);
}

TEST(BatchTest, ResultFilesOfOthersAreReadOrRefusedWithTheirLine) {
  const std::filesystem::path file = std::filesystem::path(::testing::TempDir()) / "out.jsonl";
  const std::string request = batch_request(ask("k", "Q"), fake_endpoint()).line;
  write_file_atomic(file, result_line(request) + "\n" + undone_line(request) + "{}\n");
  std::vector<Verdict> verdicts;
  try {
    read_batch_results(file, fake_endpoint(), [&](const BatchResult& result) {
      EXPECT_EQ(result.id, id_of(request));
      verdicts.push_back(result.outcome.verdict);
    });
    FAIL() << "nothing thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.message(), HasSubstr("out.jsonl:4"));
  }
  EXPECT_THAT(verdicts, ElementsAre(Verdict::kReply, Verdict::kRetry));
}

}  // namespace
}  // namespace drp::llm::http
