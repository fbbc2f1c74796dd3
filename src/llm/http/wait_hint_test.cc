// SPDX-License-Identifier: Apache-2.0
#include "llm/http/wait_hint.h"

#include <gtest/gtest.h>

namespace drp::llm::http {
namespace {

Headers headers_of(const std::vector<std::pair<std::string, std::string>>& lines) {
  Headers headers;
  for (const auto& [name, value] : lines) headers.add(name, value);
  return headers;
}

TEST(WaitHintTest, ReadsTheDateFormsOfHttp) {
  const std::pair<const char*, double> rows[] = {{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
                                                 {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
                                                 {"Sun Nov  6 08:49:37 1994", 784111777},
                                                 {"1994-11-06T08:49:37Z", 784111777},
                                                 {"Tue, 29 Feb 2028 00:00:00 GMT", 1835395200}};
  for (const auto& [text, seconds] : rows) EXPECT_EQ(unix_seconds(text), seconds) << text;
  for (const char* text : {"", "soon", "Sun, 31 Feb 2026 08:49:37 GMT", "Sun, 06 Nov 1994",
                           "Sun, 06 Nov 1994 25:00:00 GMT", "1994-11-06", "x x x x x x"}) {
    EXPECT_FALSE(unix_seconds(text)) << text;
  }
}

TEST(WaitHintTest, ReadsDurationsAsHeadersWriteThem) {
  const std::pair<const char*, double> rows[] = {
      {"1s", 1},         {"6m0s", 360}, {"120ms", 0.12}, {"1h2m3.5s", 3723.5},
      {"41.25s", 41.25}, {"2", 2},      {"1d", 86400}};
  for (const auto& [text, seconds] : rows) {
    ASSERT_TRUE(duration_seconds(text)) << text;
    EXPECT_NEAR(*duration_seconds(text), seconds, 1e-9) << text;
  }
  for (const char* text : {"", "s", "1y", "-3", "nan", "1s2", "soon"}) {
    EXPECT_FALSE(duration_seconds(text)) << text;
  }
}

TEST(WaitHintTest, Fault19ReadsAllThreeFormsOfRetryAfter) {
  const double now = 784111777;
  EXPECT_EQ(retry_after(headers_of({{"Retry-After", "6"}}), now), 6);
  EXPECT_EQ(retry_after(headers_of({{"retry-after-ms", "1500"}, {"Retry-After", "9"}}), now), 1.5);
  EXPECT_EQ(retry_after(headers_of({{"Retry-After", "Sun, 06 Nov 1994 08:49:47 GMT"}}), now), 10);
  // The service's clock is an hour ahead of ours.
  EXPECT_EQ(retry_after(headers_of({{"Retry-After", "Sun, 06 Nov 1994 09:49:47 GMT"},
                                    {"Date", "Sun, 06 Nov 1994 09:49:37 GMT"}}),
                        now),
            10);
  EXPECT_EQ(retry_after(headers_of({{"Retry-After", "Sun, 06 Nov 1994 08:49:07 GMT"}}), now), 0);
  EXPECT_FALSE(retry_after(headers_of({{"Retry-After", "soon"}}), now));
  EXPECT_FALSE(retry_after(headers_of({}), now));
}

TEST(WaitHintTest, ReadsRateLimits) {
  const Headers headers = headers_of({{"X-RateLimit-Limit-Requests", "500"},
                                      {"x-ratelimit-remaining-requests", "499"},
                                      {"x-ratelimit-reset-requests", "120ms"},
                                      {"x-ratelimit-limit-tokens", "30000"},
                                      {"x-ratelimit-remaining-tokens", "-7"}});
  const auto requests = rate_limit(headers, "requests");
  ASSERT_TRUE(requests);
  EXPECT_EQ(requests->limit, 500);
  EXPECT_EQ(requests->remaining, 499);
  EXPECT_NEAR(requests->reset_s.value_or(0), 0.12, 1e-9);
  const auto tokens = rate_limit(headers, "tokens");
  ASSERT_TRUE(tokens);
  EXPECT_EQ(tokens->remaining, 0);
  EXPECT_FALSE(tokens->reset_s);
  EXPECT_FALSE(rate_limit(headers_of({{"x-ratelimit-limit-requests", "0"}}), "requests"));
}

}  // namespace
}  // namespace drp::llm::http
