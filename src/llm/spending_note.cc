// SPDX-License-Identifier: Apache-2.0
// What a ledger says in sums and in words.
#include "base/text.h"
#include "llm/spending_ledger.h"

namespace drp::llm {
namespace {

std::string of_cap(const std::string& used, const std::string& cap) {
  return cap.empty() ? used : used + " of " + cap;
}

std::string shown_cap(const std::optional<double>& usd) { return usd ? show_usd(usd) : ""; }

std::string shown_cap(const std::optional<std::int64_t>& tokens) {
  return tokens ? format_count(*tokens) : "";
}

// "plan again" of "17 row-3/0 plan again'": a row begins with a ticket and a trace id, and what
// asks for the same twice at once ends in a quotation mark. Other rows have no call.
std::string call_of(std::string_view row) {
  const std::size_t ticket = row.find(' ');
  if (ticket == std::string_view::npos || !parse_int(row.substr(0, ticket))) return {};
  std::size_t last = row.rfind(' ');
  if (row.substr(last) == " again") last = row.rfind(' ', last - 1);
  if (last == ticket) return {};
  std::string_view call = row.substr(last + 1);
  while (call.ends_with("'")) call.remove_suffix(1);
  return std::string(call);
}

void add_up(ModelSpending& sum, const ModelSpending& more) {
  const auto add = [](std::optional<double>& to, const std::optional<double>& from) {
    if (from) to = to.value_or(0) + *from;
  };
  sum.requests += more.requests;
  sum.attempts += more.attempts;
  sum.cached += more.cached;
  sum.failed += more.failed;
  sum.prompt_tokens += more.prompt_tokens;
  sum.cached_tokens += more.cached_tokens;
  sum.completion_tokens += more.completion_tokens;
  sum.reasoning_tokens += more.reasoning_tokens;
  sum.unknown_calls += more.unknown_calls;
  sum.unknown_tokens_max += more.unknown_tokens_max;
  add(sum.usd, more.usd);
  add(sum.unknown_usd_max, more.unknown_usd_max);
}

}  // namespace

ModelSpending& SpendingLedger::spending_of(const std::string& model, const std::string& row) {
  return spent_[{model, call_of(row)}];
}

std::vector<SpendingLedger::CallSpending> SpendingLedger::spent_by_call() const {
  const std::lock_guard lock(mutex_);
  std::vector<CallSpending> out;
  for (const auto& [name, spending] : spent_) {
    out.push_back({name.second, spending});
    out.back().spent.model = name.first;
    if (unpriced_.contains(name.first)) {
      out.back().spent.usd.reset();
      out.back().spent.unknown_usd_max.reset();
    }
  }
  return out;
}

std::vector<ModelSpending> SpendingLedger::spent() const {
  std::vector<ModelSpending> out;
  for (const CallSpending& one : spent_by_call()) {
    if (out.empty() || out.back().model != one.spent.model) {
      out.emplace_back();
      out.back().model = one.spent.model;
    }
    add_up(out.back(), one.spent);
  }
  return out;
}

std::string SpendingLedger::note() const {
  const std::lock_guard lock(mutex_);
  std::int64_t cached = 0;
  std::int64_t lost = 0;
  std::int64_t tokens = 0;
  std::int64_t unknown_tokens = 0;
  double usd = 0;
  double unknown_usd = 0;
  for (const auto& [name, spending] : spent_) {
    cached += spending.cached;
    lost += spending.unknown_calls;
    tokens += spending.prompt_tokens + spending.completion_tokens;
    unknown_tokens += spending.unknown_tokens_max;
    usd += spending.usd.value_or(0);
    unknown_usd += spending.unknown_usd_max.value_or(0);
  }
  const bool priced = unpriced_.empty();
  std::string text = priced ? of_cap(show_usd(usd), shown_cap(budget_.usd_max))
                            : format_count(tokens) + " tokens, cost unknown";
  if (budget_.tokens_max) {
    text += ", " + of_cap(format_count(tokens), shown_cap(budget_.tokens_max)) + " tokens";
  }
  if (cached > 0) text += ", " + format_count(cached) + " cached";
  if (lost > 0) {
    text += ", " + format_count(lost) + " unknown (at most " +
            (priced ? show_usd(unknown_usd) : format_count(unknown_tokens) + " tokens") + ")";
  }
  return text;
}

std::string SpendingLedger::refusal(const PaidCall& call) const {
  const std::lock_guard lock(mutex_);
  std::string text = "budget reached: ";
  const double usd = spent_total_.usd + reserved_.usd;
  const bool usd_binds = budget_.usd_max && usd + call.worst_usd() > *budget_.usd_max * (1 + 1e-9);
  if (usd_binds) {
    text += show_usd(usd) + " of " + show_usd(budget_.usd_max) +
            " are spent, and the next call may cost " + show_usd(call.worst_usd());
  } else {
    text += format_count(spent_total_.tokens + reserved_.tokens) + " of " +
            shown_cap(budget_.tokens_max) + " tokens are used, and the next call may use " +
            format_count(call.prompt_max + call.completion_max);
  }
  std::int64_t lost = 0;
  for (const auto& [id, one] : unknown_) lost += one.sendings;
  if (lost > 0) {
    text += " (" + format_count(lost) + " calls of unknown outcome are counted at their worst)";
  }
  return text;
}

}  // namespace drp::llm
