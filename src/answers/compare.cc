// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "answers/boxes.h"
#include "answers/choice.h"
#include "answers/equality.h"
#include "answers/grade.h"
#include "answers/moment.h"
#include "answers/token.h"
#include "base/error.h"

namespace drp::answers {
namespace {

Comparison verdict(Verdict value, std::string_view reason) {
  return {value, std::string(reason), {}};
}

// Whether there is anything to compare with: a letter, a digit, or a sign outside ASCII.
bool is_readable(std::string_view text) {
  for (char c : text) {
    if (is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80) return true;
  }
  return contains(text, "\\{");
}

// The letter of the option that has this text.
std::optional<char> letter_of_text(std::string_view text, const std::vector<std::string>& choices) {
  const std::string words = plain_words(text);
  for (std::size_t i = 0; i < choices.size() && i < 26; ++i) {
    if (!words.empty() && plain_words(choices[i]) == words) return static_cast<char>('A' + i);
  }
  return std::nullopt;
}

Comparison compare_choice(std::string_view gold, std::string_view pred,
                          const std::vector<std::string>& choices) {
  const auto letter = [&](std::string_view text) {
    const auto named = letter_of_text(text, choices);
    return named ? named : choice_letter(text);
  };
  const auto want = letter(gold);
  if (!want) {
    const bool same = plain_words(gold) == plain_words(pred);
    return verdict(same ? Verdict::kEqual : Verdict::kUnequal,
                   same ? "same option text" : "different option text");
  }
  const auto have = letter(pred);
  if (!have) return verdict(Verdict::kUnequal, "no option named");
  return verdict(*want == *have ? Verdict::kEqual : Verdict::kUnequal,
                 *want == *have ? "same option" : "different option");
}

Comparison compare_words(std::string_view gold, std::string_view pred) {
  const std::string left = plain_words(gold);
  const bool same = !left.empty() && left == plain_words(pred);
  return verdict(same ? Verdict::kEqual : Verdict::kUnequal,
                 same ? "same words" : "different words");
}

bool may_be_list(std::string_view text) { return text.find(',') != std::string_view::npos; }

bool has_words(const Expression& expression) {
  return std::any_of(expression.nodes.begin(), expression.nodes.end(), [](const Node& node) {
    return node.kind == NodeKind::kWord || node.kind == NodeKind::kUnit;
  });
}

Outcome compare_readings(const Expression& gold, const Expression& pred,
                         const CompareOptions& options) {
  if (!gold.parsed() || !pred.parsed()) return {Verdict::kUnequal, "different forms"};
  std::size_t steps_left = kComparisonStepsMax;
  const Outcome outcome = Equality(gold, pred, options, steps_left).nodes(gold.root, pred.root);
  if (steps_left == 0) return {Verdict::kUndecided, "too much work"};
  return outcome;
}

// Times of day and days, where the reference is one.
std::optional<Comparison> compare_moments(std::string_view gold, std::string_view pred) {
  if (const auto time = read_time(gold)) {
    if (const auto other = read_time(pred, true)) {
      const bool same = time->agrees(*other);
      return verdict(same ? Verdict::kEqual : Verdict::kUnequal,
                     same ? "same time of day" : "different times of day");
    }
  }
  if (const auto day = read_day(gold)) {
    if (const auto other = read_day(pred)) {
      const bool same = day->agrees(*other);
      return verdict(same ? Verdict::kEqual : Verdict::kUnequal,
                     same ? "same day" : "different days");
    }
  }
  return std::nullopt;
}

Comparison compare_math(std::string_view gold, std::string_view pred,
                        const CompareOptions& options) {
  if (const auto moments = compare_moments(gold, pred)) return *moments;
  const Expression left = parse_answer(gold);
  const Expression right = parse_answer(pred);
  if (left.too_large || right.too_large) return verdict(Verdict::kUndecided, "too large");
  const Outcome outcome = compare_readings(left, right, options);
  if (outcome.equal()) return verdict(outcome.verdict, outcome.reason);
  if (may_be_list(gold) && may_be_list(pred)) {
    // 3,512 is a number and a list; any pair of readings that matches is enough.
    const Expression left_list = parse_answer(gold, true);
    const Expression right_list = parse_answer(pred, true);
    for (const auto& [a, b] : {std::pair{&left_list, &right}, std::pair{&left, &right_list}}) {
      const Outcome other = compare_readings(*a, *b, options);
      if (other.equal()) {
        return {Verdict::kEqual, "equal as a list (commas are ambiguous)", {"ambiguous_comma"}};
      }
    }
  }
  // A capital letter may be an option's name.
  const auto letter = choice_letter(gold);
  if (letter && gold.find(*letter) != std::string_view::npos && trim(gold).size() <= 3 &&
      letter == choice_letter(pred)) {
    return verdict(Verdict::kEqual, "same option");
  }
  const bool decided = outcome.verdict == Verdict::kUnequal && left.parsed() && right.parsed() &&
                       !has_words(left) && !has_words(right);
  if (!decided && compare_words(gold, pred).equal()) return verdict(Verdict::kEqual, "same words");
  return verdict(outcome.verdict, outcome.reason);
}

// The answer that a gold or a prediction holds when a whole solution was given.
std::string_view alone(std::string_view text, std::string& storage) {
  const std::size_t hash = text.rfind("####");
  if (hash != std::string_view::npos) {
    const std::string_view rest = trim(text.substr(hash + 4));
    return trim(rest.substr(0, rest.find('\n')));
  }
  const BoxSearch boxes = find_boxed(text);
  if (boxes.any && !boxes.answer) return {};
  if (!boxes.answer) return trim(text);
  storage = boxes.answer->text;
  return storage;
}

}  // namespace

void check_domain(std::string_view domain) {
  for (std::string_view known : {"math", "choice", "text", "code", "command"}) {
    if (domain == known) return;
  }
  throw Error(ErrorKind::kData, "unknown domain '" + std::string(domain) + "'",
              "use math, choice, text, code or command");
}

std::string read_gold(std::string_view gold) {
  std::string storage;
  return std::string(alone(gold, storage));
}

Comparison compare(std::string_view gold, std::string_view pred, const CompareOptions& options) {
  const bool text = options.domain == "text";
  if (options.domain == "code" || options.domain == "command") {
    return verdict(Verdict::kUndecided, "this domain is judged by a program, not by comparing");
  }
  check_domain(options.domain);
  const std::string wanted = text ? std::string(trim(gold)) : read_gold(gold);
  if (text ? wanted.empty() : !is_readable(wanted))
    return verdict(Verdict::kGoldError, "the reference answer is unreadable");
  std::string storage;
  const std::string_view given = text ? trim(pred) : alone(pred, storage);
  if (given.empty()) return verdict(Verdict::kUnequal, "no answer");
  if (wanted == given) return verdict(Verdict::kEqual, "same text");
  if (wanted.size() > kAnswerBytesMax || given.size() > kAnswerBytesMax) {
    return verdict(Verdict::kUndecided, "too large");
  }
  if (text) return compare_words(wanted, given);
  if (options.domain == "choice") return compare_choice(wanted, given, options.choices);
  if (!options.decimal_comma) return compare_math(wanted, given, options);
  return compare_math(with_decimal_points(wanted), with_decimal_points(given), options);
}

std::string_view method_name(Method method) {
  switch (method) {
    case Method::kNone:
      return "none";
    case Method::kBox:
      return "box";
    case Method::kHash:
      return "hash";
    case Method::kPhrase:
      return "phrase";
    case Method::kMath:
      return "math";
    case Method::kNumber:
      return "number";
    case Method::kChoice:
      return "choice";
    case Method::kText:
      return "text";
    case Method::kCode:
      return "code";
  }
  return "none";
}

std::string_view verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEqual:
      return "equal";
    case Verdict::kUnequal:
      return "unequal";
    case Verdict::kUndecided:
      return "undecided";
    case Verdict::kGoldError:
      return "gold_error";
  }
  return "undecided";
}

}  // namespace drp::answers
