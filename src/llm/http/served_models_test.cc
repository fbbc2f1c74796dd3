// SPDX-License-Identifier: Apache-2.0
#include "llm/http/served_models.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "llm/http/http_fakes.h"

namespace drp::llm::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ServedModelsTest : public ::testing::Test {
 protected:
  auto list(const FakeAnswer& answer, EndpointOptions options = {}) {
    FakeTransport transport(clock_, [&](const SentCall& sent) {
      asked_.push_back(sent.call.method + " " + sent.call.url);
      return answer;
    });
    return served_models(fake_endpoint(std::move(options)), transport, stop_);
  }
  std::pair<ErrorKind, std::string> complaint(const FakeAnswer& answer) {
    try {
      list(answer);
    } catch (const Error& error) {
      return {error.kind(), error.what()};
    }
    return {ErrorKind::kInternal, "no error"};
  }

  FakeClock clock_;
  StopFlag stop_;
  std::vector<std::string> asked_;
};

TEST_F(ServedModelsTest, ReadsNamesParentsAndRoots) {
  // As vLLM lists a base and a LoRA adapter on it.
  const auto models = list({200, R"({"object":"list","data":[
      {"id":"base","object":"model","root":"/models/base","parent":null,"max_model_len":4096},
      {"id":"tuned","object":"model","root":"/loras/tuned","parent":"base"}]})"});
  ASSERT_TRUE(models.has_value());
  EXPECT_THAT(*models, ElementsAre(ServedModel{"base", "", "/models/base"},
                                   ServedModel{"tuned", "base", "/loras/tuned"}));
  EXPECT_THAT(asked_, ElementsAre("GET http://127.0.0.1:8000/v1/models"));
}

TEST_F(ServedModelsTest, AServiceWithoutAListIsNoError) {
  EXPECT_FALSE(list({404, "not found"}).has_value());
  EndpointOptions azure;
  azure.base_url = "https://mine.openai.azure.com/openai/deployments/tuned?api-version=1";
  asked_.clear();
  EXPECT_FALSE(list({200, "{}"}, azure).has_value());
  EXPECT_TRUE(asked_.empty());
}

TEST_F(ServedModelsTest, SaysWhyNobodyCouldBeAsked) {
  FakeAnswer dead;
  dead.fault = Fault::kUnreachable;
  EXPECT_EQ(complaint(dead).first, ErrorKind::kService);
  EXPECT_THAT(complaint(dead).second, HasSubstr("nobody answers at http://127.0.0.1:8000/v1: "));
  const auto [kind, text] = complaint({401, error_body("bad key sk-planted", "invalid_api_key")});
  EXPECT_EQ(kind, ErrorKind::kAuth);
  EXPECT_THAT(text, HasSubstr("HTTP 401"));
  EXPECT_THAT(text, ::testing::Not(HasSubstr("sk-planted")));
  EXPECT_EQ(complaint({500, "oops"}).first, ErrorKind::kService);
  EXPECT_THAT(complaint({200, R"({"models":[]})"}).second, HasSubstr("no list of models"));
}

}  // namespace
}  // namespace drp::llm::http
