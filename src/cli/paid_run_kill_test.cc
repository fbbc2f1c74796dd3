// SPDX-License-Identifier: Apache-2.0
// `drp prune --teacher openai` of 500 rows, killed (-9) at 20 random moments and started again,
// against a service of our own on the loopback that counts what it is sent. DRP_KILLS sets another
// number of kills. Beside it what else resuming a paid run must get right. Faults by the numbers of
// docs/teacher-clients.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "base/file.h"
#include "base/process.h"
#include "base/random.h"
#include "base/text.h"
#include "llm/http/testing/chat_server.h"
#include "llm/scratch_folder.h"
#include "llm/spending_ledger.h"
#include "pipeline/price_file.h"

namespace drp::cli {
namespace {

using Json = nlohmann::json;
using llm::http::testing::ChatServer;
using llm::http::testing::ServerReply;
using llm::http::testing::ServerRequest;

constexpr std::size_t kRows = 500;
constexpr std::int64_t kConcurrency = 8;
constexpr double kUsdInput = 1;
constexpr double kUsdOutput = 10;

std::size_t kill_count() {
  const char* wanted = std::getenv("DRP_KILLS");
  return wanted == nullptr ? 20 : static_cast<std::size_t>(std::stoul(wanted));
}

std::string row_id(std::size_t row) { return "row-" + std::to_string(row); }

// What the service reports of a row: another amount for each of neighbouring rows.
llm::Usage usage_of(std::size_t row) {
  const auto number = static_cast<std::int64_t>(row);
  return {.prompt_tokens = 100 + number % 11, .completion_tokens = 10 + number % 7};
}

double usd_of(const llm::Usage& usage) {
  return (kUsdInput * static_cast<double>(usage.prompt_tokens) +
          kUsdOutput * static_cast<double>(usage.completion_tokens)) /
         1e6;
}

// Rows that no near-duplicate filter takes for one another.
std::vector<std::string> make_rows() {
  std::vector<std::string> rows;
  Random random(7);
  const auto word = [&] {
    std::string text;
    for (int i = 0; i < 9; ++i) text += static_cast<char>('a' + random.index(26));
    return text;
  };
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::string crates = std::to_string(row + 3);
    const std::string jars = std::to_string((row + 3) * 6);
    std::string story;
    for (int i = 0; i < 12; ++i) story += word() + " ";
    rows.push_back(Json{
        {"id", row_id(row)},
        {"question",
         "[" + row_id(row) + "] " + story + ": how many jars are in " + crates + " crates of 6?"},
        {"answer", jars},
        {"response",
         "<think>Okay, let me see. The " + story + "has " + crates + " * 6 = " + jars +
             " jars.\n\nSo it is " + jars + ".</think>\n\n" +
             jars}}.dump());
  }
  return rows;
}

void write_lines(const std::filesystem::path& file, const std::vector<std::string>& lines) {
  std::ofstream out(file);
  for (const std::string& line : lines) out << line << "\n";
}

// Counts the requests of each row and plans: the first unit goes, the rest stays.
class Service {
 public:
  ServerReply operator()(const ServerRequest& request) {
    const Json body = Json::parse(request.body);
    const std::string message = body.at("messages").back().at("content");
    const std::size_t mark = message.find("[row-") + 5;
    const auto row = static_cast<std::size_t>(
        *parse_int(std::string_view(message).substr(mark, message.find(']', mark) - mark)));
    const std::string_view closing = "the last line names unit ";
    const std::string last = message.substr(message.rfind(closing) + closing.size());
    const llm::Usage usage = usage_of(row);
    ServerReply reply;
    {
      const std::lock_guard lock(mutex_);
      ++sent_[row];
      reply.delay_s = 0.002 + 0.02 * random_.uniform();
      if (blocks_ && row % 7 == 3) {
        reply.status = 400;
        reply.body = R"({"error":{"message":"blocked","code":"content_filter"}})";
        return reply;
      }
    }
    reply.body = Json{{"id", "r"},
                      {"object", "chat.completion"},
                      {"model", body.at("model")},
                      {"choices",
                       {{{"index", 0},
                         {"message",
                          {{"role", "assistant"},
                           {"content",
                            "1 D filler\n" + last.substr(0, last.find('.')) + " K computation\n"}}},
                         {"finish_reason", "stop"}}}},
                      {"usage",
                       {{"prompt_tokens", usage.prompt_tokens},
                        {"completion_tokens", usage.completion_tokens}}}}
                     .dump();
    return reply;
  }

  // From now on every seventh row is refused, or none.
  void block(bool blocks) {
    const std::lock_guard lock(mutex_);
    blocks_ = blocks;
  }

