// SPDX-License-Identifier: Apache-2.0
#include "path/unit.h"

#include <algorithm>
#include <array>

#include "path/missing_stop.h"
#include "path/region.h"

namespace drp::path {
namespace {

// Words before a full stop that end no sentence. The second list may end one when a capital
// follows.
constexpr std::array<std::string_view, 24> kAbbreviations = {
    "mr",  "mrs",    "ms", "dr",  "prof", "st", "vs",  "e.g", "i.e",  "cf",  "fig", "eq",
    "eqs", "approx", "ca", "viz", "resp", "no", "nos", "thm", "incl", "vol", "ch",  "ex"};
constexpr std::array<std::string_view, 15> kSoftAbbreviations = {"etc", "a.m", "p.m", "u.s", "jr",
                                                                 "sr",  "inc", "co",  "ft",  "in",
                                                                 "lb",  "oz",  "hr",  "min", "sec"};
constexpr std::array<std::string_view, 7> kNumberedWords = {"step",   "case",   "part", "phase",
                                                            "method", "option", "stage"};

bool is_one_of(std::string_view word, const auto& list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || (c & '\x80') != 0; }

class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text), regions_(find_regions(text)) {}

  std::vector<Unit> run() {
    begin_ = skip_space(0);
    start_of_core_ = begin_;
    line_ = begin_;
    begin_ = 0;
    std::size_t at = start_of_core_;
    while (at < text_.size()) {
      while (next_region_ < regions_.size() && regions_[next_region_].span.begin < at) {
        ++next_region_;
      }
      if (next_region_ < regions_.size() && regions_[next_region_].span.begin == at) {
        at = pass_region(regions_[next_region_]);
        continue;
      }
      const std::size_t end = boundary_after(at);
      if (end != 0) {
        emit(end);
        at = begin_;
      } else {
        ++at;
      }
    }
    if (begin_ < text_.size()) {
      emit(text_.size());
    }
    return std::move(units_);
  }

 private:
  std::size_t skip_space(std::size_t at) const {
    while (at < text_.size() && is_space(text_[at])) {
      ++at;
    }
    return at;
  }

  // A formula that carries its own full stop ("$x = 5.$ Then") ends a sentence like a plain one.
  std::size_t pass_region(const Region& region) {
    const std::size_t end = region.span.end;
    if (region.kind == RegionKind::kCode) {
      code_ = region.span;
      return end;
    }
    const std::string_view inside = slice(text_, region.span);
    const std::size_t tail = inside.find_last_not_of("$)]\\\"\x9d\x80\xe2");
    const bool stopped =
        tail != std::string_view::npos && (inside[tail] == '.' || inside[tail] == '?');
    // A displayed formula ends the sentence that a capital follows.
    const bool display = region.kind == RegionKind::kDisplayMath && end + 2 < text_.size() &&
                         is_upper(text_[end + 1]) &&
                         (is_lower(text_[end + 2]) || text_[end + 2] == ' ');
    if ((stopped || display) && end < text_.size() && text_[end] == ' ' && opens_sentence(end)) {
      emit(end);
      return begin_;
    }
    return end;
  }

  // The end of the unit when the byte at `at` closes one, else 0.
  std::size_t boundary_after(std::size_t at) const {
    const char c = text_[at];
    if (c == '\n') {
      return only_marker_before(at) ? 0 : at + 1;
    }
    if (c == '.' || c == '!' || c == '?') {
      return sentence_end(at);
    }
    if (c == '\xe3' || c == '\xef') {
      return cjk_end(at);
    }
    return c == ' ' && stop_is_missing(text_, begin_, at) ? at : 0;
  }

  // Text since the line's first byte without the signs that decorate a list marker.
  std::string_view line_head(std::size_t at) const {
    std::string_view head = text_.substr(std::max(line_, begin_), at - std::max(line_, begin_));
    const std::size_t first = head.find_first_not_of(" \t*#_->+(");
    return first == std::string_view::npos ? std::string_view{} : head.substr(first);
  }

  // "1.", "(a)", "-", "**" alone on their line introduce what follows and are no unit.
  bool only_marker_before(std::size_t at) const {
    if (at - std::max(line_, begin_) > 8) {
      return false;
    }
    std::string_view head = trim(line_head(at));
    if (head == "--" || head == "---" || text_.substr(line_, 3) == "---") {
      return false;
    }
    while (!head.empty() && (head.back() == '.' || head.back() == ')' || head.back() == '*')) {
      head.remove_suffix(1);
    }
    return is_marker(head);
  }

