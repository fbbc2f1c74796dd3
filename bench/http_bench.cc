// SPDX-License-Identifier: Apache-2.0
// The HTTP client against a server that answers after 20 ms, both on this machine: requests a
// second and this process's resident memory while rows stream through. The server runs in a process
// of its own, so that its memory is not counted.
//   http_bench [ROWS] [CONCURRENCY]    100,000 and 256 where not given
//   http_bench --serve                 the server alone: says its port, then answers until killed
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "llm/http/http_chat_model.h"
#include "llm/http/testing/chat_server.h"

namespace drp::llm::http {
namespace {

constexpr double kDelay_s = 0.02;
constexpr double kBytesPerMebibyte = 1 << 20;

// About 400 bytes of question and as much of answer, as a short problem has.
std::string filler(std::size_t number) {
  std::string text = "Row " + std::to_string(number) + ": ";
  while (text.size() < 400) text += "A train leaves at noon and goes 3 * 4 = 12 miles. ";
  return text;
}

// Says its port on `out`, then answers until it is killed.
[[noreturn]] void serve(int out) {
  const std::string body =
      R"({"id":"c","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant",)"
      R"("content":")" +
      filler(0) +
      R"("}}],"usage":{"prompt_tokens":110,"completion_tokens":100,"total_tokens":210}})";
  testing::ChatServer server(
      [&](const testing::ServerRequest&) {
        return testing::ServerReply{.body = body, .delay_s = kDelay_s};
      },
      {.record = false});
  const std::string port = std::to_string(server.port()) + "\n";
  if (::write(out, port.data(), port.size()) < 0) std::_Exit(1);
  ::pause();
  std::_Exit(0);
}

double resident_mebibytes() {
  long pages = 0;
  long resident = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%ld %ld", &pages, &resident) != 2) resident = 0;
    std::fclose(file);
  }
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) /
         kBytesPerMebibyte;
}

void measure(int port, std::size_t rows, int concurrency) {
  const SystemClock clock;
  EndpointOptions endpoint;
  endpoint.base_url = "http://127.0.0.1:" + std::to_string(port) + "/v1";
  endpoint.model = "bench";
  endpoint.concurrency_max = concurrency;
  const auto model = make_chat_model({endpoint}, {}, clock,
                                     [](std::string_view) { return std::optional<std::string>(); });
  std::size_t sent = 0;
  std::size_t answered = 0;
  std::size_t failed = 0;
  double resident_max = 0;
  const double begun = clock.seconds();
  model->run(
      [&]() -> std::optional<ChatRequest> {
        if (sent == rows) return std::nullopt;
        ChatRequest request;
        request.key = std::to_string(sent);
        request.messages = {{"user", filler(sent++)}};
        return request;
      },
      [&](const ChatReply& reply) {
        failed += reply.failure ? 1 : 0;
        if (++answered % 1000 == 0) resident_max = std::max(resident_max, resident_mebibytes());
      },
      StopFlag());
  const double seconds = clock.seconds() - begun;
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const double cpu = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                     static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
  std::printf(
      "%zu rows, %d in flight, %.0f ms a reply: %.0f requests/s (ceiling %.0f), "
      "%.0f us of processor each, %.1f MiB resident at most, %zu failed\n",
      answered, concurrency, kDelay_s * 1000, static_cast<double>(answered) / seconds,
      concurrency / kDelay_s, cpu / static_cast<double>(answered) * 1e6, resident_max, failed);
}

}  // namespace
}  // namespace drp::llm::http

int main(int argc, char** argv) {
  using namespace drp;
  if (argc > 1 && std::string(argv[1]) == "--serve") llm::http::serve(STDOUT_FILENO);
  const auto rows = static_cast<std::size_t>(argc > 1 ? parse_int(argv[1]).value_or(0) : 100'000);
  const auto concurrency = static_cast<int>(argc > 2 ? parse_int(argv[2]).value_or(0) : 256);
  if (rows == 0 || concurrency < 1) {
    std::fprintf(stderr, "usage: http_bench [ROWS] [CONCURRENCY]\n");
    return 2;
  }
  int ends[2] = {};
  if (::pipe(ends) != 0) return 1;
  const pid_t child = ::fork();
  if (child < 0) return 1;
  if (child == 0) llm::http::serve(ends[1]);
  char buffer[16] = {};
  if (::read(ends[0], buffer, sizeof buffer - 1) < 1) return 1;
  int result = 0;
  try {
    llm::http::measure(static_cast<int>(parse_int(trim(buffer)).value_or(0)), rows, concurrency);
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    result = 1;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  return result;
}
