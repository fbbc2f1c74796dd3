// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "answers/grade.h"
#include "answers/response.h"

namespace drp::answers {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 10U;

// The end of the brace group that opens at `open`, or npos. `\{` and `\}` are text.
std::size_t group_end(std::string_view text, std::size_t open) {
  std::size_t depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '{') {
      ++depth;
    } else if (text[at] == '}' && --depth == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

struct Box {
  Span content;
  std::size_t begin = 0;
  std::size_t end = 0;
  bool complete = false;
};

// The box whose command starts at `at`.
Box read_box(std::string_view text, std::size_t at, std::size_t command_size) {
  Box box;
  box.begin = at;
  std::size_t open = at + command_size;
  while (open < text.size() && text[open] == ' ') ++open;
  if (open < text.size() && text[open] == '{') {
    const std::size_t close = group_end(text, open);
    box.complete = close != std::string_view::npos && !trim(text.substr(open + 1, close - open - 1)).empty();
    box.content = {open + 1, box.complete ? close : open + 1};
    box.end = box.complete ? close + 1 : text.size();
    return box;
  }
  std::size_t end = open;  // \boxed 7
  while (end < text.size() && !is_space(text[end]) && text[end] != '$' && text[end] != ',') ++end;
  while (end > open && text[end - 1] == '.') --end;
  box.complete = end > open;
  box.content = {open, end};
  box.end = end;
  return box;
}

// Every box of the text in order; nested ones are part of the outer.
std::vector<Box> find_boxes(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kCommands = {"\\boxed", "\\fbox"};
  std::vector<Box> boxes;
  for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at)) {
    const std::string_view rest = text.substr(at);
    const auto command = std::find_if(kCommands.begin(), kCommands.end(),
                                      [&](std::string_view name) { return rest.starts_with(name); });
    if (command == kCommands.end() ||
        (rest.size() > command->size() && is_letter(rest[command->size()]))) {
      ++at;
      continue;
    }
    boxes.push_back(read_box(text, at, command->size()));
    at = std::max(boxes.back().end, at + 1);
  }
  return boxes;
}

// Whether what stands between two boxes only joins them into one list.
bool joins_boxes(std::string_view between) {
  std::size_t words = 0;
  bool joined = false;
  std::string word;
  for (const char c : std::string(between) + " ") {
    if (is_letter(c)) {
      word.push_back(c);
      continue;
    }
    if (!word.empty()) {
      joined = joined || word == "and" || word == "or";
      if (word != "quad" && word != "qquad" && word != "text") ++words;
      word.clear();
    }
    if (is_digit(c) || c == '.' || c == '=' || c == ':') return false;
    joined = joined || c == ',' || c == ';';
  }
  return joined && words <= 3;
}

std::optional<Extracted> from_boxes(std::string_view text) {
  const std::vector<Box> boxes = find_boxes(text);
  if (boxes.empty()) return std::nullopt;
  if (!boxes.back().complete) return Extracted{"", Method::kNone, {}};  // never an older box
  std::size_t first = boxes.size() - 1;
  while (first > 0 && boxes[first - 1].complete &&
         joins_boxes(text.substr(boxes[first - 1].end, boxes[first].begin - boxes[first - 1].end))) {
    --first;
  }
  std::string joined;
  std::vector<std::string_view> seen;
  for (std::size_t i = first; i < boxes.size(); ++i) {
    const std::string_view content = trim(slice(text, boxes[i].content));
    if (std::find(seen.begin(), seen.end(), content) != seen.end()) continue;
    seen.push_back(content);
    if (!joined.empty()) joined += ", ";
    joined += content;
  }
  return Extracted{joined, Method::kBox, {boxes[first].begin, boxes.back().end}};
}

std::optional<Extracted> from_hashes(std::string_view text) {
  const std::size_t hit = text.rfind("####");
  if (hit == std::string_view::npos) return std::nullopt;
  const std::size_t begin = hit + 4;
  const std::size_t end = std::min(text.find('\n', begin), text.size());
  const std::string_view answer = trim(text.substr(begin, end - begin));
  const bool heading = std::none_of(answer.begin(), answer.end(), is_digit);
  if (answer.empty() || answer[0] == '#' || heading) return std::nullopt;
  return Extracted{std::string(answer), Method::kHash, {begin, end}};
}

