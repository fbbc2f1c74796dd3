// SPDX-License-Identifier: Apache-2.0
#include "evaluate/answer_classes.h"

#include "answers/grade.h"

namespace drp::evaluate {
namespace {

// Of a longer answer only so much is kept and compared.
constexpr std::size_t kAnswerBytesMax = 4096;

bool same_answer(const std::string& first, const std::string& other, const std::string& method) {
  if (first == other) return true;
  // The rules of mathematics fit words and numbers; letters of choices and code are what they are.
  if (method == "code" || method == "choice" || method == "text") return false;
  return answers::compare(first, other).equal();
}

}  // namespace

std::uint32_t AnswerClasses::of(std::uint64_t key, const Scored& scored) {
  if (scored.correct) return kRight;
  if (scored.method == "none" || scored.answer.empty()) return kSilent;
  std::vector<std::string>& wrong = wrong_[key];
  const std::string answer = scored.answer.substr(0, kAnswerBytesMax);
  std::uint32_t at = 0;
  while (at < wrong.size() && !same_answer(wrong[at], answer, scored.method)) ++at;
  if (at == wrong.size()) wrong.push_back(answer);
  return kRight + 1 + at;
}

}  // namespace drp::evaluate
