// SPDX-License-Identifier: Apache-2.0
// The cache and the budget around a model, as they stand around a paid teacher.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "llm/budgeted_model.h"
#include "llm/cached_model.h"
#include "llm/counting_model.h"
#include "llm/reply_exchange.h"
#include "llm/scratch_folder.h"

namespace drp::llm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

const StopFlag kGoOn;
using Replies = std::map<std::string, ChatReply>;

Replies collect(ChatModel& model, const ChatModel::Source& next) {
  Replies out;
  model.run(
      next,
      [&](const ChatReply& reply) {
        EXPECT_TRUE(out.emplace(reply.key, reply).second) << reply.key << " came twice";
      },
      kGoOn);
  return out;
}

struct Counted {
  CountingModel* model = nullptr;
  std::unique_ptr<CountingModel> owner;
};
Counted counted(
    CountingModel::Answer answer = [](const ChatRequest& r) { return answer_to(r); },
    std::size_t window = 4) {
  Counted out;
  out.owner = std::make_unique<CountingModel>(std::move(answer), window);
  out.model = out.owner.get();
  return out;
}

// --- cache --------------------------------------------------------------------------------------

TEST(CachedModel, AsksOnceAndAnswersForEver) {
  const ScratchFolder scratch;
  ReplyStore store(scratch.path());
  Counted first = counted();
  CachedModel model(std::move(first.owner), store);
  const Replies replies = collect(model, requests(9));
  EXPECT_THAT(replies, SizeIs(9));
  EXPECT_EQ(first.model->total, 9);
  EXPECT_EQ(first.model->in_flight_max, 4U) << "the cache does not make it sequential";

  Counted second = counted();
  CachedModel again(std::move(second.owner), store);
  const Replies same = collect(again, requests(9));
  EXPECT_EQ(second.model->runs, 0) << "nothing to ask: no connection, no key needed";
  for (const auto& [row, reply] : replies) {
    EXPECT_EQ(same.at(row).text, reply.text);
    EXPECT_EQ(same.at(row).usage, reply.usage);
    EXPECT_EQ(same.at(row).finish, FinishReason::kStop);
  }
  collect(again, requests(10));
  EXPECT_THAT(second.model->sent, ElementsAre(Pair("row 9", 1))) << "one new row: one call";
}

// Public issue log, 16: the same question twice in the input is one request and two rows.
TEST(CachedModel, EqualRequestsInFlightAreSentOnce) {
  const ScratchFolder scratch;
  ReplyStore store(scratch.path());
  Counted inner = counted();
  CachedModel model(std::move(inner.owner), store);
  const auto next = [source = requests(6), i = 0]() mutable {
    auto request = source();
    if (request) request->messages = {{"user", "question " + std::to_string(i++ % 2)}};
    return request;
  };
  const Replies replies = collect(model, next);
  EXPECT_EQ(inner.model->total, 2);
  EXPECT_THAT(replies, SizeIs(6));
  EXPECT_EQ(replies.at("row 4").text, "answer to question 0");
  EXPECT_EQ(replies.at("row 5").text, "answer to question 1");
}

TEST(CachedModel, RowsOfOneNameKeepTheirOwnReplies) {
  const ScratchFolder scratch;
  ReplyStore store(scratch.path());
  CachedModel model(counted().owner, store);
  const auto next = [source = requests(4)]() mutable {
    auto request = source();
    if (request) request->key = "row";
    return request;
  };
  std::vector<std::string> texts;
  model.run(
      next,
      [&](const ChatReply& reply) {
        EXPECT_EQ(reply.key, "row");
        texts.push_back(reply.text);
      },
      kGoOn);
  std::sort(texts.begin(), texts.end());
  EXPECT_THAT(texts, ElementsAre("answer to question 0", "answer to question 1",
                                 "answer to question 2", "answer to question 3"));
  collect(model, requests(4));
  EXPECT_EQ(store.size(), 4U);
}

