// SPDX-License-Identifier: Apache-2.0
// The whole model over a network that is not there and a clock that only moves when it waits.
#include "llm/http/http_chat_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.h"
#include "llm/http/http_fakes.h"
#include "llm/http/provider_fixtures.h"

namespace drp::llm::http {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<ChatRequest> many(int count) {
  std::vector<ChatRequest> requests;
  for (int i = 0; i < count; ++i) requests.push_back(ask("k" + std::to_string(i)));
  return requests;
}

// A model with its fake network, which stays reachable.
struct Bench {
  explicit Bench(FakeTransport::Service service, std::vector<Endpoint> endpoints = {},
                 HttpChatOptions options = {}) {
    if (endpoints.empty()) endpoints.push_back(fake_endpoint());
    options.warn = [this](std::string_view line) { warnings.emplace_back(line); };
    auto made = std::make_unique<FakeTransport>(clock, std::move(service));
    transport = made.get();
    model = std::make_unique<HttpChatModel>(std::move(endpoints), std::move(options),
                                            std::move(made), clock);
  }

  // The error that run() throws.
  Error error_of(std::vector<ChatRequest> requests) {
    try {
      replies = answer_all(*model, std::move(requests));
    } catch (const Error& error) {
      return error;
    }
    return {ErrorKind::kInternal, "nothing thrown"};
  }
  std::map<std::string, ChatReply> answer(std::vector<ChatRequest> requests) {
    return answer_all(*model, std::move(requests));
  }

  FakeClock clock;
  FakeTransport* transport = nullptr;
  std::unique_ptr<HttpChatModel> model;
  std::vector<std::string> warnings;
  std::map<std::string, ChatReply> replies;
};

FakeAnswer good(double seconds = 0.5) { return {.body = completion("ok"), .seconds = seconds}; }
FakeAnswer bad(int status, const std::string& body = "",
               std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {.status = status, .body = body, .headers = std::move(headers)};
}

TEST(HttpChatModelTest, AnswersEveryRequestAndCountsUsage) {
  Bench bench([](const SentCall&) { return good(); });
  const auto replies = bench.answer(many(100));
  ASSERT_EQ(replies.size(), 100U);
  for (const auto& [key, reply] : replies) {
    EXPECT_EQ(reply.text, "ok");
    EXPECT_FALSE(reply.failure);
    EXPECT_EQ(reply.attempts, 1);
    EXPECT_EQ(reply.usage.prompt_tokens, 10);
  }
  EXPECT_LE(bench.transport->in_flight_max, 64U);
  EXPECT_EQ(bench.transport->sent()[0].call.url, "http://127.0.0.1:8000/v1/chat/completions");
  EXPECT_EQ(bench.model->identity(), "teacher @ http://127.0.0.1:8000/v1");
}

TEST(HttpChatModelTest, ABarePromptGoesToCompletions) {
  Bench bench([](const SentCall&) -> FakeAnswer {
    return {.body = R"({"choices":[{"index":0,"text":" 42.","finish_reason":"stop"}],
                        "usage":{"prompt_tokens":7,"completion_tokens":3}})",
            .seconds = 0.5};
  });
  ChatRequest request = ask("k", "Q: 6 * 7?\nA:");
  request.form = PromptForm::kPlain;
  const ChatReply reply = bench.answer({request}).at("k");
  EXPECT_EQ(reply.text, " 42.");
  EXPECT_EQ(reply.finish, FinishReason::kStop);
  EXPECT_EQ(reply.usage.completion_tokens, 3);
  EXPECT_EQ(bench.transport->sent()[0].call.url, "http://127.0.0.1:8000/v1/completions");
}

TEST(HttpChatModelTest, PullsNoMoreThanItCanSend) {
  Bench bench([](const SentCall&) { return good(); }, {fake_endpoint({.concurrency_max = 3})});
  int pulled = 0;
  int answered = 0;
  int ahead = 0;
  bench.model->run(
      [&]() -> std::optional<ChatRequest> {
        if (pulled == 50) return std::nullopt;
        ahead = std::max(ahead, pulled - answered);
        return ask("k" + std::to_string(pulled++));
      },
      [&](const ChatReply&) { ++answered; }, StopFlag());
  EXPECT_EQ(answered, 50);
  EXPECT_LE(ahead, 3);
  EXPECT_EQ(bench.transport->in_flight_max, 3U);
}

