// SPDX-License-Identifier: Apache-2.0
// The client with libcurl against a server that misbehaves, over loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/file.h"
#include "llm/http/http_chat_model.h"
#include "llm/http/http_fakes.h"
#include "llm/http/open_files.h"
#include "llm/http/provider_fixtures.h"
#include "llm/http/testing/chat_server.h"

namespace drp::llm::http::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;

ServerReply good(const std::string& text = "ok") { return {.body = completion(text)}; }

std::unique_ptr<ChatModel> model_of(const ChatServer& server, EndpointOptions options = {},
                                    const HttpChatOptions& chat = {}) {
  static const SystemClock clock;
  options.base_url = server.base_url();
  options.model = "teacher";
  return make_chat_model({options}, chat, clock,
                         environment_of({{"OPENAI_API_KEY", "sk-planted-key"}}));
}

std::vector<ChatRequest> many(int count) {
  std::vector<ChatRequest> requests;
  for (int i = 0; i < count; ++i) {
    requests.push_back(ask("k" + std::to_string(i), "Q" + std::to_string(i)));
  }
  return requests;
}

TEST(ClientTest, SendsWhatTheConventionsSay) {
  ChatServer server([](const ServerRequest&) { return good(); });
  const auto replies = answer_all(*model_of(server), many(1));
  EXPECT_EQ(replies.at("k0").text, "ok");
  const ServerRequest request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/chat/completions");
  EXPECT_EQ(request.headers.at("authorization"), "Bearer sk-planted-key");
  EXPECT_EQ(request.headers.at("content-type"), "application/json");
  EXPECT_FALSE(request.headers.contains("expect"));
  EXPECT_EQ(nlohmann::json::parse(request.body)["messages"][0]["content"], "Q0");
}

TEST(ClientTest, KeepsConnectionsAlive) {
  ChatServer server([](const ServerRequest&) { return good(); });
  EXPECT_EQ(answer_all(*model_of(server, {.concurrency_max = 4}), many(200)).size(), 200U);
  EXPECT_EQ(server.counts().requests, 200);
  EXPECT_LE(server.counts().connections, 4);
  EXPECT_LE(server.counts().in_flight_max, 4);
}

TEST(ClientTest, Fault36EveryShapeOfReplyGoesThroughTheWholeClient) {
  const std::vector<std::string> bodies = {fixtures::kOpenAiReply, fixtures::kDeepSeekReply,
                                           fixtures::kGeminiReply, fixtures::kOpenRouterReply,
                                           fixtures::kVllmReply,   fixtures::kStreamReply};
  ChatServer server([&](const ServerRequest& request) {
    return ServerReply{.body = bodies.at(static_cast<std::size_t>(request.number))};
  });
  const auto replies = answer_all(*model_of(server), many(static_cast<int>(bodies.size())));
  ASSERT_EQ(replies.size(), bodies.size());
  for (const auto& [key, reply] : replies) EXPECT_EQ(reply.text, "12");
}

// Story: services and proxies in front of them end a connection at any point of a reply. Each time
// the row is asked again; none is lost, none is answered twice.
TEST(ClientTest, BrokenConnectionsAreAskedAgain) {
  ChatServer server([](const ServerRequest& request) {
    ServerReply reply = good();
    switch (request.number % 9) {
      case 1:
        reply.ending = Ending::kReset;
        break;
      case 3:
        reply.ending = Ending::kCutBody;
        break;
      case 5:
        reply.ending = Ending::kGarbage;
        break;
      case 7:
        reply.ending = Ending::kClose;
        break;
      default:
        break;
    }
    return reply;
  });
  std::map<std::string, int> times;
  auto model = model_of(server, {.concurrency_max = 8, .retries_max = 50});
  std::vector<ChatRequest> requests = many(60);
  std::size_t at = 0;
  model->run([&]() { return at < requests.size() ? std::optional(requests[at++]) : std::nullopt; },
             [&](const ChatReply& reply) {
               ++times[reply.key];
               EXPECT_FALSE(reply.failure) << *reply.failure;
               EXPECT_EQ(reply.text, "ok");
             },
             StopFlag());
  EXPECT_EQ(times.size(), 60U);
  for (const auto& [key, count] : times) EXPECT_EQ(count, 1) << key;
}