  static bool is_marker(std::string_view head) {
    if (head.empty()) {
      return true;
    }
    if (head.size() <= 3 && std::all_of(head.begin(), head.end(), is_digit)) {
      return true;
    }
    return head.size() <= 4 && std::all_of(head.begin(), head.end(), [](char c) {
             return c == 'i' || c == 'v' || c == 'x' || c == 'I' || c == 'V' || c == 'X';
           });
  }

  bool is_numbered_heading(std::string_view head) const {
    const std::size_t space = head.find(' ');
    if (space == std::string_view::npos || space > 8) {
      return false;
    }
    return is_one_of(to_lower(head.substr(0, space)), kNumberedWords) &&
           is_marker(head.substr(space + 1)) && head.size() > space + 1;
  }

  bool opens_sentence(std::size_t at) const {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) {
      ++at;
    }
    if (at >= text_.size() || text_[at] == '\n' || text_[at] == '\r') {
      return true;
    }
    // A text that is all lower case still has sentences.
    return !is_lower(text_[at]) || unit_is_lower_case();
  }

  bool unit_is_lower_case() const {
    const std::size_t first = std::max(begin_, start_of_core_);
    return first < text_.size() && is_lower(text_[first]);
  }

  std::string_view word_before(std::size_t at) const {
    std::size_t from = at;
    while (from > begin_ && at - from < 16 &&
           (is_word_byte(text_[from - 1]) || text_[from - 1] == '.')) {
      --from;
    }
    return text_.substr(from, at - from);
  }

  std::size_t sentence_end(std::size_t at) const {
    const auto is_mark = [this](std::size_t i) {
      return text_[i] == '.' || text_[i] == '!' || text_[i] == '?';
    };
    if (at > begin_ && is_mark(at - 1)) {
      return 0;  // decided at the first mark of the run
    }
    std::size_t end = at + 1;
    std::size_t marks = 1;
    while (end < text_.size() && is_mark(end)) {
      ++end;
      ++marks;
    }
    const std::string_view closers = ")]}\"'*_";
    while (end < text_.size() && closers.find(text_[end]) != std::string_view::npos) {
      ++end;
    }
    while (text_.substr(end).starts_with("\u201d") || text_.substr(end).starts_with("\u2019")) {
      end += 3;
    }
    if (end < text_.size() && text_[end] != ' ' && text_[end] != '\t' &&
        (text_[end] & '\x80') == 0) {
      return 0;
    }
    if (end < text_.size() && (text_[end] & '\x80') != 0 && marks < 3 && text_[at] == '.') {
      return 0;
    }
    if (!opens_sentence(end) || next_is_newline(end)) {
      return 0;
    }
    if (marks >= 3 && text_[at] == '.' && !next_is_upper(end)) {
      return 0;  // "200 - 150 equals... 50"
    }
    if (text_[at] == '!' && marks == 1) {
      return is_factorial(at, end) ? 0 : end;
    }
    return text_[at] == '.' && marks == 1 && keeps_going(at) ? 0 : end;
  }

  bool next_is_newline(std::size_t at) const {
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r')) {
      ++at;
    }
    return at < text_.size() && text_[at] == '\n';
  }

  bool is_factorial(std::size_t at, std::size_t end) const {
    if (at == 0 || at <= begin_) {
      return false;
    }
    const char before = text_[at - 1];
    const bool symbol = is_letter(before) && (at < 2 || !is_word_byte(text_[at - 2]));
    if (!is_digit(before) && before != ')' && !symbol) {
      return false;
    }
    const std::size_t next = skip_space(end);
    // "5! Then" closes a sentence, "9! is" and "5! / 2" do not.
    return !(next + 1 < text_.size() && is_upper(text_[next]) && is_lower(text_[next + 1]));
  }

  // Whether the full stop at `at` belongs to a list marker or an abbreviation.
  bool keeps_going(std::size_t at) const {
    const std::string_view head = line_head(at);
    if (is_marker(head) || is_numbered_heading(head)) {
      return true;
    }
    if (head.size() == 1 && is_letter(head.front()) && at - std::max(line_, begin_) <= 3) {
      return true;
    }
    const std::string word = to_lower(word_before(at));
    if (is_one_of(word, kAbbreviations)) {
      return word != "no" || next_is_digit(at + 1);
    }
    if (is_one_of(word, kSoftAbbreviations)) {
      const std::size_t next = skip_space(at + 1);
      return next < text_.size() && !is_upper(text_[next]);
    }
    return false;
  }

  // Whether a capital, or a letter of a script without case, comes next; no sign as in "7 × ... ×
  // 1".
  bool next_is_upper(std::size_t at) const {
    const std::size_t next = skip_space(at);
    if (next >= text_.size() || is_upper(text_[next])) {
      return true;
    }
    const auto lead = static_cast<unsigned char>(text_[next]);
    const bool sign = lead == 0xC3 && next + 1 < text_.size() &&
                      (text_[next + 1] == '\x97' || text_[next + 1] == '\xb7');
    return lead >= 0xC3 && lead != 0xE2 && !sign;
  }

  bool next_is_digit(std::size_t at) const {
    const std::size_t next = skip_space(at);
    return next < text_.size() && is_digit(text_[next]);
  }

  // Ideographic full stop, fullwidth "!", "?", ";" with the closing quotes after them.
  std::size_t cjk_end(std::size_t at) const {
    const std::string_view sign = text_.substr(at, 3);
    if (sign != "\u3002" && sign != "\uff01" && sign != "\uff1f" && sign != "\uff1b") {
      return 0;
    }
    std::size_t end = at + 3;
    for (std::string_view next = text_.substr(end, 3);
         next == "\u201d" || next == "\u300d" || next == "\u300f" || next == "\uff09" ||
         next == sign;
         next = text_.substr(end, 3)) {
      end += 3;
    }
    return end;
  }

  void emit(std::size_t end) {
    const std::size_t after = skip_space(end);
    const Span core{std::max(begin_, start_of_core_), end};
    units_.push_back({{begin_, after}, kind_of(core)});
    if (contains(text_.substr(end - 1, after - end + 1), "\n")) {
      line_ = after;
    }
    begin_ = after;
  }

  UnitKind kind_of(Span core) const {
    const std::string_view body = trim(slice(text_, core));
    const bool opens_line = line_ == core.begin;
    if (code_.size() > 0 && code_.begin == core.begin) {
      return UnitKind::kCode;
    }
    if (is_display(body)) {
      return UnitKind::kFormula;
    }
    if (opens_line && is_heading(body)) {
      return UnitKind::kHeading;
    }
    if (opens_line && is_list_item(body)) {
      return UnitKind::kListItem;
    }
    const bool line_ends = core.end == text_.size() || text_[core.end - 1] == '\n';
    const bool closed =
        !body.empty() && (body.back() == '.' || body.back() == '!' || body.back() == '?');
    return opens_line && line_ends && !closed ? UnitKind::kLine : UnitKind::kSentence;
  }

  static bool is_display(std::string_view body) {
    return (body.starts_with("\\[") && body.ends_with("\\]")) ||
           (body.starts_with("$$") && body.ends_with("$$") && body.size() > 3) ||
           (body.starts_with("\\begin{") && body.ends_with("}"));
  }

  static bool is_heading(std::string_view body) {
    if (body.starts_with("#")) {
      return true;
    }
    const bool bold = body.size() > 4 && body.starts_with("**") &&
                      (body.ends_with("**") || body.ends_with("**:") || body.ends_with("**."));
    return bold && body.substr(2).find("**") + 5 >= body.size();
  }

  static bool is_list_item(std::string_view body) {
    if (body.starts_with("- ") || body.starts_with("* ") || body.starts_with("+ ") ||
        body.starts_with("\u2022")) {
      return true;
    }
    std::size_t i = 0;
    while (i < body.size() && i < 3 && is_digit(body[i])) {
      ++i;
    }
    return i > 0 && i + 1 < body.size() && (body[i] == '.' || body[i] == ')') && body[i + 1] == ' ';
  }

  std::string_view text_;
  std::vector<Region> regions_;
  std::size_t next_region_ = 0;
  std::size_t begin_ = 0;
  std::size_t start_of_core_ = 0;
  std::size_t line_ = 0;
  Span code_;  // the last code passed
  std::vector<Unit> units_;
};

}  // namespace

std::vector<Unit> cut_units(std::string_view reasoning) {
  return reasoning.empty() ? std::vector<Unit>{} : Cutter(reasoning).run();
}

std::string_view unit_kind_name(UnitKind kind) {
  switch (kind) {
    case UnitKind::kSentence:
      return "sentence";
    case UnitKind::kLine:
      return "line";
    case UnitKind::kFormula:
      return "formula";
    case UnitKind::kListItem:
      return "list item";
    case UnitKind::kHeading:
      return "heading";
    case UnitKind::kCode:
      return "code";
  }
  return "sentence";
}

}  // namespace drp::path
