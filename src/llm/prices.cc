// SPDX-License-Identifier: Apache-2.0
#include "llm/prices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace drp::llm {

double Price::cost(const Usage& usage, bool batch) const {
  constexpr double kMillion = 1e6;
  const auto cached = std::clamp<std::int64_t>(usage.cached_tokens, 0, usage.prompt_tokens);
  const double full = static_cast<double>(usage.prompt_tokens - cached) * input +
                      static_cast<double>(cached) * cached_input +
                      static_cast<double>(usage.completion_tokens) * output;
  return full / kMillion * (batch ? 1 - batch_discount : 1);
}

std::optional<Price> PriceTable::find(std::string_view model) const {
  if (const auto exact = prices_.find(model); exact != prices_.end()) return exact->second;
  std::optional<Price> best;
  std::size_t length = 0;
  for (const auto& [name, price] : prices_) {
    if (!name.ends_with('*') || name.size() < length) continue;
    if (model.starts_with(std::string_view(name).substr(0, name.size() - 1))) {
      best = price;
      length = name.size();
    }
  }
  return best;
}

std::string show_usd(std::optional<double> usd) {
  if (!usd) return "unknown";
  if (*usd == 0 || std::abs(*usd) >= 0.095) return fmt::format("${:.2f}", *usd);
  return std::abs(*usd) >= 0.00095 ? fmt::format("${:.4f}", *usd) : fmt::format("${:.2g}", *usd);
}

}  // namespace drp::llm
