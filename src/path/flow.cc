// SPDX-License-Identifier: Apache-2.0
#include "path/flow.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "base/phrase_finder.h"
#include "base/text.h"
#include "path/at_hand.h"

namespace drp::path {
namespace {

constexpr std::array<std::string_view, 12> kDefiners = {
    " let ",   " denote",  " represent", " call ",   " stand for", " stands for",
    " define", " be the ", " variable",  " suppose", " assume",    " set "};

// Words near the start of a sentence that mean something said right before it.
constexpr std::array<std::string_view, 50> kPointers = {
    "this number",     "that number",      "this value",    "that value",    "this amount",
    "that amount",     "this total",       "that total",    "these two",     "those two",
    "these values",    "those values",     "these numbers", "those numbers", "these amounts",
    "both of these",   "to do that",       "to do this",    "for that,",     "doing that",
    "from that",       "with that",        "similarly",     "likewise",      "the same way",
    "in the same way", "is also true",     "this equation", "that equation", "this expression",
    "this result",     "i can't just",     "all three of",  "the third one", "not necessarily",
    "that must be",    "must be the case", "each of these", "the other one", " these ",
    " those ",         " than that",       " of that",      " of this",      " to that",
    " times that",     " by that",         " of those",     " of these",     "write that"};
constexpr std::size_t kPointerReach = 90;

bool has_pointer(std::string_view text) {
  const std::string lower = to_lower(text.substr(0, kPointerReach));
  // A boxed answer: "these visits" are those of the question.
  if (means_own_value(lower) || contains(text, "\\boxed")) return false;
  // "Because ..." alone is half a sentence whose other half stood before.
  const bool half = lower.starts_with("because ") && lower.find(", ") == std::string::npos;
  const bool example = lower.starts_with("for example") || lower.starts_with("for instance");
  static const std::array<PhraseGroup, 1> kGroups = {{{1, kPointers}}};
  static const PhraseFinder kFinder(kGroups);
  return half || example || kFinder.find(lower) != 0;
}

// "These are the clues: ..." says what it means itself.
bool points_forward(std::string_view text, const Opening& opening) {
  const std::string lower = to_lower(text.substr(std::min(opening.core, text.size()), 60));
  const bool shows = lower.starts_with("these are ") || lower.starts_with("here are ") ||
                     lower.starts_with("here is ");
  return shows && contains(lower, ": ");
}

bool is_name_byte(char c) { return is_letter(c) || c == '\'' || (c & '\x80') != 0; }

std::uint64_t letter_bit(char c) {
  const int index = is_upper(c) ? c - 'A' : 26 + (c - 'a');
  return std::uint64_t{1} << static_cast<unsigned>(index);
}

// Whether a letter that may be a word ("a", "I") is an unknown here: 'a', 4 * a, a^2, 3a.
bool stands_in_formula(std::string_view text, std::size_t i) {
  constexpr std::string_view kSigns = "=+*/^_'<>|{}$";
  const auto near = [&](std::size_t at, std::size_t beyond) {
    if (at >= text.size()) return false;
    if (kSigns.find(text[at]) != std::string_view::npos) return true;
    return text[at] == ' ' && beyond < text.size() &&
           std::string_view("=+*/^<>").find(text[beyond]) != std::string_view::npos;
  };
  const bool before = i > 0 && (near(i - 1, i - 2) || is_digit(text[i - 1]));
  return before || near(i + 1, i + 2);
}

// Letters that stand alone or right after a coefficient; not the words "a", "A", "I".
std::uint64_t find_symbols(std::string_view text) {
  std::uint64_t symbols = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_letter(text[i])) {
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_name_byte(text[end]) &&
           (text[end] != '\'' || (end + 1 < text.size() && is_letter(text[end + 1])))) {
      ++end;
    }
    const bool command = i > 0 && (text[i - 1] == '\\' || counts_choices(text, i));
    // "Ida painted A eggs": no article begins with a capital inside a sentence.
    const bool capital = text[i] == 'A' && i >= 2 && text[i - 1] == ' ' && is_lower(text[i - 2]);
    const bool word =
        !capital && (text[i] == 'a' || text[i] == 'A' || text[i] == 'I' || text[i] == 'i');
    if (end - i == 1 && !command && (!word || stands_in_formula(text, i))) {
      symbols |= letter_bit(text[i]);
    }
    i = end - 1;
  }
  return symbols;
}

