// SPDX-License-Identifier: Apache-2.0
// Request and result files with nobody behind them: what a user's own queue would do.
#include "llm/http/batch_file_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "llm/http/http_fakes.h"
#include "llm/scratch_folder.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::vector<json> lines_of(const std::filesystem::path& file) {
  std::vector<json> lines;
  LineReader reader(file);
  while (const auto line = reader.next()) lines.push_back(json::parse(*line));
  return lines;
}

std::string result_of(const json& request, int status = 200, const json& body = {}) {
  json answer = status == 200 ? json::parse(completion("")) : body;
  if (status == 200) {
    answer["choices"][0]["message"]["content"] = request["body"]["messages"][0]["content"];
  }
  return json{{"custom_id", request["custom_id"]},
              {"response", {{"status_code", status}, {"body", answer}}},
              {"error", nullptr}}
             .dump() +
         "\n";
}
std::string expired(const json& request) {
  return json{{"custom_id", request["custom_id"]},
              {"response", nullptr},
              {"error", {{"code", "batch_expired"}, {"message", "its turn did not come"}}}}
             .dump() +
         "\n";
}

class BatchFileTest : public ::testing::Test {
 protected:
  // What run() hands out, and its error where it ends with one.
  struct Answered {
    std::map<std::string, ChatReply> replies;
    std::string pending;
  };
  Answered ask_for(int count) {
    BatchOptions options;
    options.folder = folder_.path();
    options.limits.lines_max = lines_max_;
    options.warn = [this](std::string_view line) { warnings_.emplace_back(line); };
    BatchFileModel model(fake_endpoint(), options);
    Answered out;
    int at = 0;
    try {
      model.run(
          [&]() -> std::optional<ChatRequest> {
            if (at == count) return std::nullopt;
            const std::string number = std::to_string(at++);
            return ask("k" + number, "Q" + number);
          },
          [&](ChatReply reply) { out.replies[reply.key] = std::move(reply); }, {});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kPending) << error.what();
      out.pending = error.message();
    }
    return out;
  }
  std::filesystem::path requests(const std::string& number) const {
    return folder_ / ("requests-" + number + ".jsonl");
  }
  void put_result(const std::string& name, const std::string& text) const {
    write_file_atomic(folder_ / "results" / name, text);
  }

  ScratchFolder folder_;
  std::size_t lines_max_ = 50'000;
  std::vector<std::string> warnings_;
};

TEST_F(BatchFileTest, RequestsGoOutAndResultsComeInById) {
  lines_max_ = 2;
  const Answered first = ask_for(3);
  EXPECT_THAT(first.replies, SizeIs(0));
  EXPECT_THAT(first.pending, HasSubstr("3 requests wait for a result"));
  EXPECT_THAT(first.pending, HasSubstr("requests-1-0002.jsonl"));
  const auto one = lines_of(requests("1-0001"));
  const auto two = lines_of(requests("1-0002"));
  ASSERT_THAT(one, SizeIs(2));
  ASSERT_THAT(two, SizeIs(1));
  // Another call writes nothing new; results come in any order and file.
  EXPECT_THAT(ask_for(3).pending, HasSubstr("3 requests wait"));
  EXPECT_FALSE(std::filesystem::exists(requests("2-0001")));
  put_result("whatever.jsonl", result_of(two[0]) + result_of(one[0]));
  const Answered second = ask_for(3);
  EXPECT_THAT(second.replies, SizeIs(2));
  EXPECT_EQ(second.replies.at("k2").text, "Q2");
  EXPECT_THAT(second.pending, HasSubstr("requests-1-0001.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(requests("2-0001"))) << "the rest may still come";
  put_result("late.jsonl", result_of(one[1]));
  const Answered third = ask_for(3);
  EXPECT_THAT(third.replies, SizeIs(3));
  EXPECT_EQ(third.pending, "");
  // A new row is one new request.
  EXPECT_THAT(ask_for(4).pending, HasSubstr("1 requests wait"));
  EXPECT_THAT(lines_of(requests("2-0001")), SizeIs(1));
}

TEST_F(BatchFileTest, Fault11WhatGotNoTurnIsWrittenAgainUpToALimit) {
  ask_for(2);
  const auto lines = lines_of(requests("1-0001"));
  std::string errors = expired(lines[0]);
  put_result("errors.jsonl", errors + result_of(lines[1]));
  const Answered again = ask_for(2);
  EXPECT_THAT(again.replies, SizeIs(1));
  EXPECT_THAT(again.pending, HasSubstr("requests-2-0001.jsonl"));
  EXPECT_EQ(lines_of(requests("2-0001")).at(0), lines[0]);
  EXPECT_THAT(ask_for(2).pending, HasSubstr("requests-2-0001.jsonl"));
  EXPECT_FALSE(std::filesystem::exists(requests("3-0001")));
  for (const std::string round : {"2", "3", "4"}) {
    put_result("errors" + round + ".jsonl", expired(lines[0]));
    ask_for(2);
  }
  const Answered last = ask_for(2);
  EXPECT_EQ(last.pending, "");
  EXPECT_EQ(last.replies.at("k0").failure_code, FailureCode::kGaveUp);
  EXPECT_THAT(*last.replies.at("k0").failure, HasSubstr("its turn did not come"));
}

TEST_F(BatchFileTest, ARequestFileThatIsDeletedIsWrittenAnew) {
  ask_for(2);
  const auto lines = lines_of(requests("1-0001"));
  put_result("part.jsonl", result_of(lines[0]));
  std::filesystem::remove(requests("1-0001"));
  EXPECT_THAT(ask_for(2).pending, HasSubstr("1 requests wait"));
  EXPECT_THAT(lines_of(requests("1-0001")), ElementsAre(lines[1]));
}

TEST_F(BatchFileTest, RowsThatCannotBeDoneFailAndTheCommonestReasonIsSaid) {
  ask_for(3);
  const auto lines = lines_of(requests("1-0001"));
  std::string text;
  for (const json& line : lines) {
    text += result_of(line, 400, json::parse(error_body("no such thing", "x")));
  }
  put_result("errors.jsonl", text);
  const Answered out = ask_for(3);
  EXPECT_THAT(out.replies, SizeIs(3));
  EXPECT_EQ(out.replies.at("k1").failure_code, FailureCode::kInvalidRequest);
  EXPECT_THAT(warnings_, Contains(HasSubstr("3 requests of a batch failed: HTTP 400: no such")));
}

TEST_F(BatchFileTest, AResultFileOfAnotherFormIsRefusedWithItsLine) {
  ask_for(1);
  put_result("odd.jsonl", "{\"answer\":1}\n");
  BatchFileModel model(fake_endpoint(), {.folder = folder_.path()});
  try {
    answer_all(model, {ask("k0", "Q0")});
    FAIL() << "nothing thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kData);
    EXPECT_THAT(error.message(), HasSubstr("odd.jsonl:1"));
  }
}

}  // namespace
}  // namespace drp::llm::http
