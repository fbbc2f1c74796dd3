// SPDX-License-Identifier: Apache-2.0
#include "answers/boxes.h"

#include <algorithm>
#include <vector>

namespace drp::answers {
namespace {

struct Box {
  Span whole;
  Span inner;
  bool closed;
};

constexpr std::size_t kJoinerBytesMax = 40;
constexpr std::size_t kJoinedBoxesMax = 100;

// The boxes of `text` by where they begin. One pass with a stack of open braces, minding \{ and \}.
class BoxScan {
 public:
  explicit BoxScan(std::string_view text) : text_(text) {}

  std::vector<Box> run() {
    for (std::size_t at = 0; at < text_.size();) {
      const char c = text_[at];
      if (c == '\\') {
        at = command(at);
      } else {
        if (c == '{') open_.push_back({kNoBox, at});
        if (c == '}') close(at);
        ++at;
      }
    }
    return std::move(boxes_);
  }

 private:
  static constexpr std::size_t kNoBox = static_cast<std::size_t>(-1);
  struct Brace {
    std::size_t box;
    std::size_t at;
  };

  // Reads a command and gives the byte where the scan goes on.
  std::size_t command(std::size_t begin) {
    const std::string_view rest = text_.substr(begin);
    const std::size_t name = rest.starts_with("\\boxed") ? 6 : rest.starts_with("\\fbox") ? 5 : 0;
    if (name == 0) return begin + std::min<std::size_t>(rest.size(), 2);
    std::size_t at = begin + name;
    while (at < text_.size() && text_[at] == ' ') ++at;
    if (at < text_.size() && text_[at] == '{') {
      open_.push_back({boxes_.size(), at});
      boxes_.push_back({{begin, at + 1}, {at + 1, at + 1}, false});
      return at + 1;
    }
    // "\boxed 9": one number; anything else only mentions the command.
    std::size_t end = at;
    while (end < text_.size() && is_digit(text_[end])) ++end;
    if (end > at && at > begin + name) boxes_.push_back({{begin, end}, {at, end}, true});
    return std::max(end, begin + name);
  }

  void close(std::size_t at) {
    if (open_.empty()) return;
    const Brace brace = open_.back();
    open_.pop_back();
    if (brace.box == kNoBox) return;
    Box& box = boxes_[brace.box];
    box.whole.end = at + 1;
    box.inner.end = at;
    box.closed = true;
  }

  std::string_view text_;
  std::vector<Brace> open_;
  std::vector<Box> boxes_;
};

// Whether the text between two boxes only joins them into a list.
bool joins(std::string_view between) {
  if (between.size() > kJoinerBytesMax) return false;
  int words = 0;
  bool joined = false;
  for (std::size_t at = 0; at < between.size();) {
    if (is_letter(between[at]) || between[at] == '\\') {
      std::size_t end = at + 1;
      while (end < between.size() && is_letter(between[end])) ++end;
      const std::string_view word = between.substr(at, end - at);
      const bool joiner = word == "and" || word == "or";
      joined = joined || joiner;
      const bool decoration = word == "\\quad" || word == "\\qquad" || word == "\\text" ||
                              word == "\\" || word == "\\mbox";
      if (!joiner && !decoration) ++words;
      at = end;
    } else if (contains(",;", between.substr(at, 1))) {
      joined = true;
      ++at;
    } else if (is_space(between[at]) || contains("${}()[]*", between.substr(at, 1))) {
      ++at;
    } else {
      return false;
    }
  }
  return joined ? words <= 3 : false;
}

BoxedAnswer join_last(std::string_view text, const std::vector<Box>& boxes) {
  std::size_t first = boxes.size() - 1;
  while (first > 0 && boxes.size() - first < kJoinedBoxesMax) {
    const Span between{boxes[first - 1].whole.end, boxes[first].whole.begin};
    if (!boxes[first - 1].closed || between.begin > between.end || !joins(slice(text, between)))
      break;
    --first;
  }
  BoxedAnswer answer;
  answer.span = {boxes[first].whole.begin, boxes.back().whole.end};
  std::vector<std::string> parts;
  for (std::size_t i = first; i < boxes.size(); ++i) {
    std::string part(trim(slice(text, boxes[i].inner)));
    if (std::find(parts.begin(), parts.end(), part) == parts.end()) parts.push_back(part);
  }
  answer.text = join(parts, ", ");
  return answer;
}

}  // namespace

BoxSearch find_boxed(std::string_view text) {
  BoxSearch search;
  if (!contains(text, "\\boxed") && !contains(text, "\\fbox")) return search;
  const std::vector<Box> boxes = BoxScan(text).run();
  search.any = !boxes.empty();
  if (boxes.empty()) return search;
  const Box& last = boxes.back();
  if (last.closed && !trim(slice(text, last.inner)).empty()) {
    search.answer = join_last(text, boxes);
  }
  return search;
}

}  // namespace drp::answers
