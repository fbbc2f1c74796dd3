// SPDX-License-Identifier: Apache-2.0
#include "llm/http/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "llm/http/http_fakes.h"
#include "llm/http/url.h"

namespace drp::llm::http {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Endpoint resolve(const std::string& base, std::map<std::string, std::string> variables = {}) {
  EndpointOptions options;
  options.base_url = base;
  options.model = "m";
  return resolve_endpoint(options, environment_of(variables));
}

Error error_of(const EndpointOptions& options, std::map<std::string, std::string> variables = {}) {
  try {
    resolve_endpoint(options, environment_of(variables));
  } catch (const Error& error) {
    return error;
  }
  return {ErrorKind::kInternal, "nothing thrown"};
}

TEST(EndpointTest, EveryFormOfTheAddressMeansTheSame) {
  const std::pair<std::string, std::string> rows[] = {
      {"http://localhost:8000/v1", "http://localhost:8000/v1/chat/completions"},
      {"http://localhost:8000/v1/", "http://localhost:8000/v1/chat/completions"},
      {"http://localhost:8000/v1//", "http://localhost:8000/v1/chat/completions"},
      {"http://localhost:8000/v1/chat/completions", "http://localhost:8000/v1/chat/completions"},
      {"http://localhost:8000/v1/chat/completions/", "http://localhost:8000/v1/chat/completions"},
      {"http://localhost:8000", "http://localhost:8000/v1/chat/completions"},
      {" HTTP://LocalHost:8000/v1 ", "http://localhost:8000/v1/chat/completions"},
      {"http://[::1]:8000/v1", "http://[::1]:8000/v1/chat/completions"},
      {"http://127.0.0.1/openai/", "http://127.0.0.1/openai/chat/completions"},
      {"http://localhost/openai/deployments/d?api-version=2024-10-21",
       "http://localhost/openai/deployments/d/chat/completions?api-version=2024-10-21"}};
  for (const auto& [base, chat] : rows) EXPECT_EQ(resolve(base).chat_url, chat) << base;
  EXPECT_EQ(resolve("http://localhost:8000/v1/chat/completions").root_url,
            "http://localhost:8000/v1");
}

TEST(EndpointTest, WhatIsNoAddressIsNamedWithoutItsSecrets) {
  for (const char* base : {"localhost:8000/v1", "ftp://host/v1", "http://", "http://host:0/v1",
                           "http://host:99999/v1", "http://ho st/v1"}) {
    EndpointOptions options{.base_url = base, .model = "m"};
    EXPECT_THAT(error_of(options).message(), HasSubstr("no http:// or https:// address")) << base;
  }
  EndpointOptions options{.base_url = "ftp://me:planted@host/v1?key=planted", .model = "m"};
  EXPECT_THAT(error_of(options).what(), Not(HasSubstr("planted")));
}

TEST(EndpointTest, ReadsTheEnvironmentOfTheConventions) {
  EndpointOptions options{.model = "m"};
  const Endpoint endpoint =
      resolve_endpoint(options, environment_of({{"OPENAI_BASE_URL", "https://gate.example/v1"},
                                                {"OPENAI_API_BASE", "https://other.example/v1"},
                                                {"OPENAI_API_KEY", "sk-planted"},
                                                {"OPENAI_ORG_ID", "org-1"},
                                                {"OPENAI_PROJECT_ID", "proj-1"},
                                                {"SSL_CERT_FILE", "/etc/own.pem"}}));
  EXPECT_EQ(endpoint.chat_url, "https://gate.example/v1/chat/completions");
  EXPECT_THAT(endpoint.headers(), Contains("Authorization: Bearer sk-planted"));
  EXPECT_THAT(endpoint.headers(), Contains("OpenAI-Organization: org-1"));
  EXPECT_THAT(endpoint.headers(), Contains("OpenAI-Project: proj-1"));
  EXPECT_EQ(endpoint.ca_file, "/etc/own.pem");
  EXPECT_EQ(resolve_endpoint(options, environment_of({{"OPENAI_API_BASE", "http://[::1]:1/v1"}}))
                .chat_url,
            "http://[::1]:1/v1/chat/completions");
  EXPECT_EQ(resolve_endpoint(options, environment_of({{"OPENAI_API_KEY", "sk-planted"}})).chat_url,
            "https://api.openai.com/v1/chat/completions");
}

TEST(EndpointTest, AzureTakesItsKeyUnderAnotherHeader) {
  const Endpoint endpoint =
      resolve("https://x.openai.azure.com/openai/deployments/gpt/?api-version=1",
              {{"OPENAI_API_KEY", "sk-planted"}});
  EXPECT_TRUE(endpoint.azure);
  EXPECT_THAT(endpoint.headers(), Contains("api-key: sk-planted"));
  EXPECT_THAT(endpoint.headers(), Not(Contains(HasSubstr("Bearer"))));
}

TEST(EndpointTest, AKeyIsNeededByOtherMachinesOnly) {
  EXPECT_TRUE(resolve("http://localhost:1/v1").key.empty());
  EXPECT_TRUE(resolve("http://gpu-box:8000/v1").key.empty());
  EndpointOptions options{.base_url = "https://api.example.com/v1", .model = "m"};
  const Error error = error_of(options);
  EXPECT_EQ(error.kind(), ErrorKind::kAuth);
  EXPECT_THAT(error.message(), HasSubstr("OPENAI_API_KEY is not set"));
  options.api_key_env = "none";
  EXPECT_NO_THROW(resolve_endpoint(options, environment_of({})));
  options.api_key_env = "MY_KEY";
  EXPECT_THAT(error_of(options, {{"OPENAI_API_KEY", "sk-other"}}).message(),
              HasSubstr("MY_KEY is not set"));
  EXPECT_EQ(resolve_endpoint(options, environment_of({{"MY_KEY", " sk-mine\n"}})).key.reveal(),
            "sk-mine");
  EXPECT_THAT(error_of(options, {{"MY_KEY", "sk mine"}}).message(), HasSubstr("no key has"));
}

TEST(EndpointTest, TheDefaultKeyIsNotSentInTheClear) {
  EXPECT_TRUE(resolve("http://gpu-box:8000/v1", {{"OPENAI_API_KEY", "sk-planted"}}).key.empty());
  EndpointOptions options{
      .base_url = "http://gpu-box:8000/v1", .model = "m", .api_key_env = "OPENAI_API_KEY"};
  EXPECT_FALSE(resolve_endpoint(options, environment_of({{"OPENAI_API_KEY", "sk-p"}})).key.empty());
}

TEST(EndpointTest, IdentityHoldsModelAndPlaceAndNoSecret) {
  const Endpoint endpoint =
      resolve("http://me:planted@localhost:8000/v1/?key=planted", {{"OPENAI_API_KEY", "planted"}});
  EXPECT_EQ(endpoint.identity, "m @ http://localhost:8000/v1");
  EXPECT_EQ(endpoint.shown(), "http://localhost:8000/v1/chat/completions");
  EndpointOptions options{.base_url = "http://localhost/v1", .model = "m", .name = "the fleet"};
  EXPECT_EQ(resolve_endpoint(options, environment_of({})).identity, "the fleet");
}

// Else the reply store would answer for other parameters.
TEST(EndpointTest, Fault4IdentityHoldsTheExtraMembersOfTheBody) {
  const auto identity = [](const std::string& extra) {
    EndpointOptions options{.base_url = "http://localhost/v1", .model = "m", .extra_body = extra};
    return resolve_endpoint(options, environment_of({})).identity;
  };
  EXPECT_TRUE(identity(R"({"top_k": 1})").starts_with("m @ http://localhost/v1 body "));
  EXPECT_EQ(identity(R"({"top_k": 1, "n": 1})"), identity(R"({"n":1,"top_k":1})"));
  EXPECT_NE(identity(R"({"top_k": 1})"), identity(R"({"top_k": 2})"));
  EXPECT_NE(identity(R"({"top_k": 1})"), identity(""));
}

TEST(EndpointTest, Fault21LimitsOfZeroOrLessAreRefused) {
  const EndpointOptions good{.base_url = "http://localhost/v1", .model = "m"};
  EXPECT_EQ(error_of(good).message(), "nothing thrown");
  for (const std::int64_t limit : {std::int64_t{0}, std::int64_t{-1}}) {
    EndpointOptions options = good;
    options.requests_per_minute = limit;
    EXPECT_THAT(error_of(options).message(), HasSubstr("rpm is " + std::to_string(limit)));
    options = good;
    options.tokens_per_minute = limit;
    EXPECT_THAT(error_of(options).message(), HasSubstr("tpm is " + std::to_string(limit)));
    options = good;
    options.concurrency_max = static_cast<int>(limit);
    EXPECT_THAT(error_of(options).message(), HasSubstr("concurrency is"));
    options = good;
    options.timeout_s = static_cast<double>(limit);
    EXPECT_THAT(error_of(options).message(), HasSubstr("timeout is"));
  }
  EndpointOptions options = good;
  options.retries_max = -1;
  EXPECT_THAT(error_of(options).message(), HasSubstr("retries is -1"));
  options = good;
  options.model.clear();
  EXPECT_THAT(error_of(options).message(), HasSubstr("no model"));
  options = good;
  options.extra_body = "[1]";
  EXPECT_THAT(error_of(options).message(), HasSubstr("no JSON object"));
  EXPECT_EQ(error_of(options).kind(), ErrorKind::kConfig);
}

TEST(SecretTest, IsTakenOutOfTextsInEveryForm) {
  const Secret key("sk-a/b\"c");
  EXPECT_EQ(key.redact("bad key sk-a/b\"c!"), "bad key [key]!");
  EXPECT_EQ(key.redact(R"({"m":"sk-a/b\"c"})"), R"({"m":"[key]"})");
  EXPECT_EQ(key.redact(R"({"m":"sk-a\/b\"c"})"), R"({"m":"[key]"})");
  EXPECT_EQ(Secret("a").redact("a banana"), "a banana");
  EXPECT_EQ(Secret().redact("text"), "text");
}

}  // namespace
}  // namespace drp::llm::http
