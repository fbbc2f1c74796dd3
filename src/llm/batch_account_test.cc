// SPDX-License-Identifier: Apache-2.0
// What a run owes for requests that it handed in as a batch and whose replies come to another
// process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "llm/budgeted_model.h"
#include "llm/cached_model.h"
#include "llm/counting_model.h"
#include "llm/scratch_folder.h"

namespace drp::llm {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Price kPrice{.input = 1, .cached_input = 0.5, .output = 10};

// Takes everything and answers when it is ready; until then the work is pending.
class LateModel final : public ChatModel {
 public:
  explicit LateModel(bool ready) : ready_(ready) {}
  std::string identity() const override { return "late"; }
  void run(const Source& next, const Sink& done, const StopFlag&) override {
    std::vector<std::string> keys;
    while (const auto request = next()) keys.push_back(request->key);
    if (!ready_ && !keys.empty()) throw Error(ErrorKind::kPending, "later");
    for (const std::string& key : keys) {
      ChatReply reply;
      reply.key = key;
      reply.text = "answer to " + key;
      reply.finish = FinishReason::kStop;
      reply.usage = {.prompt_tokens = 10, .completion_tokens = 20};
      done(std::move(reply));
    }
  }

 private:
  bool ready_;
};

class BatchAccount : public ::testing::Test {
 protected:
  // Another process: everything opened anew. How many replies came.
  std::size_t run(int rows, bool ready, double cap = 100) {
    SpendingLedger ledger(scratch_ / "s", {.usd_max = cap}, recall_from(store_));
    EXPECT_THAT(ledger.unknown(), IsEmpty());
    CachedModel model(std::make_unique<BudgetedModel>(
                          std::make_unique<LateModel>(ready), ledger,
                          BudgetOptions{.model = "m", .price = kPrice, .batch = true}),
                      store_, &ledger, "m");
    std::size_t replies = 0;
    kind_.reset();
    try {
      model.run(
          requests(rows), [&](const ChatReply&) { ++replies; }, StopFlag());
    } catch (const Error& error) {
      kind_ = error.kind();
    }
    in_flight_ = ledger.in_flight();
    account_ = ledger.spent();
    return replies;
  }

  ScratchFolder scratch_;
  ReplyStore store_{scratch_ / "replies"};
  std::optional<ErrorKind> kind_;
  bool in_flight_ = false;
  std::vector<ModelSpending> account_;
};

TEST_F(BatchAccount, ACallHandedInStaysOpenUntilItsReplyComes) {
  for (int process = 0; process < 3; ++process) {
    EXPECT_EQ(run(5, false), 0U);
    EXPECT_EQ(kind_, ErrorKind::kPending);
    EXPECT_TRUE(in_flight_);
    EXPECT_EQ(account_.at(0).requests, 5) << "each is booked once, however often it is looked for";
    EXPECT_EQ(account_.at(0).unknown_calls, 0);
  }
  EXPECT_EQ(run(5, true), 5U);
  EXPECT_EQ(kind_, std::nullopt);
  EXPECT_FALSE(in_flight_);
  ASSERT_THAT(account_, SizeIs(1));
  EXPECT_EQ(account_[0].requests, 5);
  EXPECT_EQ(account_[0].completion_tokens, 100);
  EXPECT_NEAR(*account_[0].usd, 5 * 210e-6, 1e-9);
}

TEST_F(BatchAccount, ACapCountsWhatIsHandedIn) {
  // Worst case of a call: about 100 prompt and 100 reply tokens, 1.1e-3 dollars.
  run(40, false, 0.006);
  EXPECT_EQ(kind_, ErrorKind::kPending);
  const std::int64_t handed_in = account_.at(0).requests;
  EXPECT_GT(handed_in, 3);
  EXPECT_LT(handed_in, 10);
  run(40, false, 0.006);
  EXPECT_EQ(account_.at(0).requests, handed_in) << "nothing more fits beside it";
  run(40, true, 0.006);
  EXPECT_EQ(kind_, ErrorKind::kBudget);
  EXPECT_LE(*account_.at(0).usd, 0.006);
  EXPECT_GT(account_.at(0).requests, handed_in) << "settled calls made room";
}

TEST_F(BatchAccount, AReplyThatWasKeptBeforeAKillIsSettledFromTheStore) {
  const PaidCall call{.row = "r",
                      .key = std::string(64, 'a'),
                      .model = "m",
                      .prompt_max = 100,
                      .completion_max = 100,
                      .limit = 100,
                      .price = kPrice,
                      .batch = true};
  {
    SpendingLedger ledger(scratch_ / "s");
    StoredReply stored;
    stored.key = call.key;
    stored.text = "answer";
    stored.prompt_tokens = 10;
    stored.completion_tokens = 20;
    stored.call = *ledger.begin(call);
    store_.put(stored);
  }
  const SpendingLedger ledger(scratch_ / "s", {}, recall_from(store_));
  EXPECT_FALSE(ledger.in_flight());
  EXPECT_EQ(ledger.spent().at(0).completion_tokens, 20);
}

}  // namespace
}  // namespace drp::llm
