// SPDX-License-Identifier: Apache-2.0
// Section about what a teacher that is paid by the call was asked, and what that cost.
#include "base/text.h"
#include "report/sections.h"
#include "report/wording.h"

namespace drp::report {
namespace {

constexpr std::size_t kRowsNamed = 20;

// "$1.23"; four digits below ten cents.
std::string dollars(double usd) {
  return "$" + format_fixed(usd, usd == 0 || usd >= 0.095 ? 2 : 4);
}

std::string cost(const std::optional<double>& usd) { return usd ? dollars(*usd) : "unknown"; }

std::string sums_sentence(const ModelSpending& total, const Spending& spending) {
  std::string text = counted(total.requests, "request", "requests") + " went out";
  if (total.attempts > total.requests) {
    text += " in " + counted(total.attempts, "sending", "sendings") + " (some again)";
  }
  text += ": " + counted(total.prompt_tokens, "prompt token", "prompt tokens");
  if (total.cached_tokens > 0) {
    text += ", " + format_count(total.cached_tokens) + " of them at the price of cached ones";
  }
  text += ", and " + counted(total.completion_tokens, "completion token", "completion tokens");
  if (total.reasoning_tokens > 0) {
    text += ", " + format_count(total.reasoning_tokens) + " of them reasoning";
  }
  text += total.usd ? ". They cost " + dollars(*total.usd)
                    : ". What they cost is unknown, since no price file names the model";
  if (spending.usd_max) text += " of a cap of " + dollars(*spending.usd_max);
  if (spending.tokens_max) {
    text += "; the cap is " + format_count(*spending.tokens_max) + " tokens";
  }
  text += ".";
  if (total.cached > 0) {
    text += " " + counted(total.cached, "request was", "requests were") +
            " answered from kept replies and cost nothing.";
  }
  if (total.failed > 0) text += " " + counted(total.failed, "request", "requests") + " failed.";
  return text;
}

std::string unknown_sentence(const ModelSpending& total, const Spending& spending) {
  std::string text = counted(total.unknown_calls, "sending", "sendings") +
                     " had no outcome, since the run was broken off or the connection was lost. "
                     "The service may have billed at most " +
                     format_count(total.unknown_tokens_max) + " tokens for that";
  if (total.unknown_usd_max) text += ", " + dollars(*total.unknown_usd_max);
  text += "; the caps count it, the sums above do not. Rows: ";
  for (std::size_t i = 0; i < spending.unknown.size() && i < kRowsNamed; ++i) {
    text += (i > 0 ? ", " : "") + spending.unknown[i];
  }
  return text + (spending.unknown.size() > kRowsNamed ? ", ... (all are in report.json)." : ".");
}

Table calls_table(const Spending& spending, const ModelSpending& total) {
  Table table{"",
              {{"stage", Align::kLeft},
               {"call", Align::kLeft},
               {"model", Align::kLeft},
               {"requests"},
               {"sendings"},
               {"failed"},
               {"prompt tokens"},
               {"of them cached"},
               {"completion tokens"},
               {"answered from kept replies"},
               {"without outcome"},
               {"cost"}},
              {}};
  const auto add = [&](const std::string& stage, const std::string& call,
                       const ModelSpending& spent) {
    table.rows.push_back({stage, call, spent.model, format_count(spent.requests),
                          format_count(spent.attempts), format_count(spent.failed),
                          format_count(spent.prompt_tokens), format_count(spent.cached_tokens),
                          format_count(spent.completion_tokens), format_count(spent.cached),
                          format_count(spent.unknown_calls), cost(spent.usd)});
  };
  for (const CallSpending& one : spending.calls) add(one.stage, one.call, one.spent);
  if (spending.calls.size() > 1) add("together", "", total);
  return table;
}

void add_known(std::optional<double>& sum, const std::optional<double>& part, bool first) {
  if (first) {
    sum = part;
  } else if (!part) {
    sum.reset();
  } else if (sum) {
    *sum += *part;
  }
}

}  // namespace

ModelSpending total_spending(const Spending& spending) {
  ModelSpending total;
  bool first = true;
  for (const CallSpending& one : spending.calls) {
    const ModelSpending& part = one.spent;
    total.requests += part.requests;
    total.attempts += part.attempts;
    total.cached += part.cached;
    total.failed += part.failed;
    total.prompt_tokens += part.prompt_tokens;
    total.cached_tokens += part.cached_tokens;
    total.completion_tokens += part.completion_tokens;
    total.reasoning_tokens += part.reasoning_tokens;
    total.unknown_calls += part.unknown_calls;
    total.unknown_tokens_max += part.unknown_tokens_max;
    // What was only answered from kept replies has no price and needs none.
    if (part.requests == 0) continue;
    add_known(total.usd, part.usd, first);
    if (part.unknown_calls > 0 && part.unknown_usd_max) {
      total.unknown_usd_max = total.unknown_usd_max.value_or(0) + *part.unknown_usd_max;
    }
    first = false;
  }
  if (first) total.usd = 0;  // nothing was sent
  return total;
}

Section spending_section(const ReportInputs& inputs) {
  Section section{"spending", "What the teacher was paid", {}, "Spending"};
  if (!inputs.spending || inputs.spending->calls.empty()) return section;
  const Spending& spending = *inputs.spending;
  const ModelSpending total = total_spending(spending);
  section.pieces.emplace_back(Paragraph{sums_sentence(total, spending)});
  if (total.unknown_calls > 0) {
    section.pieces.emplace_back(Paragraph{unknown_sentence(total, spending)});
  }
  section.pieces.emplace_back(calls_table(spending, total));
  return section;
}

}  // namespace drp::report
