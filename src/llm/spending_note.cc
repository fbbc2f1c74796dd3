// SPDX-License-Identifier: Apache-2.0
// What a ledger says in words.
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

}  // namespace

std::string SpendingLedger::note() const {
  const std::lock_guard lock(mutex_);
  std::int64_t cached = 0;
  std::int64_t lost = 0;
  std::int64_t tokens = 0;
  std::int64_t unknown_tokens = 0;
  double usd = 0;
  double unknown_usd = 0;
  for (const auto& [model, spending] : spent_) {
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
