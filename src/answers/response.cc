// SPDX-License-Identifier: Apache-2.0
#include "answers/response.h"

#include <algorithm>
#include <array>

namespace drp::answers {
namespace {

// Markers about the answer, and end-of-message tokens that stay in some recorded texts.
constexpr std::array<std::string_view, 4> kAnswerOpens = {"<Output>", "<output>", "<answer>",
                                                          "<|begin_of_solution|>"};
constexpr std::array<std::string_view, 6> kAnswerCloses = {
    "</Output>", "</output>", "</answer>", "<|end_of_solution|>", "<|return|>", "<|end|>"};
constexpr std::array<std::string_view, 2> kReasoningTails = {"<|start|>assistant", "<|end|>"};

constexpr std::string_view kBareOpen = "think\n";
constexpr std::string_view kBareClose = "\nanswer\n";

std::size_t skip_blank_lines(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (at < text.size() && is_space(text[at])) {
    ++at;
    if (text[at - 1] == '\n') begin = at;
  }
  return at == text.size() ? at : std::max(begin, at);
}

std::size_t before_blanks(std::string_view text, std::size_t begin, std::size_t end) {
  while (end > begin && is_space(text[end - 1])) --end;
  return end;
}

// An open marker counts only where nothing but white space stands before it.
std::size_t open_end(std::string_view text, std::string_view open) {
  const std::size_t first = skip_blank_lines(text, 0);
  return text.substr(first).starts_with(open) ? first + open.size() : std::string_view::npos;
}

std::size_t behind_opens(std::string_view text, std::size_t begin) {
  for (std::string_view open : kAnswerOpens) {
    if (text.substr(begin).starts_with(open)) return skip_blank_lines(text, begin + open.size());
  }
  return begin;
}

// The end of [begin, end) before the marks at its end, each of them once.
template <std::size_t N>
std::size_t before_marks(std::string_view text, Span span,
                         const std::array<std::string_view, N>& marks) {
  std::size_t end = span.end;
  for (std::string_view mark : marks) {
    const std::size_t last = before_blanks(text, span.begin, end);
    if (text.substr(span.begin, last - span.begin).ends_with(mark)) {
      end = before_blanks(text, span.begin, last - mark.size());
    }
  }
  return end;
}

ResponseParts parts_of(std::string_view text, std::size_t begin, std::size_t close,
                       std::size_t answer, const std::string& form) {
  ResponseParts parts;
  const std::size_t first = std::min(skip_blank_lines(text, begin), close);
  const std::size_t last = before_marks(text, {first, close}, kReasoningTails);
  parts.reasoning = {first, before_blanks(text, first, last)};
  const std::size_t answer_begin = behind_opens(text, skip_blank_lines(text, answer));
  parts.answer = {answer_begin, before_marks(text, {answer_begin, text.size()}, kAnswerCloses)};
  parts.closing = Closing::kClosed;
  parts.form = form;
  return parts;
}

ResponseParts cut_parts(std::string_view text, std::size_t begin, const std::string& form) {
  ResponseParts parts;
  parts.reasoning = {skip_blank_lines(text, begin), text.size()};
  parts.answer = {text.size(), text.size()};
  parts.closing = Closing::kCut;
  parts.form = form;
  return parts;
}

// The marker whose close stands last in the text, and where; in one pass from the end.
const Marker* last_close(std::string_view text, const Markers& markers, std::size_t& at) {
  std::string firsts;
  for (const Marker& marker : markers.tags) {
    if (marker.close.empty()) continue;
    if (firsts.find(marker.close[0]) == std::string::npos) firsts += marker.close[0];
  }
  for (std::size_t end = text.size(); end > 0;) {
    const std::size_t hit =
        firsts.size() == 1 ? text.rfind(firsts[0], end - 1) : text.find_last_of(firsts, end - 1);
    if (hit == std::string_view::npos) return nullptr;
    for (const Marker& marker : markers.tags) {
      if (!marker.close.empty() && text.substr(hit).starts_with(marker.close)) {
        at = hit;
        return &marker;
      }
    }
    end = hit;
  }
  return nullptr;
}

}  // namespace

const Markers& default_markers() {
  static const Markers markers{{
      {"<think>", "</think>", "think"},
      {"<thinking>", "</thinking>", "thinking"},
      {"<reasoning>", "</reasoning>", "reasoning"},
      {"<Thought>", "</Thought>", "thought"},
      {"<thought>", "</thought>", "thought"},
      {"<|begin_of_thought|>", "<|end_of_thought|>", "begin_of_thought"},
      {"<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "channel"},
  }};
  return markers;
}

ResponseParts split_response(std::string_view response, const Markers& markers) {
  std::size_t close = 0;
  if (const Marker* last = last_close(response, markers, close)) {
    const std::size_t open = open_end(response, last->open);
    const std::size_t begin = open == std::string_view::npos || open > close ? 0 : open;
    return parts_of(response, begin, close, close + last->close.size(), last->name);
  }
  for (const Marker& marker : markers.tags) {
    const std::size_t open = open_end(response, marker.open);
    if (open != std::string_view::npos) return cut_parts(response, open, marker.name);
  }
  const std::size_t bare = open_end(response, kBareOpen);
  if (bare != std::string_view::npos) {
    const std::size_t hit = response.rfind(kBareClose);
    if (hit == std::string_view::npos || hit < bare) return cut_parts(response, bare, "bare");
    return parts_of(response, bare, hit, hit + kBareClose.size(), "bare");
  }
  ResponseParts parts;
  parts.reasoning = {0, response.size()};
  parts.answer = {response.size(), response.size()};
  parts.form = "none";
  return parts;
}

}  // namespace drp::answers
