// SPDX-License-Identifier: Apache-2.0
#include "path/region.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "path/code_lines.h"

namespace drp::path {
namespace {

constexpr std::size_t kFenceSignsMax = 9;
constexpr std::string_view kLeftQuote = "\u201c";
constexpr std::string_view kRightQuote = "\u201d";

// Finds the next occurrence of one fixed text at or after a position. Positions only grow, so the
// last answer is kept and the whole scan stays linear.
class Finder {
 public:
  Finder(std::string_view text, std::string_view wanted) : text_(text), wanted_(wanted) {}

  std::size_t at_or_after(std::size_t from) {
    if (!searched_ || (found_ != std::string_view::npos && found_ < from)) {
      found_ = text_.find(wanted_, from);
      searched_ = true;
    }
    return found_;
  }

 private:
  std::string_view text_;
  std::string_view wanted_;
  std::size_t found_ = 0;
  bool searched_ = false;
};

struct Environment {
  std::size_t begin;
  std::size_t end;
};

// Pairs each \begin{x} with its \end{x}; sorted by begin.
std::vector<Environment> pair_environments(std::string_view text) {
  struct Open {
    std::size_t at;
    std::string_view name;
  };
  std::vector<Environment> pairs;
  std::vector<Open> open;
  std::size_t at = 0;
  while ((at = text.find('\\', at)) != std::string_view::npos) {
    std::string_view rest = text.substr(at);
    const bool begins = rest.starts_with("\\begin{");
    const bool ends = rest.starts_with("\\end{");
    if (!begins && !ends) {
      at += std::min<std::size_t>(2, rest.size());
      continue;
    }
    const std::size_t name_at = at + (begins ? 7 : 5);
    const std::size_t name_end =
        text.substr(0, std::min(text.size(), name_at + 40)).find('}', name_at);
    if (name_end == std::string_view::npos) {
      at = name_at;
      continue;
    }
    const std::string_view name = text.substr(name_at, name_end - name_at);
    if (begins) {
      open.push_back({at, name});
    } else if (!open.empty() && open.back().name == name) {
      pairs.push_back({open.back().at, name_end + 1});
      open.pop_back();
    }
    at = name_end + 1;
  }
  std::sort(pairs.begin(), pairs.end(),
            [](const Environment& a, const Environment& b) { return a.begin < b.begin; });
  return pairs;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text)
      : text_(text),
        environments_(pair_environments(text)),
        bracket_(text, "\\]"),
        paren_(text, "\\)"),
        dollars_(text, "$$"),
        code_(find_code_lines(text)),
        right_quote_(text, kRightQuote) {}

  std::vector<Region> run() {
    while (at_ < text_.size()) {
      const std::optional<Region> region = open_here();
      if (region) {
        regions_.push_back(*region);
        at_ = region->span.end;
      } else {
        at_ += text_[at_] == '\\' && at_ + 1 < text_.size() ? 2 : 1;
      }
    }
    return std::move(regions_);
  }

 private:
  std::optional<Region> open_here() {
    if (std::optional<Region> code = open_code_lines()) return code;
    switch (text_[at_]) {
      case '`':
      case '~':
        return open_fence();
      case '\\':
        return open_backslash();
      case '$':
        return open_dollar();
      case '"':
        return open_straight_quote();
      case '\xe2':
        return open_curly_quote();
      default:
        return std::nullopt;
    }
  }

  bool at_line_start() const {
    std::size_t i = at_;
    while (i > 0 && (text_[i - 1] == ' ' || text_[i - 1] == '\t') && at_ - i < 16) {
      --i;
    }
    return i == 0 || text_[i - 1] == '\n';
  }

  // A fence closes where a line holds nothing but its sign, three times or more; one inside a list
  // is indented.
  std::optional<Region> open_fence() {
    const char sign = text_[at_];
    const std::string_view rest = text_.substr(at_);
    const std::size_t signs = std::min(rest.find_first_not_of(sign), rest.size());
    std::size_t& hopeless = sign == '`' ? hopeless_ticks_ : hopeless_tildes_;
    if (signs < 3 || signs >= hopeless || !at_line_start()) return std::nullopt;
    for (std::size_t feed = rest.find('\n'); feed != std::string_view::npos;
         feed = rest.find('\n', feed + 1)) {
      const std::size_t first = rest.find_first_not_of(" \t", feed + 1);
      if (first == std::string_view::npos) break;
      const std::size_t last = std::min(rest.find_first_not_of(sign, first), rest.size());
      const std::size_t next = rest.find_first_not_of(" \t\r", last);
      const bool alone = next == std::string_view::npos || rest[next] == '\n';
      if (last - first >= signs && alone) return Region{{at_, at_ + last}, RegionKind::kCode};
    }
    hopeless = signs;
    return std::nullopt;
  }

