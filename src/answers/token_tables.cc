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
    Named{"Lambda", {kSymbol, "Lambda"}},
    Named{"Omega", {kSymbol, "Omega"}},
    Named{"Phi", {kSymbol, "Phi"}},
    Named{"Pi", {kSymbol, "Pi"}},
    Named{"Psi", {kSymbol, "Psi"}},
    Named{"Sigma", {kSymbol, "Sigma"}},
    Named{"Theta", {kSymbol, "Theta"}},
    Named{"Xi", {kSymbol, "Xi"}},
    Named{"alpha", {kSymbol, "alpha"}},
    Named{"angle", kNothing},
    Named{"approx", {kRelation, "~"}},
    Named{"arccos", {kFunction, "arccos"}},
    Named{"arcsin", {kFunction, "arcsin"}},
    Named{"arctan", {kFunction, "arctan"}},
    Named{"ast", {kOperator, "*"}},
    Named{"backslash", {kOperator, "minus"}},
    Named{"bar", {kCommand, "overline"}},
    Named{"beta", {kSymbol, "beta"}},
    Named{"big", kNothing},
    Named{"bigg", kNothing},
    Named{"biggl", kNothing},
    Named{"biggr", kNothing},
    Named{"bigl", kNothing},
    Named{"bigr", kNothing},
    Named{"binom", {kCommand, "binom"}},
    Named{"bmod", {kOperator, "bmod"}},
    Named{"cap", {kOperator, "cap"}},
    Named{"cdot", {kOperator, "*"}},
    Named{"cfrac", {kCommand, "frac"}},
    Named{"chi", {kSymbol, "chi"}},
    Named{"choose", {kOperator, "choose"}},
    Named{"colon", {kOperator, ":"}},
    Named{"cos", {kFunction, "cos"}},
    Named{"cosh", {kFunction, "cosh"}},
    Named{"cot", {kFunction, "cot"}},
    Named{"csc", {kFunction, "csc"}},
    Named{"cup", {kOperator, "cup"}},
    Named{"dbinom", {kCommand, "binom"}},
    Named{"degree", {kDegree, "degree"}},
    Named{"degrees", {kDegree, "degree"}},
    Named{"delta", {kSymbol, "delta"}},
    Named{"dfrac", {kCommand, "frac"}},
    Named{"displaystyle", kNothing},
    Named{"div", {kOperator, "/"}},
    Named{"dollar", {kCurrency, "$"}},
    Named{"ell", {kSymbol, "ell"}},
    Named{"emptyset", {kSymbol, "emptyset"}},
    Named{"enspace", kNothing},
    Named{"epsilon", {kSymbol, "epsilon"}},
    Named{"equiv", {kRelation, "="}},
    Named{"eta", {kSymbol, "eta"}},
    Named{"euro", {kCurrency, "\u20ac"}},
    Named{"euros", {kCurrency, "\u20ac"}},
    Named{"exp", {kFunction, "exp"}},
    Named{"frac", {kCommand, "frac"}},
    Named{"gamma", {kSymbol, "gamma"}},
    Named{"gcd", {kFunction, "gcd"}},
    Named{"ge", {kRelation, ">="}},
    Named{"geq", {kRelation, ">="}},
    Named{"geqslant", {kRelation, ">="}},
    Named{"gt", {kRelation, ">"}},
    Named{"hat", {kCommand, "overline"}},
    Named{"imath", {kSymbol, "i"}},
    Named{"implies", {kSeparator, "implies"}},
    Named{"in", {kRelation, "in"}},
    Named{"infty", {kSymbol, "infty"}},
    Named{"iota", {kSymbol, "iota"}},
    Named{"kappa", {kSymbol, "kappa"}},
    Named{"lVert", {kBar, "|"}},
    Named{"lambda", {kSymbol, "lambda"}},
    Named{"land", {kSeparator, "and"}},
    Named{"lbrace", {kOpen, "\\{"}},
    Named{"lbrack", {kOpen, "["}},
    Named{"lceil", {kOpen, "ceil"}},
    Named{"lcm", {kFunction, "lcm"}},
    Named{"le", {kRelation, "<="}},
    Named{"leavevmode", kNothing},
    Named{"left", kNothing},
    Named{"leq", {kRelation, "<="}},
    Named{"leqslant", {kRelation, "<="}},
    Named{"lfloor", {kOpen, "floor"}},
    Named{"lg", {kFunction, "log10"}},
    Named{"limits", kNothing},
    Named{"ln", {kFunction, "ln"}},
    Named{"log", {kFunction, "log"}},
    Named{"lor", {kSeparator, "or"}},
    Named{"lt", {kRelation, "<"}},
    Named{"lvert", {kBar, "|"}},
    Named{"mathring", {kCommand, "overline"}},
    Named{"max", {kFunction, "max"}},
    Named{"measuredangle", kNothing},
    Named{"medspace", kNothing},
    Named{"mid", {kSeparator, "such"}},
    Named{"middle", kNothing},
    Named{"min", {kFunction, "min"}},
    Named{"mod", {kWord, "mod"}},
    Named{"mp", {kOperator, "-+"}},
    Named{"mu", {kSymbol, "mu"}},
    Named{"ne", {kRelation, "!="}},
    Named{"negthinspace", kNothing},
    Named{"neq", {kRelation, "!="}},
    Named{"nobreakspace", kNothing},
    Named{"nolimits", kNothing},
    Named{"notin", {kRelation, "notin"}},
    Named{"nu", {kSymbol, "nu"}},
    Named{"omega", {kSymbol, "omega"}},
    Named{"over", {kOperator, "over"}},
    Named{"overline", {kCommand, "overline"}},
    Named{"overrightarrow", {kCommand, "overline"}},
    Named{"phi", {kSymbol, "phi"}},
    Named{"pi", {kSymbol, "pi"}},
    Named{"pm", {kOperator, "+-"}},
    Named{"pmod", {kWord, "mod"}},
    Named{"pounds", {kCurrency, "\u00a3"}},
    Named{"prod", {kFunction, "prod"}},
    Named{"psi", {kSymbol, "psi"}},
    Named{"qquad", kNothing},
    Named{"quad", kNothing},
    Named{"rVert", {kBar, "|"}},
    Named{"rbrace", {kClose, "\\}"}},
    Named{"rbrack", {kClose, "]"}},
    Named{"rceil", {kClose, "ceil"}},
    Named{"rfloor", {kClose, "floor"}},
    Named{"rho", {kSymbol, "rho"}},
    Named{"right", kNothing},
    Named{"rvert", {kBar, "|"}},
    Named{"scriptstyle", kNothing},
    Named{"sec", {kFunction, "sec"}},
    Named{"setminus", {kOperator, "minus"}},
    Named{"sigma", {kSymbol, "sigma"}},
    Named{"sim", {kRelation, "~"}},
    Named{"simeq", {kRelation, "~"}},
    Named{"sin", {kFunction, "sin"}},
    Named{"sinh", {kFunction, "sinh"}},
    Named{"smallsetminus", {kOperator, "minus"}},
    Named{"sqrt", {kCommand, "sqrt"}},
    Named{"sum", {kFunction, "sum"}},
    Named{"tan", {kFunction, "tan"}},
    Named{"tanh", {kFunction, "tanh"}},
    Named{"tau", {kSymbol, "tau"}},
    Named{"textstyle", kNothing},
    Named{"tfrac", {kCommand, "frac"}},
    Named{"therefore", kNothing},
    Named{"theta", {kSymbol, "theta"}},
    Named{"thinspace", kNothing},
    Named{"tilde", {kCommand, "overline"}},
    Named{"times", {kOperator, "*"}},
    Named{"triangle", kNothing},
    Named{"upsilon", {kSymbol, "upsilon"}},
    Named{"varepsilon", {kSymbol, "epsilon"}},
    Named{"varnothing", {kSymbol, "emptyset"}},
    Named{"varphi", {kSymbol, "phi"}},
    Named{"vartheta", {kSymbol, "theta"}},
    Named{"vec", {kCommand, "overline"}},
    Named{"vert", {kBar, "|"}},
    Named{"wedge", {kSeparator, "and"}},
    Named{"widehat", {kCommand, "overline"}},
    Named{"xi", {kSymbol, "xi"}},
    Named{"zeta", {kSymbol, "zeta"}},
};

