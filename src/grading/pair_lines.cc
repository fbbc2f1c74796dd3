// SPDX-License-Identifier: Apache-2.0
#include "grading/pair_lines.h"

#include "base/error.h"
#include "base/text.h"

namespace drp::grading {
namespace {

constexpr char kMalformedMark = '!';
constexpr char kFatalMark = '#';

struct Frame {
  std::int64_t number;
  std::string_view where;
  std::string_view line;
};

// "NUMBER WHERE<tab>LINE"
Frame unframed(std::string_view text) {
  const std::size_t blank = text.find(' ');
  const std::size_t tab = text.find('\t');
  return {parse_int(text.substr(0, blank)).value_or(0), text.substr(blank + 1, tab - blank - 1),
          text.substr(tab + 1)};
}

}  // namespace

std::string framed_line(std::int64_t number, std::string_view where, std::string_view line) {
  return std::to_string(number) + " " + replace_all(where, "\t", " ") + "\t" + std::string(line);
}

std::string answer_framed(std::string_view framed, const Defaults& defaults,
                          const answers::ProgramJudge& programs) {
  const Frame frame = unframed(framed);
  try {
    const Pair pair = read_pair(frame.line, frame.where, frame.number, defaults);
    return judgement_line(judge(pair, &programs));
  } catch (const Error& error) {
    const bool malformed = error.kind() == ErrorKind::kData;
    return (malformed ? kMalformedMark : kFatalMark) + replace_all(error.what(), "\n", " ");
  }
}

std::string given_up(std::string_view framed, std::string_view why, const Defaults& defaults) {
  const Frame frame = unframed(framed);
  Judgement judgement;
  judgement.verdict = "undecided";
  judgement.method = "none";
  judgement.reason = why;
  judgement.id = std::to_string(frame.number);
  try {
    judgement.id = read_pair(frame.line, frame.where, frame.number, defaults).id;
  } catch (const Error&) {
    // The number of the line serves as well.
  }
  return judgement_line(judgement);
}

AnswerKind read_answer(std::string& answer) {
  const char mark = answer.empty() ? kFatalMark : answer.front();
  if (mark != kMalformedMark && mark != kFatalMark) return AnswerKind::kJudgement;
  answer.erase(0, 1);
  return mark == kMalformedMark ? AnswerKind::kMalformed : AnswerKind::kFatal;
}

}  // namespace drp::grading