// Public issue log, 5: a higher tokens_max re-asks the rows that were cut and no other.
TEST(CachedModel, ARaisedLimitAsksOnlyWhatWasCut) {
  const ScratchFolder scratch;
  ReplyStore store(scratch.path());
  Counted inner = counted([](const ChatRequest& request) {
    ChatReply reply = answer_to(request);
    const bool cut = request.key == "row 1" && request.sampling.tokens_max < 200;
    if (cut) reply.finish = FinishReason::kLength;
    if (cut) {  // reasoning ate the budget: paid for all the same
      reply.text.clear();
      reply.failure = "all tokens went into reasoning";
      reply.failure_code = FailureCode::kTokensSpent;
    }
    return reply;
  });
  CachedModel model(std::move(inner.owner), store);
  collect(model, requests(3, 100));
  const Replies cut = collect(model, requests(3, 100));
  EXPECT_EQ(cut.at("row 1").failure, "all tokens went into reasoning");
  EXPECT_EQ(cut.at("row 1").failure_code, FailureCode::kTokensSpent);
  EXPECT_EQ(inner.model->total, 3) << "a cut reply is not asked for twice under the same limit";
  const Replies longer = collect(model, requests(3, 200));
  EXPECT_EQ(inner.model->total, 4);
  EXPECT_EQ(longer.at("row 1").finish, FinishReason::kStop);
  EXPECT_EQ(collect(model, requests(3, 100)).at("row 1").text, "answer to question 1")
      << "now there is a whole one";
}

// Public issue log, 8: a failure or an empty reply is never a hit.
TEST(CachedModel, FailuresAndEmptyRepliesAreNotKept) {
  const ScratchFolder scratch;
  ReplyStore store(scratch.path());
  int round = 0;
  Counted inner = counted([&](const ChatRequest& request) {
    ChatReply reply = answer_to(request);
    if (round == 0 && request.key == "row 0") reply = ChatReply{.failure = "503"};
    if (round == 0 && request.key == "row 1") reply.text.clear();
    return reply;
  });
  CachedModel model(std::move(inner.owner), store);
  const Replies first = collect(model, requests(3));
  EXPECT_EQ(first.at("row 0").failure, "503");
  ++round;
  const Replies second = collect(model, requests(3));
  EXPECT_EQ(inner.model->total, 5);
  EXPECT_EQ(second.at("row 0").text, "answer to question 0");
  EXPECT_EQ(second.at("row 1").text, "answer to question 1");
}

// --- budget -------------------------------------------------------------------------------------

constexpr Price kPrice{.input = 1, .cached_input = 0.5, .output = 10};

TEST(BudgetedModel, NeverOvershootsWhateverTheConcurrency) {
  for (const std::size_t window : {1U, 3U, 64U}) {
    for (const std::int64_t used : {1, 37, 100}) {
      const ScratchFolder scratch;
      // Bound of a prompt: about 100 tokens; of a reply: 100. Used: 10 and `used`.
      SpendingLedger ledger(scratch / "spending.log.jsonl", {.usd_max = 0.02});
      Counted inner = counted([used](const ChatRequest& r) { return answer_to(r, used); }, window);
      BudgetedModel model(std::move(inner.owner), ledger, {.model = "m", .price = kPrice});
      try {
        collect(model, requests(100'000));
        ADD_FAILURE() << "the cap was not reached";
      } catch (const Error& error) {
        EXPECT_EQ(exit_code(error.kind()), 4);
        EXPECT_THAT(error.message(), HasSubstr("budget reached"));
      }
      const double each = (10.0 + 10.0 * static_cast<double>(used)) / 1e6;
      const double spent = inner.model->total * each;
      EXPECT_LE(spent, 0.02);
      EXPECT_GT(spent, 0.02 - 2 * 0.0012) << "what is left is less than the worst case of a call";
      const auto account = ledger.spent();
      ASSERT_THAT(account, SizeIs(1));
      EXPECT_EQ(account[0].requests, inner.model->total);
      EXPECT_NEAR(*account[0].usd, spent, 1e-9);
      EXPECT_FALSE(ledger.in_flight());
    }
  }
}

TEST(BudgetedModel, CapsTokensWithoutAnyPrice) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.tokens_max = 1000});
  Counted inner = counted();
  BudgetedModel model(std::move(inner.owner), ledger,
                      {.model = "m", .count = [](const ChatRequest&) { return 10; }});
  EXPECT_THROW(collect(model, requests(1000)), Error);
  // Each uses 30; one more may need 110.
  EXPECT_EQ(inner.model->total, 30);
  const auto account = ledger.spent();
  EXPECT_EQ(account[0].prompt_tokens + account[0].completion_tokens, 900);
  EXPECT_EQ(account[0].usd, std::nullopt);
  EXPECT_THAT(ledger.note(), HasSubstr("cost unknown"));
}

