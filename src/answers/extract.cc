// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "answers/answer_phrase.h"
#include "answers/boxes.h"
#include "answers/choice.h"
#include "answers/code_block.h"
#include "answers/conclusion.h"
#include "answers/expression.h"
#include "answers/grade.h"
#include "answers/math_spans.h"
#include "answers/numbers.h"

namespace drp::answers {
namespace {

constexpr int kPhraseTriesMax = 20;
constexpr std::size_t kPhraseAnswerBytesMax = 2'000;
constexpr int kUnitWordsMax = 4;

std::string_view before_run_on(std::string_view text) {
  for (std::string_view marker : {"\nQuestion:", "\nQ:", "\nProblem:"}) {
    const std::size_t hit = text.find(marker);
    if (hit != std::string_view::npos && !trim(text.substr(0, hit)).empty()) {
      text = text.substr(0, hit);
    }
  }
  return text;
}

Span span_of(std::string_view text, std::string_view part) {
  const auto begin = static_cast<std::size_t>(part.data() - text.data());
  return {begin, begin + part.size()};
}

Extracted found(std::string_view text, std::string_view part, Method method) {
  return {std::string(part), method, span_of(text, part)};
}

// Cuts quotes, bold marks and sentence ends off both sides of an answer.
std::string_view bare_answer(std::string_view answer) {
  while (true) {
    answer = trim(answer);
    if (answer.empty()) return answer;
    const char first = answer.front();
    const char last = answer.back();
    if (first == '*' || first == '"' || first == ':' || first == '`' || first == '_') {
      answer.remove_prefix(1);
    } else if (last == '*' || last == '"' || last == '.' || last == '`' || last == '_') {
      answer.remove_suffix(1);
    } else {
      return answer;
    }
  }
}

std::optional<Extracted> after_hash(std::string_view text) {
  while (true) {
    const std::size_t last = text.rfind("####");
    if (last == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(last + 4);
    rest = bare_answer(rest.substr(0, rest.find('\n')));
    // A headline of Markdown starts with a word.
    if (!rest.empty() && !is_letter(rest[0])) return found(text, rest, Method::kHash);
    // Before the whole row of signs, so that a long one costs its length once.
    const std::size_t before = text.find_last_not_of('#', last);
    if (before == std::string_view::npos) return std::nullopt;
    text = text.substr(0, before + 1);
  }
}

// The line that an answer phrase ends with; where nothing follows on it, the next line with text.
std::string_view phrase_line(std::string_view rest) {
  std::size_t at = 0;
  while (at < rest.size() && (is_space(rest[at]) || rest[at] == ':' || rest[at] == '*')) ++at;
  const std::string_view line = rest.substr(at, rest.substr(at).find('\n'));
  return line.substr(0, kPhraseAnswerBytesMax);
}

// The first sentence of a line: up to a dot or comma clause that is followed by a blank.
std::string_view first_sentence(std::string_view line) {
  for (std::size_t at = 0; at + 1 < line.size(); ++at) {
    if (line[at] == '.' && is_space(line[at + 1])) return line.substr(0, at);
  }
  return line;
}

// Whether it was read as mathematics without running text in it.
bool is_short_answer(const Expression& read) {
  if (!read.parsed()) return false;
  return std::all_of(
             read.nodes.begin(), read.nodes.end(),
             [](const Node& node) {
               const bool named = node.kind == NodeKind::kWord || node.kind == NodeKind::kUnit;
               return !named || std::count(node.text.begin(), node.text.end(), ' ') < kUnitWordsMax;
             }) &&
         read.top().kind != NodeKind::kWord;
}

// The answer inside a sentence: a formula, the sentence itself where it reads as mathematics, else
// its last number, else its words.
std::string_view answer_in(std::string_view line) {
  if (const auto formula = last_math_span(line)) return bare_answer(slice(line, *formula));
  const std::string_view sentence = bare_answer(first_sentence(line));
  if (is_short_answer(parse_answer(sentence))) return sentence;
  // "42 and not 41", "$12 for 3 of them": what stands first is the answer.
  const auto numbers = numbers_in(sentence);
  if (!numbers.empty() && sentence.substr(0, numbers[0].span.begin).find_first_not_of("$ \\") ==
                              std::string_view::npos) {
    return slice(sentence, numbers[0].span);
  }
  if (const auto number = last_number(sentence)) return *number;
  return sentence;
}

std::optional<Extracted> after_phrase(std::string_view text) {
  std::string_view before = text;
  for (int tries = 0; tries < kPhraseTriesMax; ++tries) {
    const auto phrase = last_answer_phrase(before);
    if (!phrase) return std::nullopt;
    const std::string_view answer = answer_in(phrase_line(text.substr(phrase->end)));
    if (!answer.empty()) return found(text, answer, Method::kPhrase);
    before = text.substr(0, phrase->begin);
  }
  return std::nullopt;
}

std::optional<Extracted> in_last_formula(std::string_view text) {
  const auto span = last_math_span(text);
  if (!span) return std::nullopt;
  const std::string_view side = bare_answer(last_right_side(slice(text, *span)));
  if (side.empty() || !parse_answer(side).parsed()) return std::nullopt;
  return found(text, side, Method::kMath);
}

Extracted extract_math(std::string_view text) {
  if (auto hash = after_hash(text)) return *hash;
  if (auto phrase = after_phrase(text)) return *phrase;
  const auto number = concluding_number(text);
  auto formula = in_last_formula(text);
  // A number in a sentence after the last formula is nearer to the conclusion.
  const bool later = number && formula && span_of(text, *number).begin >= formula->span.end;
  if (formula && !later) return *formula;
  if (number) return found(text, *number, Method::kNumber);
  return formula ? *formula : Extracted{};
}

Extracted extract_choice(std::string_view text) {
  if (const auto choice = last_choice(text)) {
    return {std::string(1, choice->letter), Method::kChoice, choice->span};
  }
  if (const auto letter = choice_letter(text)) {
    return {std::string(1, *letter), Method::kChoice, span_of(text, trim(text))};
  }
  if (auto phrase = after_phrase(text)) return *phrase;
  return {};
}

}  // namespace

Extracted extract_by(std::string_view text, Method method) {
  std::optional<Extracted> result;
  if (method == Method::kBox) {
    if (const auto box = find_boxed(text).answer) return {box->text, method, box->span};
  } else if (method == Method::kHash) {
    result = after_hash(text);
  } else if (method == Method::kPhrase) {
    result = after_phrase(text);
  } else if (method == Method::kNumber) {
    if (const auto number = last_number(text)) return found(text, *number, method);
  }
  return result.value_or(Extracted{});
}

Extracted extract(std::string_view text, const ExtractOptions& options) {
  if (options.cut_at_run_on) text = before_run_on(text);
  if (options.domain == "code") {
    const auto block = last_code_block(text);
    return block ? found(text, slice(text, *block), Method::kCode) : Extracted{};
  }
  const BoxSearch boxes = find_boxed(text);
  if (boxes.answer) return {boxes.answer->text, Method::kBox, boxes.answer->span};
  // A last box that is empty or broken is no answer, and no older or looser one takes its place.
  if (boxes.any || options.box_only) return {};
  if (options.domain == "choice") return extract_choice(text);
  if (options.domain == "math") return extract_math(text);
  if (auto phrase = after_phrase(text)) return *phrase;
  const std::string_view whole = trim(text);
  return whole.empty() ? Extracted{} : found(text, whole, Method::kText);
}

}  // namespace drp::answers
