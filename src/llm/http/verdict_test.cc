// SPDX-License-Identifier: Apache-2.0
#include "llm/http/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "llm/http/http_fakes.h"
#include "llm/http/provider_fixtures.h"

namespace drp::llm::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Outcome outcome_of(int status, const std::string& body, const Endpoint& endpoint = fake_endpoint(),
                   const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  HttpResult result;
  result.status = status;
  result.body = body;
  for (const auto& [name, value] : headers) result.headers.add(name, value);
  return read_outcome(result, endpoint, FakeClock::kEpoch);
}

Endpoint azure_endpoint() {
  return fake_endpoint({.base_url = "http://127.0.0.1/openai/deployments/d"});
}

TEST(ReplyShapeTest, EveryServiceGivesTheSameReply) {
  struct Row {
    const char* body;
    const char* reasoning;
    Usage usage;
  };
  const Row rows[] = {{fixtures::kOpenAiReply, "", {40, 30, 16, 25}},
                      {fixtures::kDeepSeekReply, "3 * 4 = 12", {40, 30, 16, 25}},
                      {fixtures::kGeminiReply, "", {40, 2, 0, 0}},
                      {fixtures::kOpenRouterReply, "3 * 4 = 12", {40, 30, 16, 25}},
                      {fixtures::kVllmReply, "3 * 4 = 12", {40, 30, 16, 0}},
                      {fixtures::kStreamReply, "3 * 4 = 12", {40, 30, 0, 0}}};
  for (const Row& row : rows) {
    const Outcome outcome = outcome_of(200, row.body);
    EXPECT_EQ(outcome.verdict, Verdict::kReply) << row.body;
    EXPECT_EQ(outcome.reply.text, "12") << row.body;
    EXPECT_EQ(outcome.reply.reasoning, row.reasoning) << row.body;
    EXPECT_EQ(outcome.reply.finish, FinishReason::kStop) << row.body;
    EXPECT_EQ(outcome.reply.usage, row.usage) << row.body;
  }
}

std::string with_message(const std::string& message, const std::string& finish = "stop") {
  return R"({"choices":[{"message":)" + message + R"(,"finish_reason":")" + finish +
         R"("}],"usage":{"prompt_tokens":9,"completion_tokens":64,)"
         R"("completion_tokens_details":{"reasoning_tokens":64}}})";
}

TEST(ReplyShapeTest, Fault35ReasoningIsReadUnderEachOfItsNames) {
  for (const char* message :
       {R"({"content":"a","reasoning_content":"r"})", R"({"content":"a","reasoning":"r"})",
        R"({"content":"a","reasoning":"r","reasoning_content":""})",
        R"({"content":"a","reasoning":"r","reasoning_content":"r"})",
        R"({"content":"a","reasoning_details":[{"type":"reasoning.text","text":"r"}]})",
        R"({"content":"a","reasoning_details":[{"type":"reasoning.summary","summary":"r"},
            {"type":"reasoning.encrypted","data":"zzz"}]})",
        R"({"content":[{"type":"thinking","thinking":[{"type":"text","text":"r"}]},
            {"type":"text","text":"a"}]})"}) {
    const Outcome outcome = outcome_of(200, with_message(message));
    EXPECT_EQ(outcome.reply.reasoning, "r") << message;
    EXPECT_EQ(outcome.reply.text, "a") << message;
  }
}

TEST(ReplyShapeTest, Fault40AReplyThatLandedInTheReasoningFieldIsHandedOver) {
  const Outcome outcome = outcome_of(200, with_message(R"({"content":null,"reasoning":"1 K s"})"));
  EXPECT_EQ(outcome.verdict, Verdict::kReply);
  EXPECT_EQ(outcome.reply.reasoning, "1 K s");
  EXPECT_EQ(outcome.reply.text, "");
}

