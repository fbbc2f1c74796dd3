// SPDX-License-Identifier: Apache-2.0
// kill -9 at 20 random moments of a 500-row run against a model that counts what it is sent: no
// request whose reply arrived is sent again, all rows come, and the account equals the count but
// for the calls in flight at the kills, which it names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <new>

#include "base/random.h"
#include "base/text.h"
#include "llm/budgeted_model.h"
#include "llm/cached_model.h"
#include "llm/counting_model.h"
#include "llm/scratch_folder.h"

namespace drp::llm {
namespace {

constexpr int kRows = 500;
constexpr int kKills = 20;
constexpr std::size_t kWindow = 8;

// What the "server" knows; shared with the killed processes.
struct Server {
  std::array<std::atomic<int>, kRows> sent;      // requests of each row
  std::array<std::atomic<int>, kRows> finished;  // replies that were fully taken in
  std::atomic<int> total;
};

Server& shared_server() {
  void* memory =
      ::mmap(nullptr, sizeof(Server), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  return *new (memory) Server();
}

std::size_t row_of(const ChatRequest& request) {
  return static_cast<std::size_t>(*parse_int(std::string_view(request.key).substr(4)));
}

std::int64_t tokens_of(std::size_t row) { return 20 + static_cast<std::int64_t>(row % 7); }

std::unique_ptr<ChatModel> paid_model(Server& server, ReplyStore& store, SpendingLedger& ledger) {
  auto counting = std::make_unique<CountingModel>(
      [](const ChatRequest& request) { return answer_to(request, tokens_of(row_of(request))); },
      kWindow);
  counting->watch(
      [&server](const ChatRequest& request) {
        ++server.sent[row_of(request)];
        ++server.total;
      },
      [&server](const ChatRequest& request) { ++server.finished[row_of(request)]; });
  return std::make_unique<CachedModel>(
      std::make_unique<BudgetedModel>(
          std::move(counting), ledger,
          BudgetOptions{.model = "m", .price = Price{.input = 1, .output = 10}}),
      store, &ledger, "m");
}

// The whole run in a process of its own; never returns.
[[noreturn]] void run_in_child(Server& server, const ScratchFolder& scratch) {
  ReplyStore store(scratch / "replies");
  SpendingLedger ledger(scratch / "spending.log.jsonl", {.usd_max = 5}, recall_from(store));
  const StopFlag stop;
  paid_model(server, store, ledger)
      ->run(
          requests(kRows), [](const ChatReply&) {}, stop);
  ::_exit(0);
}

// Runs until `replies` more rows are finished, then kills; true when the run ended before.
bool run_and_kill(Server& server, const ScratchFolder& scratch, int replies) {
  const auto finished = [&] {
    int sum = 0;
    for (const auto& count : server.finished) sum += count;
    return sum;
  };
  const int until = finished() + replies;
  const pid_t child = ::fork();
  if (child == 0) run_in_child(server, scratch);
  int status = 0;
  while (finished() < until) {
    if (::waitpid(child, &status, WNOHANG) == child) return true;
    ::usleep(50);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return WIFEXITED(status);
}

TEST(PaidModel, KilledAtAnyMomentPaysForNoReplyTwice) {
  const ScratchFolder scratch;
  Server& server = shared_server();
  Random random(20261126);
  std::array<int, kRows> in_flight_at_a_kill{};
  for (int kill = 0; kill < kKills; ++kill) {
    run_and_kill(server, scratch, static_cast<int>(random.between(1, kRows / kKills)));
    for (std::size_t row = 0; row < kRows; ++row) {
      if (server.sent[row] == server.finished[row]) continue;
      in_flight_at_a_kill[row] += server.sent[row] - server.finished[row];
      server.finished[row] = server.sent[row].load();
    }
  }
  ReplyStore store(scratch / "replies");
  SpendingLedger ledger(scratch / "spending.log.jsonl", {.usd_max = 5}, recall_from(store));
  std::map<std::string, std::string> texts;
  const StopFlag stop;
  paid_model(server, store, ledger)
      ->run(
          requests(kRows), [&](const ChatReply& reply) { texts[reply.key] = reply.text; }, stop);

  ASSERT_EQ(texts.size(), static_cast<std::size_t>(kRows));
  std::array<int, kRows> named{};
  for (const SpendingLedger::Unknown& unknown : ledger.unknown()) {
    named[row_of({.key = unknown.call.row})] += static_cast<int>(unknown.sendings);
  }
  std::int64_t tokens = 0;
  for (std::size_t row = 0; row < kRows; ++row) {
    EXPECT_EQ(texts["row " + std::to_string(row)], "answer to question " + std::to_string(row));
    EXPECT_LE(server.sent[row], 1 + in_flight_at_a_kill[row])
        << "row " << row << " was sent again though its reply had arrived";
    EXPECT_LE(server.sent[row], 1 + named[row]) << "a sending that the account does not name";
    tokens += tokens_of(row);
  }
  const ModelSpending account = ledger.spent().at(0);
  const auto unknown = static_cast<int>(account.unknown_calls);
  EXPECT_EQ(account.completion_tokens, tokens) << "each reply that arrived is paid once";
  EXPECT_EQ(account.requests, kRows + unknown);
  EXPECT_LE(server.total, account.requests);
  EXPECT_GE(server.total, account.requests - unknown);
  EXPECT_LE(unknown, kKills * static_cast<int>(kWindow));
  EXPECT_GT(unknown, 0) << "no kill met a call in flight: the test tests nothing";
  ::munmap(&server, sizeof server);
}

}  // namespace
}  // namespace drp::llm
