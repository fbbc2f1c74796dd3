// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/process.h"
#include "llm/paid_call.h"
#include "llm/prompt_tokens.h"
#include "llm/request_key.h"
#include "records/model_spending.h"

namespace drp::llm {

// Caps on what all calls of a run may use, over all its interruptions.
struct Budget {
  std::optional<double> usd_max;
  std::optional<std::int64_t> tokens_max;  // prompt and completion
};

// The account of a run: a file that says before each sending what may be spent and after it what
// was (format: docs/formats.md, "Spending log"). A process killed at any byte leaves its calls in
// flight in the file: the next one names them and counts them at their worst. One process at a
// time; thread-safe in it. Throws Error{kIo}, Error{kData} and Error{kUsage} naming the file.
class SpendingLedger {
 public:
  // Sendings of a call whose outcome is unknown.
  struct Unknown {
    std::string id;
    PaidCall call;
    std::int64_t sendings = 0;
  };
  // The usage of a reply that reached an earlier process (as the reply store kept it) though that
  // process was killed before it could write so here.
  using Recall = std::function<std::optional<Usage>(const Unknown&)>;

  explicit SpendingLedger(std::filesystem::path path, Budget budget = {},
                          const Recall& recall = {});
  // One to read from: nothing is locked or written, and the file must be there.
  static std::unique_ptr<SpendingLedger> look(std::filesystem::path path);
  ~SpendingLedger();
  SpendingLedger(const SpendingLedger&) = delete;
  SpendingLedger& operator=(const SpendingLedger&) = delete;

  const Budget& budget() const { return budget_; }
  // Bytes of a torn tail that opening cut off.
  std::uint64_t torn_bytes() const { return torn_bytes_; }

  // Reserves the worst case of the call and writes it down; returns its id. Nothing is returned or
  // written where a cap does not allow it beside all that is spent, unknown or in flight. A call by
  // batch that an earlier process began and nobody ended is that call: it is reserved already.
  std::optional<std::string> begin(PaidCall call);
  // Before another sending of the call; false where a cap does not allow it.
  bool resend(const std::string& id, Resend why);
  // A reply without any usage, and a failure that may have been billed, count as unknown.
  void end(const std::string& id, const CallEnd& end);
  // A request that the reply store answered.
  void cached(std::string_view model, const RequestKey& key, std::string_view row);
  void sync();

  bool in_flight() const;
  std::vector<Unknown> unknown() const;
  std::vector<ModelSpending> spent() const;  // by model, in the order of names
  // The same by what the calls were for as well: the end of their rows, "plan" of "17 row-3 plan".
  struct CallSpending {
    std::string call;
    ModelSpending spent;
  };
  std::vector<CallSpending> spent_by_call() const;
  // Tokens a byte of prompt, as the replies reported.
  TokenRatio prompt_ratio() const;
  // "$0.12 of $2.00 spent, 3 cached, 1 unknown (at most $0.03)", for a status line.
  std::string note() const;
  // Why the call was not begun, as a message.
  std::string refusal(const PaidCall& call) const;

 private:
  struct Totals {
    double usd = 0;
    std::int64_t tokens = 0;
    void add(const PaidCall& call, const Usage& usage, int times);
  };

  struct Look {};
  SpendingLedger(std::filesystem::path path, Look);

  struct Open {
    PaidCall call;
    int reserved = 1;  // worst cases
    int attempts = 1;
    std::int64_t widened = 0;  // of prompt_max, by over_bound_ at its time
  };

  void load();
  std::optional<std::string> take_handed_in(const PaidCall& call);
  void make_whole(std::uint64_t whole_bytes);
  void apply(const SpendingEvent& event);
  void apply_resend(const std::string& id, Open& open, std::string_view before);
  void apply_end(const std::string& id, const CallEnd& end);
  void settle_recalled(const Recall& recall);
  void settle(const PaidCall& call, const Usage& usage);
  void learn(const Open& open, const CallEnd& end);
  void take_back_unknown(const std::string& id);
  void release(const std::string& id);
  void make_unknown(const std::string& id, const PaidCall& call);
  bool fits(const PaidCall& call) const;
  ModelSpending& spending_of(const std::string& model, const std::string& row);
  void add_send(const std::string& id, PaidCall call);
  void write(const SpendingEvent& event);

  std::filesystem::path path_;
  Budget budget_;
  mutable std::mutex mutex_;
  Descriptor file_;
  std::uint64_t end_ = 0;
  std::uint64_t torn_bytes_ = 0;
  std::int64_t unsynced_ = 0;
  std::string prefix_;  // of the ids of this process
  std::int64_t number_ = 0;
  std::map<std::string, Open> open_;
  std::multimap<std::string, std::string> handed_in_;  // limited key: open calls by batch of before
  std::map<std::string, Unknown> unknown_;
  Totals reserved_;     // by open calls
  Totals spent_total_;  // settled, and unknown at its worst
  std::map<std::pair<std::string, std::string>, ModelSpending> spent_;  // by model and call
  std::set<std::string> unpriced_;  // models with a call of unknown price
  TokenRatio ratio_;
  std::int64_t over_bound_ = 0;  // most prompt tokens that a reply reported above the first bound
};

}  // namespace drp::llm
