// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/formula.h"

#include <algorithm>
#include <functional>
#include <string>

#include "base/text.h"
#include "path/answer_view.h"
#include "path/flow.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kArrows[] = {"=>", "->", "\u2192", "\u21d2", "\\implies"};

// Without what only sets a formula off.
std::string_view bare(std::string_view word) {
  for (const std::string_view sign : {"\\(", "\\[", "\\)", "\\]"}) {
    if (word.starts_with(sign)) word.remove_prefix(sign.size());
    if (word.ends_with(sign)) word.remove_suffix(sign.size());
  }
  while (!word.empty() && (word.front() == '$' || word.front() == '*')) word.remove_prefix(1);
  return word;
}

bool is_operator(std::string_view text, std::size_t at) {
  constexpr std::string_view kSigns = "+-*/^=!<>";
  if (kSigns.find(text[at]) != std::string_view::npos) return true;
  const std::string_view rest = text.substr(at);
  return rest.starts_with("\u00d7") || rest.starts_with("\u00b7") || rest.starts_with("\u00f7") ||
         rest.starts_with("\u2212") || rest.starts_with("\\frac") || rest.starts_with("\\times") ||
         rest.starts_with("\\cdot") || rest.starts_with("\\binom") || rest.starts_with("\\sqrt");
}

bool holds_operator(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_operator(text, at)) return true;
  }
  return false;
}

// Numbers, signs, single letters and LaTeX commands; a longer run of letters is prose, but for an
// index ("m_jack").
bool is_formula_word(std::string_view word) {
  bool says = false;
  for (std::size_t at = 0; at < word.size();) {
    if (!is_letter(word[at])) {
      says = says || is_digit(word[at]) || is_operator(word, at);
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < word.size() && is_letter(word[end])) ++end;
    const bool named = at > 0 && (word[at - 1] == '\\' || word[at - 1] == '_' ||
                                  (word[at - 1] == '{' && at > 1 && word[at - 2] == '_'));
    if (end - at > 1 && !named) return false;
    says = true;
    at = end;
  }
  return says;
}

class Reader {
 public:
  Formulas run(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      if (is_space(text[at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && !is_space(text[end])) ++end;
      take(bare(text.substr(at, end - at)));
      at = end;
    }
    close();
    sort(formulas_.equalities);
    sort(formulas_.terms);
    return std::move(formulas_);
  }

 private:
  static void sort(std::vector<std::uint64_t>& keys) {
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  }

  void take(std::string_view word) {
    if (std::find(std::begin(kArrows), std::end(kArrows), word) != std::end(kArrows)) {
      close();
      return;
    }
    std::string_view core = word;
    while (!core.empty() && (core.back() == '.' || core.back() == ',' || core.back() == ';' ||
                             core.back() == ':' || core.back() == '$' || core.back() == '?')) {
      core.remove_suffix(1);
    }
    core = bare(core);
    if (!is_formula_word(core) || core == "a" || core == "A" || core == "I") {
      close();
      return;
    }
    run_ += core;
    if (core.size() < word.size() && word.back() != '$') close();
  }

  void close() {
    if (run_.empty()) return;
    const char head = run_.front();
    const std::string run = path::compact_math(run_);
    run_.clear();
    const std::vector<std::string_view> sides = split(run, '=');
    for (const std::string_view side : sides) {
      if (holds_operator(side)) formulas_.terms.push_back(std::hash<std::string_view>{}(side));
    }
    for (std::size_t i = 1; i < sides.size(); ++i) {
      if (sides[0].empty() || sides[i].empty()) continue;
      const auto [less, more] = std::minmax(sides[0], sides[i]);
      formulas_.equalities.push_back(
          std::hash<std::string>{}(std::string(less) + "=" + std::string(more)));
    }
    if (sides.size() > 1 && sides[0].size() == 1 && is_letter(head)) {
      formulas_.heads |= path::read_flow(std::string(1, head) + "=").symbols;
    }
  }

  std::string run_;
  Formulas formulas_;
};

}  // namespace

Formulas read_formulas(std::string_view text) {
  if (!holds_operator(text)) return {};
  return Reader().run(text);
}

}  // namespace drp::teacher