TEST(ClientTest, SlowTricklesAreReadToTheirEnd) {
  ChatServer server([](const ServerRequest& request) {
    ServerReply reply = good(std::string(300, 'x'));
    if (request.number == 0) {
      reply.trickle_bytes = 40;
      reply.trickle_s = 0.005;
    } else {
      reply.body = "\n\n: still working\n\n" + reply.body;
      reply.delay_s = 0.02;
    }
    return reply;
  });
  for (const auto& [key, reply] : answer_all(*model_of(server), many(4))) {
    EXPECT_EQ(reply.text, std::string(300, 'x'));
  }
}

TEST(ClientTest, ASilentServiceIsLeftAfterTheTimeout) {
  ChatServer server([](const ServerRequest& request) {
    ServerReply reply = good();
    if (request.number == 0) reply.ending = Ending::kSilence;
    return reply;
  });
  const auto replies =
      answer_all(*model_of(server, {.timeout_s = 0.3, .retries_max = 50}), many(1));
  EXPECT_EQ(replies.at("k0").text, "ok");
  EXPECT_GE(replies.at("k0").attempts, 2);
}

TEST(ClientTest, Fault19RetryAfterIsKeptInRealTime) {
  std::atomic<double> free_at = 0;
  ChatServer server([&](const ServerRequest& request) {
    if (request.number == 0) free_at = request.at + 1;
    if (request.at < free_at) {
      return ServerReply{
          .status = 429, .headers = {{"Retry-After", "1"}}, .body = fixtures::kOpenAiRate};
    }
    return good();
  });
  EXPECT_EQ(answer_all(*model_of(server, {.concurrency_max = 1}), many(10)).size(), 10U);
  const auto requests = server.requests();
  EXPECT_EQ(requests.size(), 11U) << "one went into the wall";
  for (std::size_t i = 1; i < requests.size(); ++i) EXPECT_GE(requests[i].at, free_at);
}

TEST(ClientTest, Fault24ALimitOfTheServerIsFoundAndKept) {
  // 200 a second at most; refusals carry no word on how long to wait but 50 ms.
  auto keeper = std::make_shared<LimitKeeper>(40, 0.2);
  std::atomic<int> refused = 0;
  ChatServer server([&, keeper](const ServerRequest& request) {
    ServerReply reply = good();
    reply.delay_s = 0.01;
    if (const double wait_s = keeper->wait_s(request.at); wait_s > 0) {
      ++refused;
      reply.status = 429;
      reply.headers = {{"retry-after-ms", std::to_string(wait_s * 1000)}};
      reply.body = fixtures::kOpenAiRate;
    }
    return reply;
  });
  const auto replies = answer_all(*model_of(server), many(400));
  EXPECT_EQ(replies.size(), 400U);
  for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure) << *reply.failure;
  EXPECT_LT(refused, 400);
  EXPECT_EQ(server.counts().requests, 400 + refused);
}

TEST(ClientTest, Fault20And26StopAtTheFirstReply) {
  ChatServer server([](const ServerRequest&) {
    return ServerReply{.status = 429, .body = fixtures::kOpenAiQuota};
  });
  try {
    answer_all(*model_of(server), many(1000));
    FAIL() << "nothing thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kAuth);
  }
  EXPECT_LE(server.counts().requests, 16);
}

TEST(ClientTest, Fault25HundredsOfConnectionsAtOnce) {
  rlimit limit{};  // both ends of each connection are in this process
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < 1200) GTEST_SKIP() << "too few open files are allowed here";
  ChatServer server([](const ServerRequest& request) {
    ServerReply reply = good();
    reply.delay_s = request.number < 512 ? 0.3 : 0;
    return reply;
  });
  const auto replies = answer_all(*model_of(server, {.concurrency_max = 512}), many(2000));
  EXPECT_EQ(replies.size(), 2000U);
  for (const auto& [key, reply] : replies) EXPECT_FALSE(reply.failure) << *reply.failure;
  EXPECT_EQ(server.counts().requests, 2000) << "no connection failed";
  EXPECT_LE(server.counts().connections, 512);
}

// Leaves with the exit code of what allow_open_files() throws under these limits, or with the new
// soft limit of open files over ten.
[[noreturn]] void ask_for_files(rlim_t soft, rlim_t hard, int connections) {
  rlimit limit{soft, hard};
  ::setrlimit(RLIMIT_NOFILE, &limit);
  try {
    allow_open_files(connections);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(exit_code(error.kind()));
  }
  ::getrlimit(RLIMIT_NOFILE, &limit);
  std::_Exit(static_cast<int>(limit.rlim_cur / 10));
}