// Public issue log, 57: an unknown price is never $0.
TEST(BudgetedModel, AnUnknownPriceUnderACapIsAnError) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.usd_max = 1});
  try {
    BudgetedModel model(counted().owner, ledger, {.model = "new-model"});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(exit_code(error.kind()), 2);
    EXPECT_THAT(error.message(), HasSubstr("price of 'new-model' is unknown"));
  }
}

TEST(BudgetedModel, ContinuesUnderAHigherCap) {
  const ScratchFolder scratch;
  ReplyStore store(scratch / "replies");
  int total = 0;
  const auto run = [&](double cap) {
    SpendingLedger ledger(scratch / "s", {.usd_max = cap}, recall_from(store));
    Counted inner = counted();
    CachedModel model(std::make_unique<BudgetedModel>(std::move(inner.owner), ledger,
                                                      BudgetOptions{.model = "m", .price = kPrice}),
                      store, &ledger, "m");
    const auto count = [&] { total += inner.model->total; };
    try {
      const Replies replies = collect(model, requests(40));
      count();
      EXPECT_THAT(replies, SizeIs(40));
      EXPECT_EQ(ledger.spent()[0].requests, 40);
      EXPECT_NEAR(*ledger.spent()[0].usd, 40 * 210e-6, 1e-9);
      EXPECT_THAT(ledger.note(), HasSubstr("$0.0084 of $0.02"));
      return true;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBudget);
      count();
      return false;
    }
  };
  EXPECT_FALSE(run(0.004));
  EXPECT_GT(total, 5);
  EXPECT_LT(total, 40);
  EXPECT_TRUE(run(0.02));
  EXPECT_EQ(total, 40) << "no request was sent twice";
}

// What a paper ships: the replies that a run paid for or found, and no other.
TEST(KeysOfRun, AreThoseItAskedFor) {
  const ScratchFolder scratch;
  ReplyStore store(scratch / "replies");
  const auto run = [&](const std::string& name, int rows) {
    SpendingLedger ledger(scratch / name);
    CachedModel model(
        std::make_unique<BudgetedModel>(counted().owner, ledger, BudgetOptions{.model = "m"}),
        store, &ledger, "m");
    collect(model, requests(rows));
  };
  run("one", 3);
  run("two", 5);
  const auto one = keys_of_run(scratch / "one");
  const auto two = keys_of_run(scratch / "two");
  const auto count = [&](const std::set<std::string>& keys) {
    return export_replies(store, {.keys = &keys}, [](const std::string&) {});
  };
  EXPECT_EQ(count(one), 3);
  EXPECT_EQ(count(two), 5) << "those that were there already count as well";
}

// Public issue log, 41: every attempt is counted, and a lost one at its worst.
TEST(BudgetedModel, CountsEveryAttempt) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.tokens_max = 10'000});
  Counted inner = counted([](const ChatRequest& request) {
    ChatReply reply = answer_to(request);
    if (request.key == "row 0") {  // 429 twice, then a reply
      EXPECT_TRUE(request.may_resend(Resend::kRefused));
      EXPECT_TRUE(request.may_resend(Resend::kRefused));
    } else if (request.key == "row 1") {  // no reply in time, then one
      EXPECT_TRUE(request.may_resend(Resend::kLost));
    } else if (request.key == "row 2") {  // refused for good
      reply =
          ChatReply{.failure = "400: no such field", .failure_code = FailureCode::kInvalidRequest};
    } else if (request.key == "row 3") {  // the connection broke for good
      reply = ChatReply{.failure = "connection closed"};
    }
    return reply;
  });
  BudgetedModel model(std::move(inner.owner), ledger,
                      {.model = "m", .count = [](const ChatRequest&) { return 10; }});
  collect(model, requests(5));
  const ModelSpending account = ledger.spent()[0];
  EXPECT_EQ(account.requests, 5);
  EXPECT_EQ(account.attempts, 8);
  EXPECT_EQ(account.failed, 2);
  EXPECT_EQ(account.prompt_tokens, 30);
  EXPECT_EQ(account.completion_tokens, 60);
  EXPECT_EQ(account.unknown_calls, 2);
  EXPECT_EQ(account.unknown_tokens_max, 220);
  std::vector<std::string> rows;
  for (const auto& unknown : ledger.unknown()) rows.push_back(unknown.call.row);
  EXPECT_THAT(rows, ::testing::UnorderedElementsAre("row 1", "row 3"));
}

