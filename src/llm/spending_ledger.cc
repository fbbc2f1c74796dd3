// SPDX-License-Identifier: Apache-2.0
#include "llm/spending_ledger.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "records/json_line.h"

namespace drp::llm {
namespace {

constexpr std::string_view kVersionLine = R"({"drp_log":1,"kind":"spending"})";
constexpr std::int64_t kSyncEvery = 64;
constexpr double kRounding = 1e-9;  // of a cap: sums of prices are not exact

[[noreturn]] void fail_io(std::string_view verb, const std::filesystem::path& path) {
  const int code = errno;
  throw Error(ErrorKind::kIo,
              "cannot " + std::string(verb) + " '" + path.string() +
                  "': " + std::generic_category().message(code),
              code == ENOSPC ? "free some space and run the same command again"
                             : "choose a run folder you may write to with run.folder=PATH");
}

// Ids must differ between the processes that work on a run one after another.
std::string new_prefix() {
  return fmt::format("{:08x}-", static_cast<std::uint32_t>(fresh_seed()));
}

}  // namespace

void SpendingLedger::Totals::add(const PaidCall& call, const Usage& usage, int times) {
  if (call.price) usd += times * call.price->cost(usage);
  tokens += times * (usage.prompt_tokens + usage.completion_tokens);
}

SpendingLedger::SpendingLedger(std::filesystem::path path, Budget budget, const Recall& recall)
    : path_(std::move(path)), budget_(budget), prefix_(new_prefix()) {
  file_.reset(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file_.open()) fail_io("write", path_);
  if (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Error(ErrorKind::kUsage, "'" + path_.string() + "' is in use by another drp",
                "wait for it to end");
  }
  load();
  make_whole(end_);
  if (recall) settle_recalled(recall);
}

SpendingLedger::SpendingLedger(std::filesystem::path path, Look) : path_(std::move(path)) {
  load();
}

std::unique_ptr<SpendingLedger> SpendingLedger::look(std::filesystem::path path) {
  return std::unique_ptr<SpendingLedger>(new SpendingLedger(std::move(path), Look{}));
}

SpendingLedger::~SpendingLedger() {
  if (unsynced_ > 0) ::fdatasync(file_.get());
}

void SpendingLedger::load() {
  std::uint64_t offset = 0;
  {
    LineReader reader(path_);
    while (const auto line = reader.next()) {
      if (!reader.complete()) break;
      if (offset == 0 && *line != kVersionLine) {
        throw Error(ErrorKind::kData, "'" + path_.string() + "' is not a spending log in version 1",
                    "move the file away, or use the program version that wrote it");
      }
      if (offset > 0) apply(from_json_line<SpendingEvent>(*line, reader.where()));
      offset += line->size() + 1;
    }
  }
  end_ = offset;
  std::vector<std::pair<std::string, PaidCall>> left;
  for (const auto& [id, open] : open_) left.emplace_back(id, open.call);
  for (const auto& [id, call] : left) {
    if (call.batch) {
      handed_in_.emplace(limited_key(call.key, static_cast<int>(call.limit)), id);
      continue;
    }
    release(id);  // whoever sent it is gone
    make_unknown(id, call);
  }
}

std::optional<std::string> SpendingLedger::take_handed_in(const PaidCall& call) {
  if (!call.batch) return std::nullopt;
  const auto found = handed_in_.find(limited_key(call.key, static_cast<int>(call.limit)));
  if (found == handed_in_.end()) return std::nullopt;
  std::string id = found->second;
  handed_in_.erase(found);
  return id;
}

// Cuts what comes after the whole lines and begins a new file.
void SpendingLedger::make_whole(std::uint64_t whole_bytes) {
  struct stat info {};
  if (::fstat(file_.get(), &info) != 0) fail_io("read", path_);
  torn_bytes_ = static_cast<std::uint64_t>(info.st_size) - whole_bytes;
  if (torn_bytes_ > 0 && ::ftruncate(file_.get(), static_cast<off_t>(whole_bytes)) != 0) {
    fail_io("cut the torn tail of", path_);
  }
  if (whole_bytes > 0) return;
  const std::string header = std::string(kVersionLine) + "\n";
  if (::pwrite(file_.get(), header.data(), header.size(), 0) !=
      static_cast<ssize_t>(header.size())) {
    fail_io("write", path_);
  }
  end_ = header.size();
}

void SpendingLedger::apply(const SpendingEvent& event) {
  const std::string id = event.id.value_or("");
  if (event.event == "send") {
    add_send(id, sent_call(event));
  } else if (event.event == "cached") {
    ++spending_of(event.model.value_or(""), event.row.value_or("")).cached;
  } else if (event.event == "resend") {
    if (const auto found = open_.find(id); found != open_.end()) {
      apply_resend(id, found->second, event.before.value_or("lost"));
    }
  } else if (event.event == "reply" || event.event == "failed") {
    apply_end(id, ended_call(event));
  }
}

void SpendingLedger::add_send(const std::string& id, PaidCall call) {
  ModelSpending& spending = spending_of(call.model, call.row);
  ++spending.requests;
  ++spending.attempts;
  if (!call.price) unpriced_.insert(call.model);
  reserved_.add(call, call.worst(), 1);
  open_[id].call = std::move(call);
}

void SpendingLedger::apply_resend(const std::string& id, Open& open, std::string_view before) {
  ++open.attempts;
  ++spending_of(open.call.model, open.call.row).attempts;
  if (before == "lost") make_unknown(id, open.call);
  if (before != "answered") return;
  ++open.reserved;
  reserved_.add(open.call, open.call.worst(), 1);
}

// Forgets an open call and what was reserved for it.
void SpendingLedger::release(const std::string& id) {
  const auto found = open_.find(id);
  const Open& open = found->second;
  reserved_.add(open.call, open.call.worst(), -open.reserved);
  open_.erase(found);
}

void SpendingLedger::apply_end(const std::string& id, const CallEnd& end) {
  const auto found = open_.find(id);
  if (found == open_.end()) {
    const auto known = unknown_.find(id);
    if (known == unknown_.end()) return;
    const PaidCall call = known->second.call;  // recalled from where its reply was kept
    take_back_unknown(id);
    settle(call, end.usage);
    return;
  }
  const Open open = found->second;
  release(id);
  ModelSpending& spending = spending_of(open.call.model, open.call.row);
  spending.attempts += std::max(0, end.attempts - open.attempts);
  spending.failed += end.failure ? 1 : 0;
  const bool used = end.usage.prompt_tokens > 0 || end.usage.completion_tokens > 0;
  if (used) {
    settle(open.call, end.usage);
    learn(open, end);
  }
  if (end.failure ? !end.unbilled : !used) make_unknown(id, open.call);
}

// One sending of the call may or may not have been billed.
void SpendingLedger::make_unknown(const std::string& id, const PaidCall& call) {
  Unknown& entry = unknown_[id];
  entry.id = id;
  entry.call = call;
  ++entry.sendings;
  spent_total_.add(call, call.worst(), 1);
  ModelSpending& spending = spending_of(call.model, call.row);
  ++spending.unknown_calls;
  spending.unknown_tokens_max += call.prompt_max + call.completion_max;
  spending.unknown_usd_max = spending.unknown_usd_max.value_or(0) + call.worst_usd();
}

void SpendingLedger::take_back_unknown(const std::string& id) {
  const auto found = unknown_.find(id);
  const PaidCall call = found->second.call;
  if (--found->second.sendings == 0) unknown_.erase(found);
  spent_total_.add(call, call.worst(), -1);
  ModelSpending& spending = spending_of(call.model, call.row);
  --spending.unknown_calls;
  spending.unknown_tokens_max -= call.prompt_max + call.completion_max;
  spending.unknown_usd_max = spending.unknown_usd_max.value_or(0) - call.worst_usd();
  if (spending.unknown_calls == 0) spending.unknown_usd_max = 0;
}

void SpendingLedger::settle(const PaidCall& call, const Usage& usage) {
  ModelSpending& spending = spending_of(call.model, call.row);
  spending.prompt_tokens += usage.prompt_tokens;
  spending.cached_tokens += usage.cached_tokens;
  spending.completion_tokens += usage.completion_tokens;
  spending.reasoning_tokens += usage.reasoning_tokens;
  if (call.price) spending.usd = spending.usd.value_or(0) + call.price->cost(usage);
  spent_total_.add(call, usage, 1);
}

// How long prompts really are, from a call whose usage is that of one sending.
void SpendingLedger::learn(const Open& open, const CallEnd& end) {
  if (open.attempts > 1 || end.attempts > 1) return;
  const PaidCall& call = open.call;
  ratio_.add(call.prompt_bytes, end.usage.prompt_tokens);
  over_bound_ = std::max(over_bound_, end.usage.prompt_tokens - (call.prompt_max - open.widened));
}

void SpendingLedger::settle_recalled(const Recall& recall) {
  std::vector<Unknown> all = unknown();
  for (const auto& [key, id] : handed_in_) all.push_back({id, open_.at(id).call, 1});
  for (const Unknown& left : all) {
    if (const std::optional<Usage> usage = recall(left)) {
      write(end_event(left.id, left.call, {.usage = *usage}));
      apply_end(left.id, {.usage = *usage});
    }
  }
  std::erase_if(handed_in_, [this](const auto& item) { return !open_.contains(item.second); });
}

void SpendingLedger::write(const SpendingEvent& event) {
  const std::string line = to_json_line(event) + "\n";
  const ssize_t wrote = ::pwrite(file_.get(), line.data(), line.size(), static_cast<off_t>(end_));
  if (wrote != static_cast<ssize_t>(line.size())) {
    if (wrote >= 0) errno = ENOSPC;
    const int code = errno;
    if (::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0) errno = code;
    errno = code;
    fail_io("write", path_);
  }
  end_ += line.size();
  if (++unsynced_ >= kSyncEvery) {
    if (::fdatasync(file_.get()) != 0) fail_io("write", path_);
    unsynced_ = 0;
  }
}

bool SpendingLedger::fits(const PaidCall& call) const {
  Totals total = spent_total_;
  total.usd += reserved_.usd;
  total.tokens += reserved_.tokens;
  total.add(call, call.worst(), 1);
  const bool usd = !budget_.usd_max || total.usd <= *budget_.usd_max * (1 + kRounding);
  return usd && (!budget_.tokens_max || total.tokens <= *budget_.tokens_max);
}

std::optional<std::string> SpendingLedger::begin(PaidCall call) {
  const std::lock_guard lock(mutex_);
  if (std::optional<std::string> before = take_handed_in(call)) return before;
  call.prompt_max += over_bound_;
  if (!fits(call)) return std::nullopt;
  const std::string id = prefix_ + std::to_string(++number_);
  write(send_event(id, call));
  add_send(id, std::move(call));
  open_[id].widened = over_bound_;
  return id;
}

bool SpendingLedger::resend(const std::string& id, Resend why) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(id);
  DRP_CHECK(found != open_.end(), "a call is sent again that is not in flight");
  // What was reserved for a sending that cost something is used up; this one needs as much again.
  if (why != Resend::kRefused && !fits(found->second.call)) return false;
  SpendingEvent event{.event = "resend"};
  event.id = id;
  event.before = std::string(resend_name(why));
  write(event);
  apply_resend(id, found->second, *event.before);
  return true;
}