TEST(HttpChatModelTest, Fault19NothingIsSentEarlierThanAsked) {
  const std::vector<std::pair<std::string, std::string>> forms[] = {
      {{"Retry-After", "6"}},
      {{"retry-after-ms", "6000"}},
      {{"Retry-After", "Thu, 01 Jan 2026 00:00:06 GMT"}}};
  for (const auto& headers : forms) {
    Bench bench([&](const SentCall& sent) {
      return sent.at < 6 ? bad(429, fixtures::kOpenAiRate, headers) : good();
    });
    const auto replies = bench.answer(many(200));
    EXPECT_EQ(replies.size(), 200U);
    for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure);
    std::size_t early = 0;
    for (const SentCall& sent : bench.transport->sent()) {
      EXPECT_TRUE(sent.at < 0.5 || sent.at >= 6) << sent.at << " after " << headers[0].second;
      if (sent.at < 6) ++early;
    }
    EXPECT_EQ(early, 16U);  // what was under way when the first 429 came
  }
}

TEST(HttpChatModelTest, WithoutAWaitingTimeItBacksOffByItself) {
  Bench bench(
      [](const SentCall& sent) { return sent.at < 20 ? bad(429, fixtures::kOpenAiRate) : good(); });
  EXPECT_EQ(bench.answer(many(50)).size(), 50U);
  int walls = 0;
  for (const SentCall& sent : bench.transport->sent()) walls += sent.at < 20 ? 1 : 0;
  EXPECT_LT(walls, 60);
}

TEST(HttpChatModelTest, Fault20And26WhatConcernsAllStopsAtTheFirstReply) {
  struct Row {
    int status;
    std::string body;
    ErrorKind kind;
    int code;
  };
  const Row rows[] = {{429, fixtures::kOpenAiQuota, ErrorKind::kAuth, 5},
                      {401, error_body("bad", "invalid_api_key"), ErrorKind::kAuth, 5},
                      {403, "", ErrorKind::kAuth, 5},
                      {404, error_body("none", "model_not_found"), ErrorKind::kConfig, 2}};
  for (const Row& row : rows) {
    Bench bench([&](const SentCall&) { return bad(row.status, row.body); });
    const Error error = bench.error_of(many(500));
    EXPECT_EQ(error.kind(), row.kind);
    EXPECT_EQ(exit_code(error.kind()), row.code);
    EXPECT_THAT(error.message(), HasSubstr("HTTP " + std::to_string(row.status)));
    EXPECT_EQ(bench.transport->sent().size(), 16U) << "only what was under way";
    EXPECT_TRUE(bench.replies.empty());
  }
}

TEST(HttpChatModelTest, RepliesUnderWayComeHomeBeforeTheEnd) {
  Bench bench(
      [](const SentCall& sent) {
        if (sent.call.id == 3) return bad(401);
        return good(sent.call.id == 5 ? 1000 : 2);
      },
      {fake_endpoint({.concurrency_max = 8})});
  std::set<std::string> seen;
  std::vector<ChatRequest> requests = many(50);
  std::size_t at = 0;
  EXPECT_THROW(
      bench.model->run([&]() { return std::optional(requests[at++]); },
                       [&](const ChatReply& reply) { seen.insert(reply.key); }, StopFlag()),
      Error);
  // The fifth would take longer than is waited for.
  EXPECT_THAT(seen, ElementsAre("k0", "k1", "k3", "k5", "k6", "k7"));
  EXPECT_LT(bench.clock.seconds(), 12);
}

TEST(HttpChatModelTest, AStopRequestEndsTheRunAndKeepsReplies) {
  Bench bench([](const SentCall&) { return good(1); }, {fake_endpoint({.concurrency_max = 4})});
  StopFlag stop;
  int answered = 0;
  try {
    bench.model->run([]() { return std::optional(ask("k")); },
                     [&](const ChatReply&) {
                       if (++answered == 10) stop.request(SIGINT);
                     },
                     stop);
    FAIL() << "it goes on for ever";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_EQ(static_cast<std::size_t>(answered), bench.transport->sent().size());
}

// A source that looks at the flag itself may see the stop before the model does.
TEST(HttpChatModelTest, AStopThatTheSourceSeesFirstKeepsRepliesToo) {
  Bench bench([](const SentCall&) { return good(1); }, {fake_endpoint({.concurrency_max = 8})});
  StopFlag stop;
  int asked = 0;
  int answered = 0;
  const auto source = [&]() -> std::optional<ChatRequest> {
    if (++asked == 4) stop.request(SIGINT);
    stop.check();
    return ask("k" + std::to_string(asked));
  };
  try {
    bench.model->run(
        source, [&](const ChatReply&) { ++answered; }, stop);
    FAIL() << "it goes on for ever";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kInterrupted);
  }
  EXPECT_EQ(answered, 3);
  EXPECT_EQ(bench.transport->sent().size(), 3U);
}