// A client that asks again by itself tells what it used before.
TEST(BudgetedModel, PaysForRepliesThatWereNotGoodEnough) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.tokens_max = 500});
  Counted inner = counted(
      [](const ChatRequest& request) {
        ChatReply reply = answer_to(request, 100);
        reply.attempts = 2;
        reply.usage_retried = {.prompt_tokens = 10, .completion_tokens = 100};
        return reply;
      },
      1);
  BudgetedModel model(std::move(inner.owner), ledger,
                      {.model = "m", .count = [](const ChatRequest&) { return 10; }});
  EXPECT_THROW(collect(model, requests(5)), Error);
  const ModelSpending account = ledger.spent()[0];
  EXPECT_EQ(account.requests, 2) << "each uses 220, so that a third of 110 does not fit";
  EXPECT_EQ(account.attempts, 4);
  EXPECT_EQ(account.prompt_tokens + account.completion_tokens, 440);
}

TEST(BudgetedModel, ALostSendingMustFitTheCapOnceMore) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.tokens_max = 250});
  std::vector<bool> allowed;
  Counted inner = counted([&](const ChatRequest& request) {
    for (int i = 0; i < 3; ++i) allowed.push_back(request.may_resend(Resend::kLost));
    return ChatReply{.failure = "timed out"};
  });
  BudgetedModel model(std::move(inner.owner), ledger,
                      {.model = "m", .count = [](const ChatRequest&) { return 10; }});
  collect(model, requests(1));
  EXPECT_THAT(allowed, ElementsAre(true, false, false)) << "2 x 110 fit into 250";
}

TEST(BudgetedModel, AKeyThatIsRefusedAtOnceCostsNothing) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.usd_max = 1});
  Counted inner = counted(
      [](const ChatRequest&) -> ChatReply { throw Error(ErrorKind::kAuth, "401 from host"); });
  BudgetedModel model(std::move(inner.owner), ledger, {.model = "m", .price = kPrice});
  EXPECT_THROW(collect(model, requests(9)), Error);
  EXPECT_EQ(ledger.spent()[0].failed, 4);
  EXPECT_THAT(ledger.unknown(), IsEmpty());
}

// A service that adds to prompts behind our back overshoots once at most.
TEST(BudgetedModel, LearnsFromPromptsAboveTheirBound) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s", {.tokens_max = 2000});
  Counted inner = counted(
      [](const ChatRequest& request) {
        ChatReply reply = answer_to(request, 100);
        reply.usage.prompt_tokens = 400;
        return reply;
      },
      1);
  BudgetedModel model(std::move(inner.owner), ledger,
                      {.model = "m", .count = [](const ChatRequest&) { return 10; }});
  EXPECT_THROW(collect(model, requests(100)), Error);
  const auto account = ledger.spent()[0];
  EXPECT_LE(account.prompt_tokens + account.completion_tokens, 2000);
  EXPECT_EQ(account.requests, 4);
}

TEST(BudgetedModel, InterruptedItNamesWhatWasInFlight) {
  const ScratchFolder scratch;
  {
    SpendingLedger ledger(scratch / "s", {.usd_max = 1});
    StopFlag stop;
    Counted inner = counted([&](const ChatRequest& request) {
      stop.request(SIGINT);
      return answer_to(request);
    });
    BudgetedModel model(std::move(inner.owner), ledger, {.model = "m", .price = kPrice});
    EXPECT_THROW(model.run(
                     requests(9), [](const ChatReply&) {}, stop),
                 Error);
    EXPECT_EQ(ledger.spent()[0].requests, 4);
    EXPECT_THAT(ledger.unknown(), SizeIs(3));
  }
  SpendingLedger again(scratch / "s");
  EXPECT_THAT(again.unknown(), SizeIs(3));
  EXPECT_EQ(again.spent()[0].completion_tokens, 20);
  EXPECT_THAT(again.note(), HasSubstr("3 unknown (at most $"));
}