TEST(ReplyShapeTest, Fault33And38And44TextComesByteForByte) {
  const std::pair<const char*, const char*> rows[] = {
      {R"(\\frac{1}{2} \\begin{a} \\text{x} \\neq \\times)",
       R"(\frac{1}{2} \begin{a} \text{x} \neq \times)"},
      {R"(no opening</think>12)", "no opening</think>12"},
      {"a\xE2\x80\xA8"
       "b\xE2\x80\xA9"
       "c\xC2\x85",
       "a\xE2\x80\xA8"
       "b\xE2\x80\xA9"
       "c\xC2\x85"},
      {R"(a\u2028b)",
       "a\xE2\x80\xA8"
       "b"},
      {R"(  \r\n x \t)", "  \r\n x \t"},
      {"\xE4\xB8\xAD\xE6\x96\x87 \xF0\x9F\x8E\x89", "\xE4\xB8\xAD\xE6\x96\x87 \xF0\x9F\x8E\x89"}};
  for (const auto& [json, text] : rows) {
    EXPECT_EQ(outcome_of(200, completion(json)).reply.text, text);
  }
}

TEST(ReplyShapeTest, Fault45HalfSurrogatesBecomeReplacementCharactersAndPairsAreJoined) {
  const std::pair<const char*, const char*> rows[] = {
      {R"(a\ud83cb)",
       "a\xEF\xBF\xBD"
       "b"},
      {R"(\ude89\ud83c)", "\xEF\xBF\xBD\xEF\xBF\xBD"},
      {R"(\ud83c\ud83c\udf89)", "\xEF\xBF\xBD\xF0\x9F\x8E\x89"},
      {R"(\ud83c\udf89)", "\xF0\x9F\x8E\x89"},
      {R"(\ud83c\\udf89)", "\xEF\xBF\xBD\\udf89"},
      {R"(\\ud83c \ud83c)", "\\ud83c \xEF\xBF\xBD"},
      {"bad \xFF byte", "bad \xEF\xBF\xBD byte"}};
  for (const auto& [json, text] : rows) {
    const Outcome outcome = outcome_of(200, completion(json));
    EXPECT_EQ(outcome.verdict, Verdict::kReply) << json;
    EXPECT_EQ(outcome.reply.text, text) << json;
  }
}

TEST(ReplyShapeTest, Fault29ReasoningThatAteTheCeilingIsSaidAndTheSettingNamed) {
  const Outcome outcome =
      outcome_of(200, with_message(R"({"content":"","reasoning":"so far"})", "length"));
  EXPECT_EQ(outcome.verdict, Verdict::kFailRow);
  EXPECT_EQ(outcome.code, FailureCode::kTokensSpent);
  EXPECT_THAT(outcome.error.message, HasSubstr("tokens_max"));
  EXPECT_THAT(outcome.error.message, HasSubstr("64 of them reasoning"));
  EXPECT_EQ(outcome.reply.reasoning, "so far");
  EXPECT_EQ(outcome.reply.usage.completion_tokens, 64);
  // With an answer begun it is a reply that was cut.
  const Outcome begun = outcome_of(200, with_message(R"({"content":"The"})", "length"));
  EXPECT_EQ(begun.verdict, Verdict::kReply);
  EXPECT_EQ(begun.reply.finish, FinishReason::kLength);
}