  std::map<std::size_t, int> sent() const {
    const std::lock_guard lock(mutex_);
    return sent_;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, int> sent_;
  Random random_{11};
  bool blocks_ = false;
};

std::size_t row_of_key(const std::string& key) {
  const std::size_t mark = key.find("row-") + 4;  // "17 row-17/0 plan"
  return static_cast<std::size_t>(
      *parse_int(std::string_view(key).substr(mark, key.find('/', mark) - mark)));
}

// Rows whose reply is in the account: it arrived, whatever happens from now on.
std::set<std::size_t> arrived_rows(const std::filesystem::path& account) {
  std::set<std::size_t> rows;
  std::map<std::string, std::size_t> row_of_call;
  if (!std::filesystem::exists(account)) return rows;
  LineReader reader(account);
  while (const auto line = reader.next()) {
    if (!reader.complete()) break;
    const Json event = Json::parse(*line);
    if (!event.contains("event")) continue;
    if (event.at("event") == "send") row_of_call[event.at("id")] = row_of_key(event.at("row"));
    if (event.at("event") == "reply") rows.insert(row_of_call.at(event.at("id")));
  }
  return rows;
}

class PaidRun : public ::testing::Test {
 protected:
  PaidRun() : server_([this](const ServerRequest& request) { return service_(request); }, {false}) {
    setenv("DRP_CACHE_DIR", (scratch_ / "cache").c_str(), 1);
    write_lines(scratch_ / "rows.jsonl", make_rows());
    std::ofstream(scratch_ / "prices.yaml")
        << "models:\n  a-teacher: {input: " << kUsdInput << ", output: " << kUsdOutput << "}\n";
  }
  ~PaidRun() override { unsetenv("DRP_CACHE_DIR"); }