TEST(SpendingLedger, SurvivesBeingCutAtEveryByte) {
  const ScratchFolder scratch;
  const std::filesystem::path path = scratch / "s";
  {
    SpendingLedger ledger(path);
    BudgetedModel model(counted().owner, ledger, {.model = "m", .price = kPrice});
    collect(model, requests(5));
    ledger.cached("m", {.open = "k"}, "row 5");
  }
  const std::string whole = read_file(path);
  std::int64_t last = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::ofstream(path, std::ios::binary) << whole.substr(0, size);
    const auto looked = SpendingLedger::look(path)->spent();
    EXPECT_EQ(std::filesystem::file_size(path), size) << "looking changes no byte";
    SpendingLedger ledger(path);
    EXPECT_EQ(ledger.spent(), looked);
    EXPECT_EQ(ledger.torn_bytes() > 0, size > 0 && whole[size - 1] != '\n') << size;
    const auto account = ledger.spent();
    const ModelSpending one = account.empty() ? ModelSpending{} : account[0];
    EXPECT_EQ(one.requests, one.unknown_calls + one.completion_tokens / 20) << size;
    EXPECT_GE(one.requests, last);
    last = one.requests;
  }
  EXPECT_EQ(last, 5);
  std::ofstream(path, std::ios::binary) << whole << "rubbish\n";
  EXPECT_THROW(SpendingLedger ledger(path), Error);
}

TEST(SpendingLedger, TellsWhatCallsWereFor) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s.log.jsonl");
  const auto pay = [&](const std::string& row) {
    const auto id = ledger.begin({.row = row, .model = "m", .prompt_max = 10});
    ledger.end(*id, {.usage = {.prompt_tokens = 5, .completion_tokens = 1}});
  };
  for (const char* row : {"1 a/0 plan", "2 b c/0 plan", "2 b c/0 plan again", "1 a/0 plan'",
                          "row 3", "alone", "4 a"}) {
    pay(row);
  }
  ledger.cached("m", {}, "5 d/0 look");
  std::map<std::string, std::int64_t> requests;
  for (const auto& one : ledger.spent_by_call()) requests[one.call] = one.spent.requests;
  EXPECT_THAT(requests,
              ElementsAre(Pair("", 3), Pair("look", 0), Pair("plan", 3), Pair("plan again", 1)));
  ASSERT_THAT(ledger.spent(), SizeIs(1));
  EXPECT_EQ(ledger.spent()[0].requests, 7);
  EXPECT_EQ(ledger.spent()[0].cached, 1);
  EXPECT_EQ(ledger.spent()[0].prompt_tokens, 35);
}

TEST(SpendingLedger, IsOfOneProcessAtATime) {
  const ScratchFolder scratch;
  SpendingLedger ledger(scratch / "s");
  EXPECT_THROW(SpendingLedger other(scratch / "s"), Error);
}

TEST(Prices, KnowNamesAndBeginnings) {
  PriceTable table;
  table.set("big", {.input = 2, .cached_input = 0.5, .output = 8, .batch_discount = 0.5});
  table.set("big*", {.input = 3});
  table.set("big-new*", {.input = 4});
  EXPECT_EQ(table.find("big")->input, 2);
  EXPECT_EQ(table.find("big-2026")->input, 3);
  EXPECT_EQ(table.find("big-new-2026")->input, 4);
  EXPECT_EQ(table.find("small"), std::nullopt);
  const Usage usage{
      .prompt_tokens = 1'000'000, .completion_tokens = 500'000, .cached_tokens = 400'000};
  EXPECT_DOUBLE_EQ(table.find("big")->cost(usage), 0.6 * 2 + 0.4 * 0.5 + 4);
  EXPECT_DOUBLE_EQ(table.find("big")->cost(usage, true), (0.6 * 2 + 0.4 * 0.5 + 4) / 2);
  EXPECT_EQ(show_usd(std::nullopt), "unknown");
  EXPECT_EQ(show_usd(0), "$0.00");
  EXPECT_EQ(show_usd(12.345), "$12.35");
  EXPECT_EQ(show_usd(0.0123), "$0.0123");
  EXPECT_EQ(show_usd(0.0000123), "$1.2e-05");
}

}  // namespace
}  // namespace drp::llm
