// SPDX-License-Identifier: Apache-2.0
#include "problems/json_rows.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "base/text.h"

namespace drp::problems {
namespace {

// Depth of nesting that is read; deeper text is refused, so that no input exhausts the stack.
constexpr std::size_t kDepthMax = 100;

// Builds values from parse events. In array mode the elements of the outermost array are handed
// over and dropped.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(Json& root, const std::function<bool(Json&&)>* element)
      : root_(root), element_(element) {}

  bool null() override { return add(nullptr); }
  bool boolean(bool value) override { return add(value); }
  bool number_integer(number_integer_t value) override { return add(value); }
  bool number_unsigned(number_unsigned_t value) override { return add(value); }
  bool number_float(number_float_t, const string_t& written) override { return add(written); }
  bool string(string_t& value) override { return add(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override {
    if (element_ != nullptr && open_.empty() && !in_array_) {
      in_array_ = true;
      return true;
    }
    return open(Json::array());
  }
  bool key(string_t& name) override {
    key_ = std::move(name);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return open_.empty() || close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    problem = JsonProblem{position, error.what()};
    return false;
  }

  std::optional<JsonProblem> problem;
  bool stopped = false;

 private:
  bool add(Json&& value) {
    if (!open_.empty()) return place(std::move(value)) != nullptr;
    root_ = std::move(value);
    return deliver();
  }

  Json* place(Json&& value) {
    Json& parent = *open_.back();
    if (parent.is_array()) return &parent.emplace_back(std::move(value));
    Json& slot = parent[key_];
    slot = std::move(value);
    return &slot;
  }

  bool open(Json&& value) {
    if (open_.size() >= kDepthMax) {
      problem = JsonProblem{0, "nested deeper than " + std::to_string(kDepthMax)};
      return false;
    }
    if (open_.empty()) {
      root_ = std::move(value);
      open_.push_back(&root_);
    } else {
      open_.push_back(place(std::move(value)));
    }
    return true;
  }

  bool close() {
    open_.pop_back();
    return !open_.empty() || deliver();
  }

  // The outermost value is complete.
  bool deliver() {
    if (element_ == nullptr || !in_array_) return true;
    stopped = !(*element_)(std::move(root_));
    return !stopped;
  }

  Json& root_;
  const std::function<bool(Json&&)>* element_;
  bool in_array_ = false;
  std::vector<Json*> open_;
  std::string key_;
};

std::optional<JsonProblem> parse(std::string_view text, Json& root,
                                 const std::function<bool(Json&&)>* element) {
  std::string repaired;
  if (contains(text, "\\u") || !is_valid_utf8(text)) {
    repaired = repair_surrogates(repair_utf8(text));
    text = repaired;
  }
  Builder builder(root, element);
  const bool read = Json::sax_parse(text.begin(), text.end(), &builder);
  if (read || builder.stopped) return std::nullopt;
  return builder.problem ? builder.problem : JsonProblem{0, "not JSON"};
}

// The value of a \uXXXX escape at `at`, or nothing.
std::optional<unsigned> escape_at(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned value = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const char c = text[i];
    const char lower = is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_digit(c)) {
      value = value * 16 + static_cast<unsigned>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      value = value * 16 + static_cast<unsigned>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  return value;
}

}  // namespace

std::string repair_surrogates(std::string_view text) {
  const auto high = [](std::optional<unsigned> v) { return v && *v >= 0xD800 && *v < 0xDC00; };
  const auto low = [](std::optional<unsigned> v) { return v && *v >= 0xDC00 && *v < 0xE000; };
  std::string out;
  out.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      out += text[at++];
      continue;
    }
    const auto value = escape_at(text, at);
    if (high(value) && low(escape_at(text, at + 6))) {
      out.append(text.substr(at, 12));
      at += 12;
    } else if (high(value) || low(value)) {
      out += "\\uFFFD";
      at += 6;
    } else {
      out.append(text.substr(at, 2));
      at += 2;
    }
  }
  return out;
}

std::optional<JsonProblem> parse_json(std::string_view text, Json& value) {
  return parse(text, value, nullptr);
}

std::optional<JsonProblem> parse_json_array(std::string_view text,
                                            const std::function<bool(Json&&)>& element) {
  Json root;
  return parse(text, root, &element);
}

}  // namespace drp::problems