  // Code that no fence marks.
  std::optional<Region> open_code_lines() {
    while (next_code_ < code_.size() && code_[next_code_].begin < at_) ++next_code_;
    if (next_code_ == code_.size() || code_[next_code_].begin != at_) return std::nullopt;
    return Region{code_[next_code_], RegionKind::kCode};
  }

  std::optional<Region> close_formula(std::size_t close, std::size_t closer_size, RegionKind kind) {
    if (close == std::string_view::npos || close - at_ > kFormulaBytesMax) {
      return std::nullopt;
    }
    return Region{{at_, close + closer_size}, kind};
  }

  std::optional<Region> open_backslash() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("\\[")) {
      return close_formula(bracket_.at_or_after(at_ + 2), 2, RegionKind::kDisplayMath);
    }
    if (rest.starts_with("\\(")) {
      return close_formula(paren_.at_or_after(at_ + 2), 2, RegionKind::kInlineMath);
    }
    if (!rest.starts_with("\\begin{")) {
      return std::nullopt;
    }
    const auto found =
        std::lower_bound(environments_.begin(), environments_.end(), at_,
                         [](const Environment& e, std::size_t at) { return e.begin < at; });
    if (found == environments_.end() || found->begin != at_ ||
        found->end - at_ > kFormulaBytesMax) {
      return std::nullopt;
    }
    return Region{{at_, found->end}, RegionKind::kDisplayMath};
  }

  std::optional<Region> open_dollar() {
    if (text_.substr(at_).starts_with("$$")) {
      const std::size_t close = dollars_.at_or_after(at_ + 2);
      return close_formula(close, 2, RegionKind::kDisplayMath);
    }
    if (at_ + 1 >= text_.size() || is_space(text_[at_ + 1])) {
      return std::nullopt;
    }
    // The next unescaped dollar of the paragraph closes, or this one is a price.
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == '\n' && i + 1 < text_.size() && text_[i + 1] == '\n') {
        return std::nullopt;
      } else if (text_[i] == '$') {
        const bool price =
            is_space(text_[i - 1]) || (i + 1 < text_.size() && is_digit(text_[i + 1]));
        return price ? std::nullopt : close_formula(i, 1, RegionKind::kInlineMath);
      }
    }
    return std::nullopt;
  }

  std::optional<Region> open_straight_quote() {
    const bool opens = at_ == 0 || is_space(text_[at_ - 1]) || text_[at_ - 1] == '(';
    if (!opens || at_ + 1 >= text_.size() || is_space(text_[at_ + 1])) {
      return std::nullopt;
    }
    const std::size_t close = text_.find_first_of("\"\n", at_ + 1);
    if (close == std::string_view::npos || text_[close] == '\n' || close - at_ > kQuoteBytesMax) {
      return std::nullopt;
    }
    return Region{{at_, close + 1}, RegionKind::kQuote};
  }

  std::optional<Region> open_curly_quote() {
    if (!text_.substr(at_).starts_with(kLeftQuote)) {
      return std::nullopt;
    }
    const std::size_t close = right_quote_.at_or_after(at_ + kLeftQuote.size());
    if (close == std::string_view::npos || close - at_ > kQuoteBytesMax ||
        contains(text_.substr(at_, close - at_), "\n")) {
      return std::nullopt;
    }
    return Region{{at_, close + kRightQuote.size()}, RegionKind::kQuote};
  }

  std::string_view text_;
  std::vector<Environment> environments_;
  Finder bracket_;
  Finder paren_;
  Finder dollars_;
  std::vector<Span> code_;
  std::size_t next_code_ = 0;
  // Fences of so many signs never close from here on, so that they are looked for once.
  std::size_t hopeless_ticks_ = kFenceSignsMax;
  std::size_t hopeless_tildes_ = kFenceSignsMax;
  Finder right_quote_;
  std::size_t at_ = 0;
  std::vector<Region> regions_;
};

}  // namespace

std::vector<Region> find_regions(std::string_view text) { return Scanner(text).run(); }

}  // namespace drp::path
