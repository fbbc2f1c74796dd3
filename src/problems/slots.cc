// SPDX-License-Identifier: Apache-2.0
#include "problems/slots.h"

#include "base/check.h"
#include "base/text.h"

namespace drp::problems {
namespace {

const std::string& value_of(std::string_view name, const Slots& slots) {
  const auto found = slots.find(name);
  DRP_CHECK(found != slots.end(), std::string(name).c_str());
  return found->second;
}

std::string slot_text(std::string_view slot, const Slots& slots) {
  if (slot.starts_with("an ")) {
    const std::string& noun = value_of(slot.substr(3), slots);
    return std::string(article(noun)) + " " + noun;
  }
  if (slot.starts_with("An ")) {
    return capitalised(slot_text("an " + std::string(slot.substr(3)), slots));
  }
  if (slot.starts_with("times ")) {
    const std::string& factor = value_of(slot.substr(6), slots);
    return factor == "2" ? "twice" : factor + " times";
  }
  return value_of(slot, slots);
}

}  // namespace

std::string fill_slots(std::string_view text, const Slots& slots) {
  std::string out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('{', at);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    DRP_CHECK(close != std::string_view::npos, "slot without an end");
    out.append(text.substr(at, open - at));
    out.append(slot_text(text.substr(open + 1, close - open - 1), slots));
    at = close + 1;
  }
  out.append(text.substr(at));
  return out;
}

std::string_view article(std::string_view noun) {
  static constexpr std::string_view kVowels = "aeiou";
  const bool vowel = !noun.empty() && kVowels.find(noun.front()) != std::string_view::npos;
  return vowel ? "an" : "a";
}

std::string capitalised(std::string text) {
  if (!text.empty() && is_lower(text.front())) {
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
  }
  return text;
}

std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  return out;
}

}  // namespace drp::problems