TEST(HttpChatModelTest, Fault24ConcurrencyFallsOn429AndRecovers) {
  double most_after = 0;
  int open = 0;
  std::multiset<double> ends;
  Bench bench([&](const SentCall& sent) {
    ends.erase(ends.begin(), ends.upper_bound(sent.at));
    open = static_cast<int>(ends.size()) + 1;
    ends.insert(sent.at + 0.5);
    if (sent.at > 20 && sent.at < 60) most_after = std::max(most_after, static_cast<double>(open));
    // From second 10 on the service takes 8 at a time.
    return sent.at > 10 && open > 8 ? bad(429, fixtures::kOpenAiRate, {{"retry-after-ms", "100"}})
                                    : good();
  });
  const auto replies = bench.answer(many(4000));
  EXPECT_EQ(replies.size(), 4000U);
  for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure);
  EXPECT_GT(bench.transport->in_flight_max, 60U);  // at first
  EXPECT_LE(most_after, 16);
  // Of the requests sent late hardly any is refused.
  EXPECT_LT(bench.transport->sent().size(), 4000U * 1.2);
}

TEST(HttpChatModelTest, Fault27ARowThatIsTooLongFailsAndOthersGoOn) {
  Bench bench([](const SentCall& sent) {
    return sent.call.id % 10 == 3 ? bad(400, fixtures::kVllmTooLong) : good();
  });
  const auto replies = bench.answer(many(100));
  ASSERT_EQ(replies.size(), 100U);
  int failed = 0;
  for (const auto& [key, reply] : replies) {
    if (!reply.failure) continue;
    ++failed;
    EXPECT_EQ(reply.failure_code, FailureCode::kContextLength);
    EXPECT_THAT(*reply.failure, HasSubstr("maximum context length"));
  }
  EXPECT_EQ(failed, 10);
  EXPECT_EQ(bench.transport->sent().size(), 100U) << "and is not asked again";
}

// Whoever asked gives the row up: the same question under the same ceiling is cut again.
TEST(HttpChatModelTest, Fault28ACutReplyIsHandedOutAndNotAskedForAgain) {
  Bench bench(
      [](const SentCall&) { return FakeAnswer{.body = completion("cut", "length", 10, 100)}; });
  const auto replies = bench.answer({ask("k")});
  EXPECT_EQ(bench.transport->sent().size(), 1U);
  EXPECT_EQ(replies.at("k").finish, FinishReason::kLength);
  EXPECT_EQ(replies.at("k").text, "cut");
  EXPECT_EQ(replies.at("k").attempts, 1);
}

TEST(HttpChatModelTest, Fault30AFieldIsAdaptedOnceForAllRequests) {
  Bench bench([](const SentCall& sent) {
    const auto body = nlohmann::json::parse(sent.call.body);
    if (body.contains("temperature")) {
      return bad(400, error_body("only the default", "unsupported_value", "temperature"));
    }
    return good();
  });
  const auto replies = bench.answer(many(100));
  for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure) << *reply.failure;
  EXPECT_EQ(bench.transport->sent().size(), 116U) << "those under way when it was learned";
  EXPECT_THAT(bench.warnings, ElementsAre(AllOf(HasSubstr("`temperature`"), HasSubstr("teacher"))));
  bench.answer(many(10));  // and is remembered
  EXPECT_EQ(bench.transport->sent().size(), 126U);
}

