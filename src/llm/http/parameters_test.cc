// SPDX-License-Identifier: Apache-2.0
#include "llm/http/parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "llm/http/http_fakes.h"

namespace drp::llm::http {
namespace {

using nlohmann::ordered_json;
using ::testing::HasSubstr;

ServiceError error_of(const std::string& message, const std::string& code,
                      const std::string& param) {
  ServiceError error;
  error.status = 400;
  error.message = message;
  error.code = code;
  error.param = param;
  return error;
}

ordered_json body_of(const ChatRequest& request, const Quirks& quirks = {},
                     const EndpointOptions& options = {}) {
  return request_body(request, fake_endpoint(options), quirks);
}

TEST(RequestBodyTest, SamplingBecomesBodyFields) {
  ChatRequest request = ask("k", "Q");
  request.messages.insert(request.messages.begin(), {"system", "Be brief."});
  request.sampling = {.temperature = 0.6,
                      .top_p = 0.9,
                      .top_k = 40,
                      .min_p = 0.05,
                      .tokens_max = 77,
                      .seed = 0xFFFFFFFF00000005};
  request.stop = {"\n\n"};
  request.grammar = "root ::= [0-9]+";
  request.json_schema = R"({"type":"object"})";
  EXPECT_EQ(body_of(request), ordered_json::parse(R"({"model":"teacher","messages":[
      {"role":"system","content":"Be brief."},{"role":"user","content":"Q"}],
      "max_tokens":77,"temperature":0.6,"top_p":0.9,"top_k":40,"min_p":0.05,"seed":5,
      "stop":["\n\n"],"grammar":"root ::= [0-9]+","response_format":{"type":"json_schema",
      "json_schema":{"name":"reply","strict":true,"schema":{"type":"object"}}}})"));
}

TEST(RequestBodyTest, ABarePromptHasNoMessages) {
  ChatRequest request = ask("k", "Q: 6 * 7?\nA:");
  request.form = PromptForm::kPlain;
  request.response_prefix = " <think>\n";
  request.sampling = {.temperature = 0, .top_p = 1, .tokens_max = 77};
  request.stop = {"Q:"};
  Quirks chat_names;
  chat_names.completion_tokens = true;
  EXPECT_EQ(body_of(request, chat_names, {.prefill = Prefill::kContinue}),
            ordered_json::parse(R"({"model":"teacher","prompt":"Q: 6 * 7?\nA: <think>\n",
      "max_tokens":77,"temperature":0.0,"top_p":1.0,"stop":["Q:"]})"));
  request.messages.insert(request.messages.begin(), {"system", "Be brief."});
  EXPECT_THROW(body_of(request), Error);
}

TEST(RequestBodyTest, WhatIsNotSetIsNotSent) {
  const ordered_json body = body_of(ask("k"));
  for (const char* field : {"top_k", "min_p", "seed", "stop", "grammar", "response_format",
                            "stream", "max_completion_tokens", "n"}) {
    EXPECT_FALSE(body.contains(field)) << field;
  }
}

TEST(RequestBodyTest, ExtraFieldsAreMergedLast) {
  const ordered_json body =
      body_of(ask("k"), {}, {.extra_body = R"({"reasoning_effort":"low","top_p":0.5})"});
  EXPECT_EQ(body["reasoning_effort"], "low");
  EXPECT_EQ(body["top_p"], 0.5);
}

TEST(RequestBodyTest, APrefixIsContinuedWhereTheServiceCan) {
  ChatRequest request = ask("k");
  request.response_prefix = "<think>\n";
  EXPECT_THROW(body_of(request), Error);
  const ordered_json plain = body_of(request, {}, {.prefill = Prefill::kAssistant});
  EXPECT_EQ(plain["messages"].back(),
            ordered_json::parse(R"({"role":"assistant","content":"<think>\n"})"));
  EXPECT_FALSE(plain.contains("continue_final_message"));
  const ordered_json vllm = body_of(request, {}, {.prefill = Prefill::kContinue});
  EXPECT_EQ(vllm["continue_final_message"], true);
  EXPECT_EQ(vllm["add_generation_prompt"], false);
}

TEST(RequestBodyTest, WhatCannotBeAskedIsSaid) {
  ChatRequest request = ask("k");
  request.sampling.tokens_max = 0;
  EXPECT_THROW(body_of(request), Error);
  request = ask("k");
  request.messages.clear();
  EXPECT_THROW(body_of(request), Error);
  request = ask("k");
  request.json_schema = "{";
  EXPECT_THROW(body_of(request), Error);
}

TEST(RequestBodyTest, OpenAiAndAzureKnowTheNewName) {
  EXPECT_FALSE(initial_quirks(fake_endpoint()).completion_tokens);
  EXPECT_TRUE(
      initial_quirks(fake_endpoint({.base_url = "https://api.openai.com/v1"})).completion_tokens);
  EXPECT_TRUE(initial_quirks(fake_endpoint({.base_url = "http://[::1]/openai/deployments/d"}))
                  .completion_tokens);
}

TEST(QuirksTest, Fault30LearnsNamesFieldsAndCeilingsOnce) {
  Quirks quirks;
  const auto renamed =
      learn(quirks,
            error_of("Unsupported parameter: 'max_tokens'; use 'max_completion_tokens'",
                     "unsupported_parameter", "max_tokens"),
            100);
  EXPECT_THAT(renamed.value_or(""), HasSubstr("max_completion_tokens"));
  EXPECT_EQ(body_of(ask("k"), quirks)["max_completion_tokens"], 100);
  EXPECT_FALSE(body_of(ask("k"), quirks).contains("max_tokens"));
  // Neither name is known: nothing is left but to fail; no ceiling at all would cost money.
  EXPECT_FALSE(learn(
      quirks, error_of("Unsupported", "unsupported_parameter", "max_completion_tokens"), 100));

  const auto dropped =
      learn(quirks,
            error_of("'temperature' does not support 0.6; only the default (1) is supported",
                     "unsupported_value", "temperature"),
            100);
  EXPECT_THAT(dropped.value_or(""), HasSubstr("`temperature`"));
  EXPECT_FALSE(body_of(ask("k"), quirks).contains("temperature"));
  EXPECT_TRUE(body_of(ask("k"), quirks).contains("top_p"));

  ChatRequest long_request = ask("k");
  long_request.sampling.tokens_max = 100'000;
  const auto lowered =
      learn(quirks,
            error_of("max_tokens is too large: 100000. This model (gpt-4-2024) supports at most "
                     "16384 completion tokens",
                     "invalid_value", "max_tokens"),
            100'000);
  EXPECT_THAT(lowered.value_or(""), HasSubstr("16384"));
  EXPECT_EQ(body_of(long_request, quirks)["max_completion_tokens"], 16384);
  EXPECT_EQ(body_of(ask("k"), quirks)["max_completion_tokens"], 100);
  EXPECT_EQ(quirks.version, 3);
}

TEST(QuirksTest, ReadsTheFieldFromTheMessageWhereNoParamIsGiven) {
  const std::pair<const char*, const char*> rows[] = {
      {"Unrecognized request argument supplied: top_k", "top_k"},
      {"maxOutputTokens value of 90000 but the supported range is from 1 to 8193 (exclusive)",
       "maxOutputTokens"},
      {"[\"seed\"] is not supported by this model", "seed"}};
  for (const auto& [message, field] : rows) {
    EXPECT_EQ(unsupported_field(error_of(message, "", "")), field) << message;
  }
  Quirks quirks;
  learn(quirks, error_of(rows[1].first, "", ""), 90'000);
  EXPECT_EQ(quirks.tokens_limit, 8192);
}

TEST(QuirksTest, Fault42ASchemaThatIsNotKnownIsLeftOut) {
  EXPECT_EQ(unsupported_field(error_of("Invalid: this model does not support json_schema", "",
                                       "response_format.type")),
            "response_format");
}

TEST(QuirksTest, AChoiceOfTheUserOutOfRangeIsNotHidden) {
  const ServiceError rows[] = {
      error_of("temperature must be between 0 and 2", "decimal_above_max_value", "temperature"),
      error_of("Invalid value for top_p", "invalid_value", "top_p"),
      error_of("messages is unsupported", "unsupported_value", "messages"),
      error_of("something else", "", "")};
  for (const ServiceError& error : rows) EXPECT_FALSE(unsupported_field(error)) << error.message;
}

}  // namespace
}  // namespace drp::llm::http