bool defines_something(std::string_view text) {
  static const std::array<PhraseGroup, 1> kGroups = {{{1, kDefiners}}};
  static const PhraseFinder kFinder(kGroups);
  // Whole words: "recall", "outlet" and "maybe the" define nothing.
  return kFinder.find(" " + replace_all(to_lower(text.substr(0, 400)), "\n", " ")) != 0;
}

std::vector<std::int64_t> sorted_keys(std::vector<std::int64_t> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

constexpr std::size_t kCoreMin = 28;  // bytes of a sentence that says more than "that makes sense"

class MissingFinder {
 public:
  MissingFinder(const Given& given, const std::vector<FlowItem>& items)
      : given_(given), items_(items), symbols_(given.symbols) {
    values_.insert(given.values.begin(), given.values.end());
    claims_.insert(given.claims.begin(), given.claims.end());
  }

  std::vector<Missing> run() {
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (items_[i].kept) {
        check_values(i);
        check_symbols(i);
        check_referent(i);
        check_colon(i);
        check_claims(i);
        keep(*items_[i].flow);
        last_kept_ = i;
      } else {
        remember_deleted(i);
      }
    }
    return std::move(missing_);
  }

 private:
  void keep(const Flow& flow) {
    recent_.insert(recent_.end(), flow.figures.begin(), flow.figures.end());
    values_.insert(flow.mentions.begin(), flow.mentions.end());
    values_.insert(flow.results.begin(), flow.results.end());
    stated_.insert(flow.results.begin(), flow.results.end());
    symbols_ |= flow.symbols;
  }

  void remember_deleted(std::size_t i) {
    const Flow& flow = *items_[i].flow;
    for (const std::int64_t key : flow.mentions) introduced_.try_emplace(key, i);
    for (const std::int64_t key : flow.results) computed_.insert_or_assign(key, i);
    for (const Equation& equation : flow.equations) worked_out_.insert(number_key(equation.result));
    for (unsigned bit = 0; bit < 52; ++bit) {
      if ((flow.symbols >> bit & 1U) != 0) {
        defined_.try_emplace(bit, i);
      }
    }
    for (const std::uint64_t claim : read_claims(items_[i].text, given_.claim_words)) {
      made_.insert_or_assign(claim, i);
    }
  }

  void check_values(std::size_t i) {
    const Flow& flow = *items_[i].flow;
    for (const std::int64_t key : flow.figures) {
      if (key <= kTrivialKeyMax || makes(flow, key)) continue;
      if (values_.contains(key)) {
        if (is_another(i, key)) {
          missing_.push_back({i, computed_[key], MissingKind::kValue, key_text(key)});
        }
        continue;
      }
      if (is_digit_of(recent_, key) || is_brought(i, key)) continue;
      if (const auto prepared = prepared_in(i, key); prepared && !introduced_.contains(key)) {
        missing_.push_back({i, *prepared, MissingKind::kValue, key_text(key)});
        continue;
      }
      const auto computed = computed_.find(key);
      const auto introduced = introduced_.find(key);
      if (computed != computed_.end()) {
        missing_.push_back({i, computed->second, MissingKind::kValue, key_text(key)});
      } else if (introduced != introduced_.end()) {
        missing_.push_back({i, introduced->second, MissingKind::kValue, key_text(key)});
      }
    }
  }

  // The last deleted item from whose figures one product makes the value: "5 degrees an hour for 10
  // hours" before "32 + 50 = 82". Only for what item `i` computes with.
  std::optional<std::size_t> prepared_in(std::size_t i, std::int64_t key) const {
    const Flow& flow = *items_[i].flow;
    const bool operand =
        std::any_of(flow.equations.begin(), flow.equations.end(), [&](const Equation& equation) {
          return std::any_of(equation.operands.begin(), equation.operands.end(),
                             [&](double value) { return number_key(value) == key; });
        });
    constexpr std::size_t kReach = 40;
    constexpr std::size_t kFiguresMax = 6;
    for (std::size_t back = i; operand && back > 0 && i - back < kReach; --back) {
      if (items_[back - 1].kept) continue;
      const std::vector<std::int64_t>& figures = items_[back - 1].flow->figures;
      if (figures.size() > kFiguresMax) continue;
      for (const std::int64_t a : figures) {
        for (const std::int64_t b : figures) {
          const bool two = a < b && a > kTrivialKeyMax;  // 9 is not made from one 3
          if (two && a / 10000 * b == key) return back - 1;
        }
      }
    }
    return std::nullopt;
  }

  // What nobody has to say first, though no kept item holds it.
  bool is_brought(std::size_t i, std::int64_t key) const {
    if (!introduced_.contains(key)) return false;
    const bool implied = has_key(given_.implied, key) && !worked_out_.contains(key);
    return implied || brings(items_, i, key);
  }

  // A value of the question that a deleted item worked out for another thing, which item `i` means.
  bool is_another(std::size_t i, std::int64_t key) const {
    const auto found = computed_.find(key);
    if (found == computed_.end() || stated_.contains(key) || !has_key(given_.numbers, key)) {
      return false;
    }
    const FlowItem& source = items_[found->second];
    return counts_another(given_.counted, items_[i].text, key) &&
           (makes(*source.flow, key) || counts_another(given_.counted, source.text, key));
  }

  static bool makes(const Flow& flow, std::int64_t key) {
    return std::any_of(flow.equations.begin(), flow.equations.end(), [&](const Equation& equation) {
      return number_key(equation.result) == key;
    });
  }

  void check_symbols(std::size_t i) {
    const Flow& flow = *items_[i].flow;
    const std::uint64_t unknown = flow.symbols & ~symbols_ & ~flow.defines;
    for (unsigned bit = 0; bit < 52; ++bit) {
      if ((unknown >> bit & 1U) == 0) {
        continue;
      }
      const auto found = defined_.find(bit);
      if (found != defined_.end()) {
        const char letter = static_cast<char>(bit < 26 ? 'A' + bit : 'a' + (bit - 26));
        missing_.push_back({i, found->second, MissingKind::kSymbol, std::string(1, letter)});
      }
    }
  }

  // "his speed" after the sentence that said whose was deleted, where there are several people.
  bool lost_person(std::size_t i) const {
    if (given_.people.size() < 2) return false;
    const std::string lower = " " + to_lower(trim(items_[i].text).substr(0, 90));
    const bool pronoun = contains(lower, " he ") || contains(lower, " she ") ||
                         contains(lower, " his ") || contains(lower, " her ");
    return pronoun && !names_person(items_[i].text, 0) && names_person(items_[i - 1].text, 1);
  }

  // One of the question's people but the first `from`; a pronoun alone means the first.
  bool names_person(std::string_view text, std::size_t from) const {
    return std::any_of(given_.people.begin() + static_cast<std::ptrdiff_t>(from),
                       given_.people.end(),
                       [&](const std::string& name) { return contains(text, name); });
  }

  void check_referent(std::size_t i) {
    if (i == 0 || items_[i - 1].kept) return;
    if (lost_person(i)) {
      missing_.push_back({i, i - 1, MissingKind::kReferent, "a person"});
      return;
    }
    if (!leans_back(*items_[i].flow, given_, !last_kept_) ||
        presents_formula(items_[i].text, *items_[i].flow)) {
      return;
    }
    // What was deleted in between may be talk only; then the referent is the last kept item.
    const std::size_t from = last_kept_ ? *last_kept_ + 1 : 0;
    for (std::size_t back = i; back > from; --back) {
      if (last_kept_ && comes_to(*items_[back - 1].flow, *items_[*last_kept_].flow)) return;
      const Flow& between = *items_[back - 1].flow;
      if (carries_content(between, items_[back - 1].text) && !restates_last_kept(between)) {
        const std::string_view user = trim(items_[i].text);
        missing_.push_back({i, back - 1, MissingKind::kReferent,
                            std::string(user.substr(0, user.find_first_of(" \n", 12)))});
        return;
      }
    }
  }

  void check_claims(std::size_t i) {
    if (given_.claim_words.empty()) return;
    const std::vector<std::uint64_t> claims = read_claims(items_[i].text, given_.claim_words);
    if (!made_.empty() && takes_as_known(items_[i].text)) {
      for (const std::uint64_t claim : claims) {
        const auto made = made_.find(claim);
        if (claims_.contains(claim) || made == made_.end()) continue;
        missing_.push_back({i, made->second, MissingKind::kClaim, "what was found"});
        break;
      }
    }
    claims_.insert(claims.begin(), claims.end());
  }

  // A line that ends in a colon needs what it announces.
  void check_colon(std::size_t i) {
    std::string_view text = trim(items_[i].text);
    while (!text.empty() && (text.back() == '*' || text.back() == ' ')) text.remove_suffix(1);
    const bool open = text.ends_with(":") || text.ends_with("\uff1a");
    if (!open || i + 1 >= items_.size() || items_[i + 1].kept) return;
    missing_.push_back({i, i + 1, MissingKind::kReferent, "a colon"});
  }

  bool carries_content(const Flow& flow, std::string_view text) const {
    const bool news = std::any_of(
        flow.mentions.begin(), flow.mentions.end(),
        [&](std::int64_t key) { return key > kTrivialKeyMax && !values_.contains(key); });
    const std::size_t core = trim(text).size() - std::min(trim(text).size(), flow.opening.core);
    return news || flow.computes() || !flow.mentions.empty() || core > kCoreMin;
  }

  bool restates_last_kept(const Flow& flow) const {
    return last_kept_ && given_.claim_words.empty() && restates(flow, *items_[*last_kept_].flow);
  }

  const Given& given_;
  const std::vector<FlowItem>& items_;
  std::unordered_set<std::int64_t> values_;
  std::unordered_set<std::int64_t> stated_;  // results of kept items
  std::vector<std::int64_t> recent_;         // figures of kept items, the latest last
  std::uint64_t symbols_;
  std::unordered_map<std::int64_t, std::size_t> introduced_;
  std::unordered_map<std::int64_t, std::size_t> computed_;
  std::unordered_set<std::int64_t> worked_out_;  // results of deleted equations
  std::unordered_map<unsigned, std::size_t> defined_;
  std::unordered_set<std::uint64_t> claims_;             // that a reader has
  std::unordered_map<std::uint64_t, std::size_t> made_;  // that deleted items made
  std::optional<std::size_t> last_kept_;
  std::vector<Missing> missing_;
};

}  // namespace