TEST(HttpChatModelTest, Fault41EveryAttemptIsCounted) {
  Bench bench([](const SentCall& sent) {
    if (sent.call.id < 3) {
      return FakeAnswer{.body = completion("half", "insufficient_system_resource", 10, 7)};
    }
    return good();
  });
  const ChatReply reply = bench.answer({ask("k")}).at("k");
  EXPECT_EQ(reply.text, "ok");
  EXPECT_EQ(reply.attempts, 3);
  EXPECT_EQ(reply.usage_retried, (Usage{20, 14, 0, 0}));
}

TEST(HttpChatModelTest, RetriesAreLimitedAndTheRowSaysWhy) {
  Bench bench(
      [](const SentCall& sent) {
        return sent.call.body.find("poison") != std::string::npos ? bad(500, "boom") : good();
      },
      {fake_endpoint({.retries_max = 3})});
  std::vector<ChatRequest> requests = many(20);
  requests.push_back(ask("bad", "poison"));
  const auto replies = bench.answer(requests);
  EXPECT_EQ(replies.size(), 21U);
  EXPECT_EQ(replies.at("bad").failure_code, FailureCode::kGaveUp);
  EXPECT_EQ(replies.at("bad").failure, "gave up after 4 attempts: HTTP 500: boom");
  EXPECT_EQ(replies.at("bad").attempts, 4);
}

TEST(HttpChatModelTest, AHostThatNeverAnswersEndsTheRun) {
  Bench bench([](const SentCall&) { return FakeAnswer{.fault = Fault::kUnreachable}; });
  const Error error = bench.error_of(many(1000));
  EXPECT_EQ(error.kind(), ErrorKind::kService);
  EXPECT_THAT(error.message(), HasSubstr("the line is dead"));
  EXPECT_LT(bench.transport->sent().size(), 100U);
  EXPECT_LT(bench.clock.seconds(), 200);
}

TEST(HttpChatModelTest, AnOutageIsWaitedForWithFewRequests) {
  Bench bench([](const SentCall& sent) {
    const bool down = sent.at > 5 && sent.at < 305;
    return down ? FakeAnswer{.fault = Fault::kUnreachable} : good();
  });
  const auto replies = bench.answer(many(2000));
  ASSERT_EQ(replies.size(), 2000U);
  for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure) << *reply.failure;
  int during = 0;
  for (const SentCall& sent : bench.transport->sent()) {
    during += sent.at > 5 && sent.at < 305 ? 1 : 0;
  }
  EXPECT_LT(during, 90);
  EXPECT_GT(during, 3);
}

TEST(HttpChatModelTest, AnOutageLongerThanPatienceEndsTheRun) {
  Bench bench(
      [](const SentCall& sent) {
        return sent.at > 5 ? FakeAnswer{.fault = Fault::kUnreachable} : good();
      },
      {fake_endpoint({.retries_max = 100})}, {.patience_s = 600});
  const Error error = bench.error_of(many(2000));
  EXPECT_EQ(error.kind(), ErrorKind::kService);
  EXPECT_THAT(error.message(), HasSubstr("no reply for"));
  EXPECT_LT(bench.clock.seconds(), 800);
}

TEST(HttpChatModelTest, AQuotaOfAnotherDayEndsTheRun) {
  Bench bench([](const SentCall&) {
    return bad(429, fixtures::kGeminiQuota, {{"Retry-After", "40000"}});
  });
  const Error error = bench.error_of(many(20));
  EXPECT_EQ(error.kind(), ErrorKind::kAuth);
  EXPECT_THAT(error.message(), HasSubstr("11.1 hours"));
}

TEST(HttpChatModelTest, Fault22ARequestAboveTheTokensOfAMinuteFailsAtOnce) {
  Bench bench([](const SentCall&) { return good(); }, {fake_endpoint({.tokens_per_minute = 1000})});
  ChatRequest large = ask("large");
  large.sampling.tokens_max = 5000;
  const auto replies = bench.answer({large, ask("small")});
  EXPECT_EQ(replies.at("large").failure_code, FailureCode::kOversized);
  EXPECT_THAT(*replies.at("large").failure, HasSubstr("above the 1000 tokens a minute"));
  EXPECT_FALSE(replies.at("small").failure);
  EXPECT_EQ(bench.transport->sent().size(), 1U);
}

