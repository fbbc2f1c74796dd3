// SPDX-License-Identifier: Apache-2.0
#include "answers/token_tables.h"

#include <algorithm>
#include <array>

namespace drp::answers {
namespace {

using enum TokenKind;

struct Named {
  std::string_view name;
  Meaning meaning;
};

constexpr Meaning kNothing{kBad, ""};

// Sorted by name.
constexpr std::array kCommands = {
    Named{"Big", kNothing},
    Named{"Bigg", kNothing},
    Named{"Biggl", kNothing},
    Named{"Biggr", kNothing},
    Named{"Bigl", kNothing},
    Named{"Bigr", kNothing},
    Named{"Delta", {kSymbol, "Delta"}},
    Named{"Gamma", {kSymbol, "Gamma"}},
    Named{"Omega", {kSymbol, "Omega"}},
    Named{"Phi", {kSymbol, "Phi"}},
    Named{"Sigma", {kSymbol, "Sigma"}},
    Named{"Theta", {kSymbol, "Theta"}},
    Named{"alpha", {kSymbol, "alpha"}},
    Named{"approx", {kRelation, "~"}},
    Named{"arccos", {kFunction, "arccos"}},
    Named{"arcsin", {kFunction, "arcsin"}},
    Named{"arctan", {kFunction, "arctan"}},
    Named{"ast", {kOperator, "*"}},
    Named{"beta", {kSymbol, "beta"}},
    Named{"big", kNothing},
    Named{"bigg", kNothing},
    Named{"biggl", kNothing},
    Named{"biggr", kNothing},
    Named{"bigl", kNothing},
    Named{"bigr", kNothing},
    Named{"binom", {kCommand, "binom"}},
    Named{"cdot", {kOperator, "*"}},
    Named{"cfrac", {kCommand, "frac"}},
    Named{"colon", {kOperator, ":"}},
    Named{"cos", {kFunction, "cos"}},
    Named{"cot", {kFunction, "cot"}},
    Named{"csc", {kFunction, "csc"}},
    Named{"cup", {kOperator, "cup"}},
    Named{"dbinom", {kCommand, "binom"}},
    Named{"degree", {kDegree, "degree"}},
    Named{"delta", {kSymbol, "delta"}},
    Named{"dfrac", {kCommand, "frac"}},
    Named{"displaystyle", kNothing},
    Named{"div", {kOperator, "/"}},
    Named{"dollar", {kCurrency, "$"}},
    Named{"emptyset", {kSymbol, "emptyset"}},
    Named{"epsilon", {kSymbol, "epsilon"}},
    Named{"exp", {kFunction, "exp"}},
    Named{"frac", {kCommand, "frac"}},
    Named{"gamma", {kSymbol, "gamma"}},
    Named{"ge", {kRelation, ">="}},
    Named{"geq", {kRelation, ">="}},
    Named{"geqslant", {kRelation, ">="}},
    Named{"gt", {kRelation, ">"}},
    Named{"in", {kRelation, "in"}},
    Named{"infty", {kSymbol, "infty"}},
    Named{"lambda", {kSymbol, "lambda"}},
    Named{"land", {kSeparator, "and"}},
    Named{"lbrace", {kOpen, "\\{"}},
    Named{"lbrack", {kOpen, "["}},
    Named{"le", {kRelation, "<="}},
    Named{"left", kNothing},
    Named{"leq", {kRelation, "<="}},
    Named{"leqslant", {kRelation, "<="}},
    Named{"ln", {kFunction, "ln"}},
    Named{"log", {kFunction, "log"}},
    Named{"lor", {kSeparator, "or"}},
    Named{"lt", {kRelation, "<"}},
    Named{"lvert", {kBar, "|"}},
    Named{"mu", {kSymbol, "mu"}},
    Named{"ne", {kRelation, "!="}},
    Named{"neq", {kRelation, "!="}},
    Named{"omega", {kSymbol, "omega"}},
    Named{"overline", {kCommand, "overline"}},
    Named{"phi", {kSymbol, "phi"}},
    Named{"pi", {kSymbol, "pi"}},
    Named{"pm", {kOperator, "+-"}},
    Named{"qquad", kNothing},
    Named{"quad", kNothing},
    Named{"rbrace", {kClose, "\\}"}},
    Named{"rbrack", {kClose, "]"}},
    Named{"rho", {kSymbol, "rho"}},
    Named{"right", kNothing},
    Named{"rvert", {kBar, "|"}},
    Named{"sec", {kFunction, "sec"}},
    Named{"sigma", {kSymbol, "sigma"}},
    Named{"sin", {kFunction, "sin"}},
    Named{"sqrt", {kCommand, "sqrt"}},
    Named{"tan", {kFunction, "tan"}},
    Named{"tau", {kSymbol, "tau"}},
    Named{"textstyle", kNothing},
    Named{"tfrac", {kCommand, "frac"}},
    Named{"theta", {kSymbol, "theta"}},
    Named{"thinspace", kNothing},
    Named{"times", {kOperator, "*"}},
    Named{"varnothing", {kSymbol, "emptyset"}},
    Named{"varphi", {kSymbol, "phi"}},
    Named{"vert", {kBar, "|"}},
    Named{"wedge", {kSeparator, "and"}},
};

constexpr std::array kWords = {
    Named{"and", {kSeparator, "and"}}, Named{"cos", {kFunction, "cos"}},
    Named{"cot", {kFunction, "cot"}},  Named{"exp", {kFunction, "exp"}},
    Named{"inf", {kSymbol, "infty"}},  Named{"infinity", {kSymbol, "infty"}},
    Named{"ln", {kFunction, "ln"}},    Named{"log", {kFunction, "log"}},
    Named{"or", {kSeparator, "or"}},   Named{"pi", {kSymbol, "pi"}},
    Named{"sin", {kFunction, "sin"}},  Named{"sqrt", {kCommand, "root"}},
    Named{"tan", {kFunction, "tan"}},
};

constexpr std::array<std::string_view, 14> kTextCommands = {
    "boldsymbol", "bf",           "hbox", "mathbf", "mathit", "mathrm", "mathsf",
    "mbox",       "operatorname", "rm",   "text",   "textbf", "textit", "textrm"};

struct Character {
  char32_t character;
  Meaning meaning;
};

constexpr std::array kCharacters = {
    Character{U'+', {kOperator, "+"}},
    Character{U'-', {kOperator, "-"}},
    Character{U'*', {kOperator, "*"}},
    Character{U'/', {kOperator, "/"}},
    Character{U':', {kOperator, ":"}},
    Character{U'^', {kOperator, "^"}},
    Character{U'_', {kOperator, "_"}},
    Character{U'!', {kOperator, "!"}},
    Character{U'(', {kOpen, "("}},
    Character{U'[', {kOpen, "["}},
    Character{U'{', {kOpen, "{"}},
    Character{U')', {kClose, ")"}},
    Character{U']', {kClose, "]"}},
    Character{U'}', {kClose, "}"}},
    Character{U'|', {kBar, "|"}},
    Character{U',', {kSeparator, ","}},
    Character{U';', {kSeparator, ";"}},
    Character{U'&', {kSeparator, "&"}},
    Character{U'=', {kRelation, "="}},
    Character{U'<', {kRelation, "<"}},
    Character{U'>', {kRelation, ">"}},
    Character{U'%', {kPercent, "%"}},
    Character{U'~', kNothing},
    Character{U'\u00a0', kNothing},
    Character{U'\u2009', kNothing},
    Character{U'\u202f', kNothing},
    Character{U'\u2212', {kOperator, "-"}},
    Character{U'\u2013', {kOperator, "-"}},
    Character{U'\u00d7', {kOperator, "*"}},
    Character{U'\u00b7', {kOperator, "*"}},
    Character{U'\u22c5', {kOperator, "*"}},
    Character{U'\u00f7', {kOperator, "/"}},
    Character{U'\u2215', {kOperator, "/"}},
    Character{U'\u00b1', {kOperator, "+-"}},
    Character{U'\u222a', {kOperator, "cup"}},
    Character{U'\u221a', {kCommand, "root"}},
    Character{U'\u03c0', {kSymbol, "pi"}},
    Character{U'\u221e', {kSymbol, "infty"}},
    Character{U'\u03b8', {kSymbol, "theta"}},
    Character{U'\u2205', {kSymbol, "emptyset"}},
    Character{U'\u211d', {kSymbol, "reals"}},
    Character{U'\u00b0', {kDegree, "degree"}},
    Character{U'\u2264', {kRelation, "<="}},
    Character{U'\u2265', {kRelation, ">="}},
    Character{U'\u2260', {kRelation, "!="}},
    Character{U'\u2248', {kRelation, "~"}},
    Character{U'\u2208', {kRelation, "in"}},
    Character{U'\u00a3', {kCurrency, "\u00a3"}},
    Character{U'\u20ac', {kCurrency, "\u20ac"}},
    Character{U'\u00a5', {kCurrency, "\u00a5"}},
    Character{U'\uff0c', {kSeparator, ","}},
};

template <class Table>
std::optional<Meaning> find_name(const Table& table, std::string_view name) {
  const auto at =
      std::lower_bound(table.begin(), table.end(), name,
                       [](const Named& row, std::string_view key) { return row.name < key; });
  if (at == table.end() || at->name != name) return std::nullopt;
  return at->meaning;
}

static_assert(std::is_sorted(kCommands.begin(), kCommands.end(),
                             [](const Named& a, const Named& b) { return a.name < b.name; }));
static_assert(std::is_sorted(kWords.begin(), kWords.end(),
                             [](const Named& a, const Named& b) { return a.name < b.name; }));

}  // namespace

std::optional<Meaning> command_meaning(std::string_view name) { return find_name(kCommands, name); }

bool is_text_command(std::string_view name) {
  return std::find(kTextCommands.begin(), kTextCommands.end(), name) != kTextCommands.end();
}

std::optional<Meaning> word_meaning(std::string_view word) { return find_name(kWords, word); }

std::optional<Meaning> character_meaning(char32_t character) {
  for (const Character& row : kCharacters) {
    if (row.character == character) return row.meaning;
  }
  return std::nullopt;
}

}  // namespace drp::answers
