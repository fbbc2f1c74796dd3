// SPDX-License-Identifier: Apache-2.0
#include "llm/http/json_text.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;

constexpr std::size_t kEscapeBytes = 6;  // \uXXXX

// The UTF-16 unit of an escape at `at`, or nothing.
std::optional<unsigned> escape_at(std::string_view text, std::size_t at) {
  if (at + kEscapeBytes > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
    return std::nullopt;
  }
  unsigned value = 0;
  for (std::size_t i = at + 2; i < at + kEscapeBytes; ++i) {
    const char c = to_lower(text.substr(i, 1))[0];
    if (!is_digit(c) && (c < 'a' || c > 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'a' + 10);
  }
  return value;
}

bool is_high(unsigned unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool is_low(unsigned unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Behind blank lines, comments and a byte order mark.
std::string_view behind_keep_alive(std::string_view body) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  while (!body.empty()) {
    if (is_space(body[0])) {
      body.remove_prefix(1);
    } else if (body[0] == ':') {
      const std::size_t end = body.find('\n');
      body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    } else {
      break;
    }
  }
  return body;
}

std::optional<json> parse(std::string_view text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    value = json::parse(repair_utf8(mend_surrogates(text)), nullptr, false);
  }
  if (value.is_discarded()) return std::nullopt;
  return value;
}

// What one chunk of a stream adds to the message.
void add_delta(const json& chunk, json& whole) {
  for (const char* key : {"error", "usage", "model", "id"}) {
    if (chunk.contains(key) && !chunk[key].is_null()) whole[key] = chunk[key];
  }
  const auto choices = chunk.find("choices");
  if (choices == chunk.end() || !choices->is_array() || choices->empty()) return;
  const json& from = choices->front();
  if (!from.is_object()) return;
  json& choice = whole["choices"][0];
  if (from.contains("finish_reason") && from["finish_reason"].is_string()) {
    choice["finish_reason"] = from["finish_reason"];
  }
  const auto delta = from.contains("delta") ? from.find("delta") : from.find("message");
  if (delta == from.end() || !delta->is_object()) return;
  json& message = choice["message"];
  for (const auto& [key, part] : delta->items()) {
    if (part.is_string() && key != "role") {
      const std::string before = message.contains(key) && message[key].is_string()
                                     ? message[key].get<std::string>()
                                     : std::string();
      message[key] = before + part.get<std::string>();
    } else if (part.is_array()) {
      for (const json& item : part) message[key].push_back(item);
    }
  }
}

std::optional<json> read_stream(std::string_view body) {
  json whole = json::object();
  bool any = false;
  for (std::string_view line : split(body, '\n')) {
    line = trim(line);
    if (!line.starts_with("data:")) continue;
    line = trim(line.substr(5));
    if (line == "[DONE]") break;
    const std::optional<json> chunk = parse(line);
    if (!chunk || !chunk->is_object()) return std::nullopt;
    add_delta(*chunk, whole);
    any = true;
  }
  if (!any) return std::nullopt;
  return whole;
}

}  // namespace

std::string mend_surrogates(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    const std::optional<unsigned> unit = escape_at(text, i);
    if (!unit) {
      // Any other escape is two bytes that belong together.
      const std::size_t size = text[i] == '\\' && i + 1 < text.size() ? 2 : 1;
      out += text.substr(i, size);
      i += size;
      continue;
    }
    const std::optional<unsigned> second = escape_at(text, i + kEscapeBytes);
    if (is_high(*unit) && second && is_low(*second)) {
      out += text.substr(i, 2 * kEscapeBytes);
      i += 2 * kEscapeBytes;
      continue;
    }
    if (is_high(*unit) || is_low(*unit)) {
      out += "\\ufffd";
    } else {
      out += text.substr(i, kEscapeBytes);
    }
    i += kEscapeBytes;
  }
  return out;
}

std::optional<json> read_service_json(std::string_view body) {
  body = behind_keep_alive(body);
  if (body.starts_with("data:") || body.starts_with("event:")) return read_stream(body);
  return parse(body);
}

}  // namespace drp::llm::http