TEST(ReplyShapeTest, RefusalsAndFiltersFailTheRow) {
  const Outcome refused = outcome_of(200, with_message(R"({"content":null,"refusal":"I won't"})"));
  EXPECT_EQ(refused.verdict, Verdict::kFailRow);
  EXPECT_EQ(refused.code, FailureCode::kRefused);
  EXPECT_THAT(refused.error.message, HasSubstr("I won't"));
  EXPECT_EQ(outcome_of(200, with_message(R"({"content":"x"})", "content_filter")).code,
            FailureCode::kRefused);
  EXPECT_EQ(outcome_of(400, error_body("filtered", "content_filter")).code, FailureCode::kRefused);
  EXPECT_EQ(outcome_of(403, fixtures::kOpenRouterFlagged).verdict, Verdict::kFailRow);
}

TEST(ReplyShapeTest, ABrokenOffReplyIsAskedAgainAndItsTokensCount) {
  const Outcome outcome =
      outcome_of(200, with_message(R"({"content":"half"})", "insufficient_system_resource"));
  EXPECT_EQ(outcome.verdict, Verdict::kRetry);
  EXPECT_EQ(outcome.reply.usage.completion_tokens, 64);
  const Outcome inside = outcome_of(
      200, R"({"choices":[{"error":{"code":502,"message":"upstream"},"finish_reason":"error"}]})");
  EXPECT_EQ(inside.verdict, Verdict::kRetry);
  EXPECT_THAT(inside.error.text(), HasSubstr("HTTP 502: upstream"));
}

struct ErrorRow {
  int status;
  const char* body;
  Verdict verdict;
  ErrorKind kind = ErrorKind::kService;   // of kStopRun
  FailureCode code = FailureCode::kNone;  // of kFailRow
};

TEST(VerdictTest, Fault21And26And36StatusAndBodyDecide) {
  const std::string no_such = error_body("no such model", "model_not_found");
  const std::string key = error_body("wrong key", "invalid_api_key");
  const std::string too_long = error_body("too long", "context_length_exceeded");
  const std::string range =
      error_body("temperature must be in 0 to 2", "decimal_above_max_value", "temperature");
  const std::string field = error_body("no temperature", "unsupported_value", "temperature");
  const ErrorRow rows[] = {
      // Fault 20: an empty account stops; Gemini's and Azure's quotas come back.
      {429, fixtures::kOpenAiQuota, Verdict::kStopRun, ErrorKind::kAuth},
      {429, fixtures::kGeminiQuota, Verdict::kThrottled},
      {402, fixtures::kOpenRouterNoMoney, Verdict::kStopRun, ErrorKind::kAuth},
      {200, fixtures::kOpenRouterNoMoney, Verdict::kStopRun, ErrorKind::kAuth},
      // Fault 21: by the status, whatever the code is called.
      {429, fixtures::kOpenAiRate, Verdict::kThrottled},
      {429, fixtures::kAzureRate, Verdict::kThrottled},
      {429, "slow down", Verdict::kThrottled},
      {429, "", Verdict::kThrottled},
      // Fault 22: a request above a whole minute's tokens.
      {429, fixtures::kOpenAiTooLarge, Verdict::kFailRow, {}, FailureCode::kOversized},
      // Fault 26: key and model.
      {401, key.c_str(), Verdict::kStopRun, ErrorKind::kAuth},
      {401, fixtures::kAzureGateway, Verdict::kStopRun, ErrorKind::kAuth},
      {403, "", Verdict::kStopRun, ErrorKind::kAuth},
      {400, fixtures::kGeminiKey, Verdict::kStopRun, ErrorKind::kAuth},
      {404, no_such.c_str(), Verdict::kStopRun, ErrorKind::kConfig},
      {404, fixtures::kVllmNoModel, Verdict::kStopRun, ErrorKind::kConfig},
      {404, fixtures::kOllamaNoModel, Verdict::kStopRun, ErrorKind::kConfig},
      {404, "<html>nothing here</html>", Verdict::kStopRun, ErrorKind::kConfig},
      {400, no_such.c_str(), Verdict::kStopRun, ErrorKind::kConfig},
      {301, "", Verdict::kStopRun, ErrorKind::kConfig},
      {405, "", Verdict::kStopRun, ErrorKind::kConfig},
      // Fault 27: one row.
      {400, too_long.c_str(), Verdict::kFailRow, {}, FailureCode::kContextLength},
      {400, fixtures::kVllmTooLong, Verdict::kFailRow, {}, FailureCode::kContextLength},
      {413, "", Verdict::kFailRow, {}, FailureCode::kInvalidRequest},
      {400, range.c_str(), Verdict::kFailRow, {}, FailureCode::kInvalidRequest},
      // Fault 30: a field.
      {400, field.c_str(), Verdict::kAdapt},
      {422, fixtures::kFastApiField, Verdict::kAdapt},
      // Fault 36: an error in a 200.
      {200, fixtures::kOpenRouterBusyIn200, Verdict::kThrottled},
      {200, R"({"error":{"message":"odd"}})", Verdict::kRetry},
      // The service's own trouble, and what is no reply.
      {500, "oops", Verdict::kRetry},
      {503, fixtures::kOllamaNoModel, Verdict::kRetry},
      {529, "", Verdict::kRetry},
      {408, "", Verdict::kRetry},
      {200, "", Verdict::kRetry},
      {200, "<html>login</html>", Verdict::kRetry},
      {200, "{}", Verdict::kRetry},
      {200, R"({"choices":[]})", Verdict::kRetry},
      {200, R"({"choices":[{"message":{"content":"cut)", Verdict::kRetry}};
  for (const ErrorRow& row : rows) {
    const Outcome outcome = outcome_of(row.status, row.body);
    EXPECT_EQ(outcome.verdict, row.verdict) << row.status << " " << row.body;
    if (row.verdict == Verdict::kStopRun) {
      EXPECT_EQ(outcome.kind, row.kind) << row.body;
      EXPECT_FALSE(outcome.hint.empty()) << row.body;
    }
    if (row.verdict == Verdict::kFailRow) {
      EXPECT_EQ(outcome.code, row.code) << row.body;
    }
    EXPECT_FALSE(outcome.error.text().empty());
  }
  EXPECT_EQ(outcome_of(429, fixtures::kAzureQuota, azure_endpoint()).verdict, Verdict::kThrottled);
}

TEST(VerdictTest, WaitingTimesComeFromHeadersOrFromTheBody) {
  EXPECT_EQ(outcome_of(429, fixtures::kGeminiQuota).wait_s, 41.5);
  EXPECT_EQ(outcome_of(429, "", fake_endpoint(), {{"Retry-After", "7"}}).wait_s, 7);
  EXPECT_EQ(outcome_of(503, "", fake_endpoint(), {{"Retry-After", "7"}}).wait_s, 7);
  EXPECT_TRUE(outcome_of(503, "").congested);
  EXPECT_FALSE(outcome_of(500, "").congested);
}

TEST(VerdictTest, FaultsOfTheLine) {
  const std::pair<Fault, Verdict> rows[] = {
      {Fault::kUnreachable, Verdict::kRetry}, {Fault::kCut, Verdict::kRetry},
      {Fault::kTimeout, Verdict::kRetry},     {Fault::kTooLarge, Verdict::kFailRow},
      {Fault::kTls, Verdict::kStopRun},       {Fault::kSetting, Verdict::kStopRun}};
  for (const auto& [fault, verdict] : rows) {
    HttpResult result;
    result.fault = fault;
    result.fault_text = "it broke for sk-planted";
    const Outcome outcome = read_outcome(result, fake_endpoint(), 0);
    EXPECT_EQ(outcome.verdict, verdict);
    EXPECT_THAT(outcome.error.text(), Not(HasSubstr("sk-planted")));
  }
}

TEST(VerdictTest, AKeyThatAServerEchoesIsTakenOut) {
  const Outcome outcome =
      outcome_of(401, error_body("Incorrect API key: sk-planted", "bad sk-planted"),
                 fake_endpoint(), {{"x-request-id", "r-sk-planted"}});
  EXPECT_THAT(outcome.error.text(), Not(HasSubstr("sk-planted")));
  EXPECT_THAT(outcome.error.text(), HasSubstr("Incorrect API key: [key]"));
  EXPECT_THAT(outcome.error.text(), HasSubstr("[request r-[key]]"));
  EXPECT_THAT(outcome_of(502, "<p>sk-planted</p>").error.text(), Not(HasSubstr("sk-planted")));
  EXPECT_EQ(outcome_of(200, completion("sk-planted")).reply.text, "[key]");
}

TEST(VerdictTest, MessagesAreOneLineOfReadableLength) {
  const Outcome outcome = outcome_of(500, "a\r\n\tb\x01" + std::string(5000, 'x'));
  EXPECT_THAT(outcome.error.message, ::testing::StartsWith("a b x"));
  EXPECT_LT(outcome.error.message.size(), 500U);
}

}  // namespace
}  // namespace drp::llm::http