Flow read_flow(std::string_view text) {
  Flow flow;
  const std::vector<Number> numbers = find_numbers(text);
  std::vector<Number> digits;
  for (const Number& number : numbers) {
    if (!number.word && !number.fraction) digits.push_back(number);
  }
  flow.figures = number_keys(digits);
  flow.mentions = number_keys(numbers);
  const std::vector<Token> tokens =
      numbers.empty() ? std::vector<Token>() : read_tokens(text, numbers);
  if (numbers.size() >= 2) flow.equations = find_equations(tokens);
  for (const Equation& equation : flow.equations) {
    flow.results.push_back(number_key(equation.result));
  }
  for (const double result : stated_results(tokens)) {
    flow.results.push_back(number_key(result));
  }
  flow.opening = read_opening(text);
  if (points_forward(text, flow.opening)) flow.opening.anaphor = Anaphor::kNone;
  flow.points_back = flow.opening.anaphor == Anaphor::kDemonstrative || has_pointer(text);
  if (flow.opening.concludes && flow.results.empty() && !digits.empty() &&
      !ends_a_sum(text, digits.back().span.begin)) {
    // "So it simplifies to 3/5": the fraction, where the last number ends one.
    const std::size_t end = digits.back().span.end;
    const auto whole = std::find_if(numbers.begin(), numbers.end(), [&](const Number& number) {
      return number.fraction && !number.word && number.span.end == end;
    });
    flow.results.push_back(number_key(whole != numbers.end() ? whole->value : digits.back().value));
  }
  flow.results = sorted_keys(std::move(flow.results));
  flow.symbols = find_symbols(text);
  flow.defines = flow.symbols != 0 && defines_something(text) ? flow.symbols : 0;
  return flow;
}

std::vector<Missing> find_missing(const Given& given, const std::vector<FlowItem>& items) {
  return MissingFinder(given, items).run();
}

bool leans_back(const Flow& flow, const Given& given, bool first_of_path) {
  if (flow.points_back) return true;
  switch (flow.opening.anaphor) {
    case Anaphor::kNone:
      return false;
    case Anaphor::kDemonstrative:
      return true;
    case Anaphor::kPersonal:
      return first_of_path && !given.names_someone;
  }
  return false;
}

}  // namespace drp::path