TEST(ClientDeathTest, Fault25ALowLimitOfOpenFilesIsSaidPlainly) {
  EXPECT_EXIT(ask_for_files(200, 200, 512), ::testing::ExitedWithCode(2),
              "concurrency of 512 needs 576 open files; the limit is 200");
}

TEST(ClientDeathTest, Fault25ASoftLimitIsRaisedWhereTheHardOneLets) {
  EXPECT_EXIT(ask_for_files(100, 400, 136), ::testing::ExitedWithCode(20), "");
}

TEST(ClientTest, ARedirectIsNotFollowed) {
  ChatServer other([](const ServerRequest&) { return good(); });
  ChatServer server([&](const ServerRequest&) {
    return ServerReply{.status = 302,
                       .headers = {{"Location", other.base_url() + "/chat/completions"}}};
  });
  try {
    answer_all(*model_of(server), many(1));
    FAIL() << "nothing thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_THAT(error.message(), HasSubstr("redirected to " + other.base_url()));
  }
  EXPECT_EQ(other.counts().requests, 0) << "the key stays here";
}

TEST(ClientTest, TheKeyShowsNowhere) {
  // A server that echoes it in every place there is.
  ChatServer server([](const ServerRequest& request) {
    const std::string key = request.headers.at("authorization");
    const int status = request.number % 2 == 0 ? 400 : 500;
    return ServerReply{.status = status,
                       .headers = {{"x-request-id", key}},
                       .body = error_body("no: " + key, key)};
  });
  std::vector<std::string> warnings;
  HttpChatOptions options;
  options.warn = [&](std::string_view line) { warnings.emplace_back(line); };
  auto model = model_of(server, {.retries_max = 0}, options);
  EXPECT_THAT(model->identity(), Not(HasSubstr("sk-planted")));
  for (const auto& [key, reply] : answer_all(*model, many(1))) {
    EXPECT_THAT(*reply.failure, HasSubstr("[key]"));
    EXPECT_THAT(*reply.failure, Not(HasSubstr("sk-planted")));
  }
  EXPECT_THAT(warnings, Each(Not(HasSubstr("sk-planted"))));
}

TEST(ClientTest, Fault38And44TextGoesThereAndBackByteForByte) {
  const std::string text =
      "\\frac{1}{2} \"q\" \\u0041 \xE4\xB8\xAD\xE6\x96\x87 \xF0\x9F\x8E\x89 \r\n\t a\xE2\x80\xA8z";
  ChatServer server([](const ServerRequest& request) {
    const auto asked = nlohmann::json::parse(request.body);
    nlohmann::json body = nlohmann::json::parse(completion(""));
    body["choices"][0]["message"]["content"] = asked["messages"][0]["content"];
    return ServerReply{.body = body.dump()};
  });
  EXPECT_EQ(answer_all(*model_of(server), {ask("k", text)}).at("k").text, text);
}

TEST(ClientTest, Fault6ASignalEndsTheRunAfterTheRequestsUnderWay) {
  StopFlag stop;
  ChatServer server([&](const ServerRequest& request) {
    if (request.number == 20) stop.request(SIGTERM);
    ServerReply reply = good();
    reply.delay_s = 0.01;
    return reply;
  });
  auto model = model_of(server, {.concurrency_max = 4});
  std::int64_t answered = 0;
  try {
    model->run([]() { return std::optional(ask("k")); }, [&](const ChatReply&) { ++answered; },
               stop);
    FAIL() << "it goes on for ever";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kTerminated);
  }
  EXPECT_EQ(answered, server.counts().requests) << "every reply that was paid for came home";
}

TEST(ClientTest, NobodyListening) {
  int port = 0;
  {
    ChatServer gone([](const ServerRequest&) { return good(); });
    port = gone.port();
  }
  static const SystemClock clock;
  EndpointOptions options{.base_url = "http://127.0.0.1:" + std::to_string(port) + "/v1",
                          .model = "m",
                          .retries_max = 1};
  try {
    answer_all(*make_chat_model({options}, {}, clock, environment_of({})), many(50));
    FAIL() << "nothing thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kService);
    EXPECT_THAT(error.message(), HasSubstr("127.0.0.1:" + std::to_string(port)));
  }
}

}  // namespace
}  // namespace drp::llm::http::testing
