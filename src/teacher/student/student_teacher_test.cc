// SPDX-License-Identifier: Apache-2.0
#include "teacher/student/student_teacher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"

namespace drp::teacher {
namespace {

// One token a byte.
class ByteTokenizer final : public llm::Tokenizer {
 public:
  std::vector<llm::TokenId> tokenize(std::string_view text, llm::ControlText) const override {
    return {text.begin(), text.end()};
  }
  std::string detokenize(std::span<const llm::TokenId> ids) const override {
    return {ids.begin(), ids.end()};
  }
  std::vector<llm::TokenId> render_prompt(std::span<const llm::Message> messages,
                                          std::string_view prefix) const override {
    return tokenize(messages.back().content + "\n" + std::string(prefix), llm::ControlText::kPlain);
  }
  llm::TokenId end_token() const override { return 0; }
  int vocabulary_size() const override { return 256; }
  std::string fingerprint() const override { return "bytes"; }
};

// Finds the answer likely exactly where the text before it holds `needed`.
class NeedyScorer final : public llm::Scorer {
 public:
  explicit NeedyScorer(std::string needed) : needed_(std::move(needed)) {}
  std::vector<std::vector<float>> score(std::span<const llm::ScoreRequest> requests,
                                        const StopFlag&) override {
    std::vector<std::vector<float>> scores;
    for (const llm::ScoreRequest& request : requests) {
      const std::string text(request.context.begin(), request.context.end());
      const float value = contains(text, needed_) ? -0.1F : -3.0F;
      scores.emplace_back(request.continuation.size(), value);
    }
    return scores;
  }

 private:
  std::string needed_;
};

class NeedyStudent final : public llm::Student {
 public:
  explicit NeedyStudent(std::string needed) : needed_(std::move(needed)) {}
  const llm::Tokenizer& tokenizer() const override { return tokenizer_; }
  std::unique_ptr<llm::ChatModel> chat(Adapters) override { return nullptr; }
  std::unique_ptr<llm::Scorer> scorer(Adapters) override {
    return std::make_unique<NeedyScorer>(needed_);
  }

 private:
  ByteTokenizer tokenizer_;
  std::string needed_;
};

// Deletes the unit-sized steps that hold one of the words.
class WordTeacher final : public Teacher {
 public:
  explicit WordTeacher(std::vector<std::string> words) : words_(std::move(words)) {}
  std::string identity() const override { return "deletes " + join(words_, ","); }
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem&, const Trace& trace) override {
    Plan plan{trace.id, trace.problem_id, identity(), {}};
    const std::string_view text = trace.reasoning_text();
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t stop = text.find(". ", at);
      const std::size_t end = stop == std::string_view::npos ? text.size() : stop + 2;
      const std::string_view sentence = text.substr(at, end - at);
      Step step;
      step.span = {at, at + sentence.size()};
      const bool hit = std::any_of(words_.begin(), words_.end(), [&](const std::string& word) {
        return contains(sentence, word);
      });
      step.action = hit ? Action::kDelete : Action::kKeep;
      plan.steps.push_back(std::move(step));
      at += sentence.size();
    }
    return plan;
  }

 private:
  std::vector<std::string> words_;
};

const Problem kProblem{"p", "Ann has 3 jars of 5 plums. How many plums?", "15", "math", {}};
const std::string kReasoning =
    "The jars are green today. The plums are very ripe. 3 * 5 = 15. Some more talk is here. ";

Trace sample_trace() {
  return path::make_trace({"p", 0, FinishReason::kStop, ""},
                          "<think>" + kReasoning + "</think>The answer is 15.");
}

std::string path_of(Teacher& teacher) {
  const Trace trace = sample_trace();
  const auto plan = teacher.plan(kProblem, trace);
  if (!plan) return std::string(enum_name(plan.error().reason)) + ": " + plan.error().detail;
  return std::string(trim(path::apply_plan(trace.reasoning_text(), *plan)->reasoning));
}

StudentTeacher teacher_needing(const std::string& words) {
  std::vector<std::unique_ptr<Teacher>> candidates;
  candidates.push_back(std::make_unique<WordTeacher>(std::vector<std::string>{"talk"}));
  candidates.push_back(
      std::make_unique<WordTeacher>(std::vector<std::string>{"talk", "ripe", "green"}));
  candidates.push_back(std::make_unique<WordTeacher>(std::vector<std::string>{"talk", "ripe"}));
  return {std::move(candidates), std::make_unique<NeedyStudent>(words), {.model = "needy"}};
}

TEST(StudentTeacher, TakesTheShortestPathThatKeepsTheAnswerLikely) {
  StudentTeacher content = teacher_needing("3 * 5");
  EXPECT_EQ(path_of(content), "3 * 5 = 15.");
  StudentTeacher needs_green = teacher_needing("green");
  EXPECT_EQ(path_of(needs_green), "The jars are green today. 3 * 5 = 15.");
  StudentTeacher needs_ripe = teacher_needing("ripe");
  EXPECT_EQ(path_of(needs_ripe), "The jars are green today. The plums are very ripe. 3 * 5 = 15.");
}

TEST(StudentTeacher, RejectsWhereEveryPlanLosesTheAnswer) {
  StudentTeacher needs_all = teacher_needing("talk is here");
  EXPECT_TRUE(path_of(needs_all).starts_with("answer_lost: the model finds the answer 0.0"))
      << path_of(needs_all);
}

TEST(StudentTeacher, IdentityNamesWhatThePlansDependOn) {
  EXPECT_NE(teacher_needing("a").identity().find("needy"), std::string::npos);
  EXPECT_NE(teacher_needing("a").identity().find("keep_answer_prob 0.950"), std::string::npos);
}

TEST(MixedTeacher, AsksTheSecondWhereTheFirstBreaksAGate) {
  // The first deletes the only computation: its path states no answer.
  MixedTeacher mixed(std::make_unique<WordTeacher>(std::vector<std::string>{"3 * 5"}),
                     std::make_unique<WordTeacher>(std::vector<std::string>{"talk"}));
  EXPECT_EQ(path_of(mixed), "The jars are green today. The plums are very ripe. 3 * 5 = 15.");
  MixedTeacher fine(std::make_unique<WordTeacher>(std::vector<std::string>{"ripe"}),
                    std::make_unique<WordTeacher>(std::vector<std::string>{"talk"}));
  EXPECT_EQ(path_of(fine), "The jars are green today. 3 * 5 = 15. Some more talk is here.");
}

TEST(Judge, LeavesAnnouncementsOfTheAnswerOut) {
  EXPECT_EQ(
      without_announcements("3 * 5 = 15. So she has 15 plums. The rest is talk. \\boxed{15}", "15"),
      "3 * 5 = 15. The rest is talk. ");
}

}  // namespace
}  // namespace drp::teacher