void SpendingLedger::end(const std::string& id, const CallEnd& end) {
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(id);
  DRP_CHECK(found != open_.end(), "a call ends that is not in flight");
  write(end_event(id, found->second.call, end));
  apply_end(id, end);
}

void SpendingLedger::cached(std::string_view model, const RequestKey& key, std::string_view row) {
  const std::lock_guard lock(mutex_);
  SpendingEvent event{.event = "cached"};
  event.model = std::string(model);
  event.key = key.open;
  event.limit = key.limit;
  event.row = std::string(row);
  write(event);
  apply(event);
}

void SpendingLedger::sync() {
  const std::lock_guard lock(mutex_);
  if (::fdatasync(file_.get()) != 0) fail_io("write", path_);
  unsynced_ = 0;
}

bool SpendingLedger::in_flight() const {
  const std::lock_guard lock(mutex_);
  return !open_.empty();
}

std::vector<SpendingLedger::Unknown> SpendingLedger::unknown() const {
  const std::lock_guard lock(mutex_);
  std::vector<Unknown> out;
  for (const auto& [id, entry] : unknown_) out.push_back(entry);
  return out;
}

TokenRatio SpendingLedger::prompt_ratio() const {
  const std::lock_guard lock(mutex_);
  return ratio_;
}

}  // namespace drp::llm