  // The command with these arguments behind it.
  std::vector<std::string> command(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words = {DRP_PROGRAM,
                                      "prune",
                                      scratch_ / "rows.jsonl",
                                      "--teacher",
                                      "openai",
                                      "--model",
                                      "a-teacher",
                                      "--endpoint",
                                      server_.base_url(),
                                      "--prices",
                                      scratch_ / "prices.yaml",
                                      "--max-usd",
                                      "5",
                                      "--concurrency",
                                      std::to_string(kConcurrency),
                                      "--tokenizer",
                                      "none",
                                      "-o",
                                      folder()};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::filesystem::path folder() const { return scratch_ / "out"; }

  static ProcessResult run(const std::vector<std::string>& words) {
    return run_process(words, "", {.milliseconds_max = 120'000});
  }

  // Rows of the data set, as it has them.
  std::vector<std::size_t> exported() const {
    std::vector<std::size_t> rows;
    LineReader lines(folder() / "dataset/messages.jsonl");
    while (const auto line = lines.next()) {
      const std::string question = Json::parse(*line).at("messages").at(0).at("content");
      EXPECT_TRUE(question.starts_with("[row-")) << question;
      rows.push_back(static_cast<std::size_t>(
          *parse_int(std::string_view(question).substr(5, question.find(']') - 5))));
    }
    return rows;
  }
  std::filesystem::path account() const { return pipeline::spending_file(folder()); }

  // Starts the program and kills it once so many more requests have come and a moment has passed;
  // 0 requests: somewhere in its start. True where it was still at work.
  bool run_and_kill(std::int64_t requests, int microseconds) {
    const std::int64_t until = server_.counts().requests + requests;
    ChildProcess child(command(), {.folder = {}, .pipe_errors = true});
    int status = 0;
    while (server_.counts().requests < until) {
      if (child.ended(status)) return false;
      ::usleep(200);
    }
    ::usleep(static_cast<unsigned>(microseconds));
    status = child.kill_and_wait();
    return WIFSIGNALED(status);
  }

  llm::ScratchFolder scratch_;
  Service service_;
  ChatServer server_;
};

TEST_F(PaidRun, Fault1KilledAtAnyMomentPaysForNoReplyTwice) {
  const std::size_t kills = kill_count();
  Random random(20261126);
  std::map<std::size_t, int> sent_on_arrival;
  std::size_t landed = 0;
  for (std::size_t kill = 0; kill < kills; ++kill) {
    const bool at_start = kill % 7 == 3;
    const auto most = static_cast<std::int64_t>(2 * kRows / (kills + 5));
    landed += run_and_kill(at_start ? 0 : random.between(1, most),
                           static_cast<int>(random.between(0, at_start ? 100'000 : 10'000)))
                  ? 1
                  : 0;
    const auto sent = service_.sent();
    for (const std::size_t row : arrived_rows(account())) {
      sent_on_arrival.emplace(row, sent.at(row));
    }
  }
  EXPECT_EQ(landed, kills) << "the run ended before all kills";
  const ProcessResult last = run(command());
  ASSERT_EQ(last.exit_code, 0) << last.errors;

  std::vector<std::size_t> all(kRows);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(exported(), all) << "every row, in the order of the input";

  const auto sent = service_.sent();
  ASSERT_EQ(sent.size(), kRows);
  for (const auto& [row, times] : sent_on_arrival) {
    EXPECT_EQ(sent.at(row), times) << row_id(row) << " was sent again though its reply had come";
  }
  // What was sent more than once was in flight at a kill, and the account names it.
  const auto ledger = llm::SpendingLedger::look(account());
  std::map<std::size_t, int> named;
  for (const auto& unknown : ledger->unknown()) {
    named[row_of_key(unknown.call.row)] += static_cast<int>(unknown.sendings);
  }
  std::int64_t received = 0;
  llm::Usage once;
  double usd = 0;
  for (const auto& [row, times] : sent) {
    received += times;
    EXPECT_LE(times, 1 + named[row]) << row_id(row) << ": a sending that the account hides";
    once += usage_of(row);
    usd += usd_of(usage_of(row));
  }
  ASSERT_EQ(ledger->spent().size(), 1U);
  const ModelSpending spent = ledger->spent()[0];
  EXPECT_EQ(spent.requests - spent.unknown_calls, static_cast<std::int64_t>(kRows));
  EXPECT_EQ(spent.prompt_tokens, once.prompt_tokens) << "each reply that came is paid once";
  EXPECT_EQ(spent.completion_tokens, once.completion_tokens);
  EXPECT_NEAR(*spent.usd, usd, 1e-9);
  EXPECT_LE(received, spent.requests) << "the service counts no more than the account";
  EXPECT_GE(received, spent.requests - spent.unknown_calls);
  EXPECT_LE(spent.unknown_calls, static_cast<std::int64_t>(kills) * kConcurrency);
  EXPECT_GT(spent.unknown_calls, 0) << "no kill met a call in flight: the test tests nothing";

  // The report says the same.
  const Json report = Json::parse(read_file(folder() / "report/report.json")).at("spending");
  EXPECT_NEAR(report.at("total").at("usd").get<double>(), usd, 1e-9);
  EXPECT_EQ(report.at("total").at("requests"), spent.requests);
  EXPECT_EQ(report.at("unknown").size(), ledger->unknown().size());
  EXPECT_EQ(report.at("usd_max"), 5.0);
  std::printf("%zu kills, %lld requests received, %lld in flight at a kill\n", landed,
              static_cast<long long>(received), static_cast<long long>(spent.unknown_calls));
}

TEST_F(PaidRun, Fault3And8RefusedRowsMoveNoOtherAndAreAskedAgain) {
  service_.block(true);
  run(command({"--limit", "70"}));
  std::vector<std::size_t> let_through;
  for (std::size_t row = 0; row < 70; ++row) {
    if (row % 7 != 3) let_through.push_back(row);
  }
  EXPECT_EQ(exported(), let_through);
  EXPECT_EQ(server_.counts().requests, 70);
  service_.block(false);
  const ProcessResult again = run(command({"--limit", "70"}));
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(exported().size(), 70U);
  EXPECT_EQ(server_.counts().requests, 80) << "only what was refused is asked again";
}

TEST_F(PaidRun, Fault7And9WhatWasAskedIsKnownByItsContent) {
  ASSERT_EQ(run(command({"--limit", "40"})).exit_code, 0);
  EXPECT_EQ(server_.counts().requests, 40);
  std::vector<std::string> rows = make_rows();
  rows.resize(60);
  std::reverse(rows.begin(), rows.end());
  write_lines(scratch_ / "rows.jsonl", rows);
  ASSERT_EQ(run(command()).exit_code, 0);
  EXPECT_EQ(server_.counts().requests, 60) << "a limit and another order";
  std::vector<std::size_t> falling(60);
  std::iota(falling.rbegin(), falling.rend(), 0);
  EXPECT_EQ(exported(), falling);
  rows.push_back(make_rows()[100]);
  write_lines(scratch_ / "rows.jsonl", rows);
  ASSERT_EQ(run(command()).exit_code, 0);
  EXPECT_EQ(server_.counts().requests, 61) << "one more row, one more request";
}

TEST_F(PaidRun, Fault6AnInterruptedRunGoesOn) {
  // In the foreground it signals once; else its group gets a second signal, which kills.
  std::vector<std::string> words = {"timeout", "--foreground", "--preserve-status", "--signal=INT",
                                    "0.7"};
  const std::vector<std::string> own = command();
  words.insert(words.end(), own.begin(), own.end());
  const ProcessResult cut = run(words);
  const std::set<std::size_t> arrived = arrived_rows(account());
  const std::int64_t sent = server_.counts().requests;
  if (cut.exit_code != 0) {  // the machine may be fast
    EXPECT_EQ(cut.exit_code, 130) << cut.errors;
    EXPECT_EQ(static_cast<std::int64_t>(arrived.size()), sent)
        << "what was under way at the interrupt came home";
  }
  const ProcessResult rest = run(command());
  ASSERT_EQ(rest.exit_code, 0) << rest.errors;
  EXPECT_EQ(exported().size(), kRows);
  EXPECT_EQ(server_.counts().requests, static_cast<std::int64_t>(kRows));
}

}  // namespace
}  // namespace drp::cli