constexpr std::array kWords = {
    Named{"abs", {kFunction, "abs"}},       Named{"acos", {kFunction, "arccos"}},
    Named{"and", {kSeparator, "and"}},      Named{"arccos", {kFunction, "arccos"}},
    Named{"arcsin", {kFunction, "arcsin"}}, Named{"arctan", {kFunction, "arctan"}},
    Named{"asin", {kFunction, "arcsin"}},   Named{"atan", {kFunction, "arctan"}},
    Named{"ceil", {kFunction, "ceil"}},     Named{"cos", {kFunction, "cos"}},
    Named{"cosh", {kFunction, "cosh"}},     Named{"cot", {kFunction, "cot"}},
    Named{"csc", {kFunction, "csc"}},       Named{"exp", {kFunction, "exp"}},
    Named{"floor", {kFunction, "floor"}},   Named{"gcd", {kFunction, "gcd"}},
    Named{"inf", {kSymbol, "infty"}},       Named{"infinity", {kSymbol, "infty"}},
    Named{"lcm", {kFunction, "lcm"}},       Named{"ln", {kFunction, "ln"}},
    Named{"log", {kFunction, "log"}},       Named{"max", {kFunction, "max"}},
    Named{"min", {kFunction, "min"}},       Named{"or", {kSeparator, "or"}},
    Named{"pi", {kSymbol, "pi"}},           Named{"sec", {kFunction, "sec"}},
    Named{"sin", {kFunction, "sin"}},       Named{"sinh", {kFunction, "sinh"}},
    Named{"sqrt", {kCommand, "root"}},      Named{"tan", {kFunction, "tan"}},
    Named{"tanh", {kFunction, "tanh"}},
};