TEST(HttpChatModelTest, RequestsAMinuteAreKept) {
  Bench bench([](const SentCall&) { return good(); },
              {fake_endpoint({.requests_per_minute = 120})});
  EXPECT_EQ(bench.answer(many(360)).size(), 360U);
  const auto& sent = bench.transport->sent();
  for (std::size_t i = 121; i < sent.size(); ++i) {
    EXPECT_GE(sent[i].at - sent[i - 121].at, 59.99);
  }
  EXPECT_LT(bench.clock.seconds(), 185);
}

TEST(HttpChatModelTest, Fault23TokensAMinuteAreReservedThenSettled) {
  // 10 + 5 tokens are used of about 105 reserved at first: 6,000 a minute let through 400.
  Bench bench([](const SentCall&) { return good(); }, {fake_endpoint({.tokens_per_minute = 6000})});
  EXPECT_EQ(bench.answer(many(1200)).size(), 1200U);
  EXPECT_LT(bench.clock.seconds(), 230);
  EXPECT_GT(bench.clock.seconds(), 160);
}

TEST(HttpChatModelTest, HeadersOfLimitsPaceTheRun) {
  Bench bench([](const SentCall&) {
    FakeAnswer answer = good();
    answer.headers = {{"x-ratelimit-limit-requests", "60"},
                      {"x-ratelimit-remaining-requests", "30"},
                      {"x-ratelimit-reset-requests", "30s"}};
    return answer;
  });
  EXPECT_EQ(bench.answer(many(100)).size(), 100U);
  EXPECT_GT(bench.clock.seconds(), 60);  // about one a second after the first window
}

TEST(HttpChatModelTest, SeveralEndpointsShareTheWorkAndStandInForEachOther) {
  const auto at = [](int port) {
    return fake_endpoint({.base_url = "http://127.0.0.1:" + std::to_string(port) + "/v1"});
  };
  std::map<std::string, int> served;
  Bench bench(
      [&](const SentCall& sent) {
        const bool first = sent.call.url.find(":8001/") != std::string::npos;
        if (first && sent.at > 3) return FakeAnswer{.fault = Fault::kUnreachable};
        ++served[first ? "first" : "second"];
        return good();
      },
      {at(8001), at(8002)});
  const auto replies = bench.answer(many(3000));
  EXPECT_EQ(replies.size(), 3000U);
  for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure) << *reply.failure;
  EXPECT_GT(served["first"], 100);
  EXPECT_GT(served["second"], 1500);
  EXPECT_EQ(bench.model->identity(),
            "teacher @ http://127.0.0.1:8001/v1 + teacher @ http://127.0.0.1:8002/v1");
}

TEST(HttpChatModelTest, AThrottledEndpointLeavesItsRowsToTheOthers) {
  const auto at = [](int port) {
    return fake_endpoint({.base_url = "http://127.0.0.1:" + std::to_string(port) + "/v1"});
  };
  Bench bench(
      [&](const SentCall& sent) {
        const bool first = sent.call.url.find(":8001/") != std::string::npos;
        return first ? bad(429, "", {{"Retry-After", "1000"}}) : good();
      },
      {at(8001), at(8002)});
  EXPECT_EQ(bench.answer(many(200)).size(), 200U);
  EXPECT_LT(bench.clock.seconds(), 30);
}

TEST(HttpChatModelTest, TheSameSeedGivesTheSameRun) {
  const auto moments = [](std::uint64_t seed) {
    Bench bench([](const SentCall& sent) { return sent.call.id % 3 == 0 ? bad(500) : good(); }, {},
                {.seed = seed});
    bench.answer(many(60));
    std::vector<double> out;
    for (const SentCall& sent : bench.transport->sent()) out.push_back(sent.at);
    return out;
  };
  EXPECT_EQ(moments(1), moments(1));
  EXPECT_NE(moments(1), moments(2));
}

TEST(HttpChatModelTest, AnErrorOfTheSinkLeavesTheModelUsable) {
  Bench bench([](const SentCall&) { return good(); });
  const auto throwing = [](const ChatReply&) { throw Error(ErrorKind::kBudget, "cap reached"); };
  int left = 100;
  const auto source = [&]() {
    return left-- > 0 ? std::optional(ask("k" + std::to_string(left))) : std::nullopt;
  };
  EXPECT_THROW(bench.model->run(source, throwing, StopFlag()), Error);
  EXPECT_EQ(bench.answer(many(100)).size(), 100U);
}

}  // namespace
}  // namespace drp::llm::http