// The sentence-sized rest of a line after an answer phrase, without decoration.
std::string_view tidy_phrase(std::string_view text) {
  std::string_view answer = trim(text);
  while (!answer.empty() && (answer[0] == ':' || answer[0] == '=' || answer[0] == '*' ||
                             answer[0] == '"' || answer[0] == '`' || is_space(answer[0]))) {
    answer.remove_prefix(1);
  }
  for (std::size_t at = 0; at + 1 < answer.size(); ++at) {  // the sentence ends at ". "
    if (answer[at] == '.' && is_space(answer[at + 1])) {
      answer = answer.substr(0, at);
      break;
    }
  }
  while (!answer.empty() && (answer.back() == '.' || answer.back() == '*' || answer.back() == '"' ||
                             answer.back() == '`' || is_space(answer.back()))) {
    answer.remove_suffix(1);
  }
  if (answer.size() >= 2 && answer.front() == '$' && answer.back() == '$') {
    answer = trim(answer.substr(1, answer.size() - 2));
  }
  return answer;
}

std::optional<Extracted> from_phrases(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kPhrases = {"answer is", "answer:", "answer：",
                                                               "answer**:"};
  const std::string lower = to_lower(text);
  std::size_t best = std::string::npos;
  std::size_t begin = 0;
  for (const std::string_view phrase : kPhrases) {
    const std::size_t hit = lower.rfind(phrase);
    if (hit != std::string::npos && (best == std::string::npos || hit > best)) {
      best = hit;
      begin = hit + phrase.size();
    }
  }
  if (best == std::string::npos) return std::nullopt;
  std::size_t end = std::min(text.find('\n', begin), text.size());
  if (trim(text.substr(begin, end - begin)).find_first_not_of(":*") == std::string_view::npos) {
    const std::size_t next = text.find_first_not_of(" \n\t*:", begin);  // on the line below
    if (next == std::string_view::npos) return std::nullopt;
    begin = next;
    end = std::min(text.find('\n', begin), text.size());
  }
  const std::string_view answer = tidy_phrase(text.substr(begin, end - begin));
  if (answer.empty()) return std::nullopt;
  return Extracted{std::string(answer), Method::kPhrase, {begin, end}};
}

std::optional<Extracted> from_math_span(std::string_view text) {
  static constexpr std::pair<std::string_view, std::string_view> kSpans[] = {
      {"\\[", "\\]"}, {"\\(", "\\)"}, {"$", "$"}};
  std::size_t best_end = 0;
  Span best;
  for (const auto& [open, close] : kSpans) {
    const std::size_t end = text.rfind(close);
    if (end == std::string_view::npos || end == 0) continue;
    const std::size_t begin = text.rfind(open, end - 1);
    if (begin == std::string_view::npos || begin + open.size() >= end || end < best_end) continue;
    best_end = end;
    best = {begin + open.size(), end};
  }
  std::string_view inside = trim(slice(text, best));
  const std::size_t equals = inside.rfind('=');
  if (equals != std::string_view::npos) inside = trim(inside.substr(equals + 1));
  if (inside.empty()) return std::nullopt;
  return Extracted{std::string(inside), Method::kMath, best};
}

std::optional<Extracted> from_numbers(std::string_view text) {
  std::size_t end = text.find_last_of("0123456789");
  if (end == std::string_view::npos) return std::nullopt;
  ++end;
  std::size_t begin = end;
  const auto inner = [&](std::size_t at) {
    const char c = text[at];
    return is_digit(c) || ((c == '.' || c == ',' || c == '/') && at > 0 && is_digit(text[at - 1]));
  };
  while (begin > 0 && inner(begin - 1)) --begin;
  if (begin > 0 && text[begin - 1] == '-' && (begin == 1 || !is_digit(text[begin - 2]))) --begin;
  const std::size_t percent = text.substr(end).starts_with("%") ? 1 : 0;
  return Extracted{std::string(text.substr(begin, end + percent - begin)), Method::kNumber,
                   {begin, end + percent}};
}

Extracted search(std::string_view text) {
  for (const auto find : {from_boxes, from_hashes, from_phrases, from_math_span, from_numbers}) {
    std::optional<Extracted> found = find(text);
    if (!found) continue;
    if (found->text.size() > kAnswerBytesMax) return {};
    return *std::move(found);
  }
  return {};
}

}  // namespace

Extracted extract(std::string_view response) {
  const ResponseParts parts = split_response(response);
  const bool answered = parts.closing == Closing::kClosed && !trim(slice(response, parts.answer)).empty();
  if (!answered) return parts.closing == Closing::kCut ? Extracted{} : search(response);
  Extracted found = search(slice(response, parts.answer));
  found.span.begin += parts.answer.begin;
  found.span.end += parts.answer.begin;
  return found;
}

std::string_view gold_answer(std::string_view gold) {
  const std::size_t hit = gold.rfind("####");
  return trim(hit == std::string_view::npos ? gold : gold.substr(hit + 4));
}

}  // namespace drp::answers