constexpr std::array<std::string_view, 20> kTextCommands = {
    "boldsymbol", "bf",     "emph",       "ensuremath", "hbox",         "mathbf",   "mathcal",
    "mathit",     "mathrm", "mathsf",     "mbox",       "operatorname", "rm",       "text",
    "textbf",     "textit", "textnormal", "textrm",     "textsf",       "underline"};

// Sorted by name.
constexpr std::array kPhrases = {
    Named{"all real numbers", {kSymbol, "reals"}},
    Named{"all reals", {kSymbol, "reals"}},
    Named{"dne", {kWord, "undefined"}},
    Named{"does not exist", {kWord, "undefined"}},
    Named{"empty set", {kSymbol, "emptyset"}},
    Named{"no real solution", {kSymbol, "emptyset"}},
    Named{"no real solutions", {kSymbol, "emptyset"}},
    Named{"no solution", {kSymbol, "emptyset"}},
    Named{"no solutions", {kSymbol, "emptyset"}},
    Named{"none", {kSymbol, "emptyset"}},
    Named{"real numbers", {kSymbol, "reals"}},
    Named{"the empty set", {kSymbol, "emptyset"}},
    Named{"the real numbers", {kSymbol, "reals"}},
    Named{"there are no solutions", {kSymbol, "emptyset"}},
    Named{"there is no solution", {kSymbol, "emptyset"}},
};

// Commands that say how it looks: they go with their first argument.
constexpr std::array<std::string_view, 6> kLayoutCommands = {"color",   "hphantom",  "hspace",
                                                             "phantom", "textcolor", "vspace"};

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
    Character{U'\u2211', {kFunction, "sum"}},
    Character{U'\u220f', {kFunction, "prod"}},
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
    Character{U'\u2229', {kOperator, "cap"}},
    Character{U'\u2216', {kOperator, "minus"}},
    Character{U'\u2213', {kOperator, "-+"}},
    Character{U'\u2044', {kOperator, "/"}},
    Character{U'\u230a', {kOpen, "floor"}},
    Character{U'\u230b', {kClose, "floor"}},
    Character{U'\u2308', {kOpen, "ceil"}},
    Character{U'\u2309', {kClose, "ceil"}},
    Character{U'\u2220', kNothing},
    Character{U'\u25b3', kNothing},
    Character{U'\u2a7d', {kRelation, "<="}},
    Character{U'\u2a7e', {kRelation, ">="}},
    Character{U'\u3001', {kSeparator, ","}},
    Character{U'\u03b1', {kSymbol, "alpha"}},
    Character{U'\u03b2', {kSymbol, "beta"}},
    Character{U'\u03b3', {kSymbol, "gamma"}},
    Character{U'\u03b4', {kSymbol, "delta"}},
    Character{U'\u03bb', {kSymbol, "lambda"}},
    Character{U'\u03bc', {kSymbol, "mu"}},
    Character{U'\u03c6', {kSymbol, "phi"}},
    Character{U'\u03c9', {kSymbol, "omega"}},
    Character{U'\u2061', kNothing},
    Character{U'\u200b', kNothing},
    Character{U'\ufeff', kNothing},
    Character{U'\u2010', {kOperator, "-"}},
    Character{U'\u2011', {kOperator, "-"}},
    Character{U'\u2217', {kOperator, "*"}},
    Character{U'\u2062', kNothing},
    Character{U'\u27e8', {kOpen, "("}},
    Character{U'\u27e9', {kClose, ")"}},
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
static_assert(std::is_sorted(kPhrases.begin(), kPhrases.end(),
                             [](const Named& a, const Named& b) { return a.name < b.name; }));
static_assert(std::is_sorted(kWords.begin(), kWords.end(),
                             [](const Named& a, const Named& b) { return a.name < b.name; }));

}  // namespace

std::optional<Meaning> command_meaning(std::string_view name) { return find_name(kCommands, name); }

bool is_text_command(std::string_view name) {
  return std::find(kTextCommands.begin(), kTextCommands.end(), name) != kTextCommands.end();
}

bool is_layout_command(std::string_view name) {
  return std::find(kLayoutCommands.begin(), kLayoutCommands.end(), name) != kLayoutCommands.end();
}

std::optional<Meaning> word_meaning(std::string_view word) { return find_name(kWords, word); }

std::optional<Meaning> phrase_meaning(std::string_view words) { return find_name(kPhrases, words); }

std::optional<Meaning> character_meaning(char32_t character) {
  for (const Character& row : kCharacters) {
    if (row.character == character) return row.meaning;
  }
  return std::nullopt;
}

}  // namespace drp::answers
