// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "llm/chat_model.h"

namespace drp::llm {

// US dollars a million tokens.
struct Price {
  double input = 0;
  double cached_input = 0;  // prompt tokens that the service had cached
  double output = 0;
  double batch_discount = 0;  // share taken off in the Batch API: 0.5 is half price

  bool operator==(const Price&) const = default;

  // What the tokens cost.
  double cost(const Usage& usage, bool batch = false) const;
};

// Prices by model name. A name that ends in '*' stands for all that begin with the rest; the
// longest such one counts where no name is equal. A model without a price is unknown, never free.
class PriceTable {
 public:
  void set(std::string model, Price price) { prices_[std::move(model)] = price; }
  std::optional<Price> find(std::string_view model) const;
  bool empty() const { return prices_.empty(); }

 private:
  std::map<std::string, Price, std::less<>> prices_;
};

// "$1.23"; below a cent with as many digits as tell it; "unknown" for no value.
std::string show_usd(std::optional<double> usd);

}  // namespace drp::llm
