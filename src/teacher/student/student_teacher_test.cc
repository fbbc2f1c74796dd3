// SPDX-License-Identifier: Apache-2.0
#include "teacher/student/student_teacher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/text.h"
#include "llm/byte_tokenizer.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"

namespace drp::teacher {
namespace {

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
  llm::ByteTokenizer tokenizer_;
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
  EXPECT_EQ(without_announcements("3 * 5 = 15. So she has 15 plums. The rest is talk. \\boxed{15}",
                                  path::view_answer("15", Problem{})),
            "3 * 5 = 15. The rest is talk. ");
}

TEST(Judge, LeavesOutWhatComesToTheAnswerAgain) {
  const path::AnswerView answer = path::view_answer("15", Problem{});
  EXPECT_EQ(
      without_announcements("5 + 5 = 10. 10 + 5 = 15. Let me check. 3 * 5 is 15 too. 15 - 5 = "
                            "10. That holds.",
                            answer),
      "5 + 5 = 10. 10 + 5 = 15. Let me check. 15 - 5 = 10. That holds.");
}

TEST(Judge, FindsTheWordsAfterADeletionInPathAndTrace) {
  const std::string text = "Hmm, let me see. She has 3. So then 3 + 4 = 7. It is 7. Right? Yes.";
  const auto plan_of = [&](const std::vector<Action>& actions) {
    Plan plan;
    std::size_t at = 0;
    for (const Action action : actions) {
      const std::size_t end = text.find_first_of(".?", at) + 1;
      plan.steps.push_back({.span = {at, std::min(end + 1, text.size())}, .action = action});
      at = plan.steps.back().span.end;
    }
    return plan;
  };
  constexpr Action kKeep = Action::kKeep;
  constexpr Action kDelete = Action::kDelete;
  const auto words = [&](Plan plan) {
    const auto applied = path::apply_plan(text, plan);
    const Seams seams = find_seams(text, *applied);
    std::vector<std::string> found;
    for (std::size_t i = 0; i < seams.path.size(); ++i) {
      found.push_back(applied->reasoning.substr(seams.path[i], 5) + "|" +
                      text.substr(seams.trace[i], 5));
    }
    return found;
  };
  using Words = std::vector<std::string>;
  EXPECT_EQ(words(plan_of({kKeep, kKeep, kKeep, kKeep, kKeep, kKeep})), Words{});
  EXPECT_EQ(words(plan_of({kDelete, kKeep, kKeep, kDelete, kDelete, kKeep})),
            (Words{"She h|She h", "Yes.|Yes."}));
  // A connective that lost what it referred to goes: the words begin behind it.
  EXPECT_EQ(words(plan_of({kDelete, kDelete, kKeep, kKeep, kKeep, kKeep})), (Words{"3 + 4|3 + 4"}));
  // New words stand nowhere in the trace.
  Plan rewritten = plan_of({kKeep, kDelete, kKeep, kKeep, kKeep, kKeep});
  rewritten.steps[2].action = Action::kSingleStepCompress;
  rewritten.steps[2].text = "That makes seven.";
  EXPECT_EQ(words(rewritten), Words{});
}

// The text that each request was, and log p -1 for each digit of it, 0 for anything else.
class DigitStudent final : public llm::Student {
 public:
  const llm::Tokenizer& tokenizer() const override { return tokenizer_; }
  std::unique_ptr<llm::ChatModel> chat(Adapters) override { return nullptr; }
  std::unique_ptr<llm::Scorer> scorer(Adapters) override { return std::make_unique<Scorer>(texts); }

  std::vector<std::string> texts;

 private:
  class Scorer final : public llm::Scorer {
   public:
    explicit Scorer(std::vector<std::string>& texts) : texts_(texts) {}
    std::vector<std::vector<float>> score(std::span<const llm::ScoreRequest> requests,
                                          const StopFlag&) override {
      std::vector<std::vector<float>> scores;
      for (const llm::ScoreRequest& request : requests) {
        texts_.emplace_back(request.context.begin(), request.context.end());
        std::vector<float>& values = scores.emplace_back();
        for (const llm::TokenId id : request.continuation) {
          texts_.back().push_back(static_cast<char>(id));
          values.push_back(id >= '0' && id <= '9' ? -1.0F : 0.0F);
        }
      }
      return scores;
    }

   private:
    std::vector<std::string>& texts_;
  };

  llm::ByteTokenizer tokenizer_;
};

TEST(Judge, ScoresReasoningMarksAndAnswerBehindThePrompt) {
  DigitStudent student;
  Judge judge(student, {}, {.question = "Q: {question}", .response_prefix = "<think>"});
  // The prefix stands before what the student wrote and is no part of it.
  const std::string response = kReasoning + "</think>The answer is 15.";
  Trace trace = path::make_trace({"p", 0, FinishReason::kStop, ""}, "<think>" + response);
  trace.response = response;
  trace.reasoning = {0, kReasoning.size()};
  trace.answer = {response.size() - 17, response.size()};
  const std::size_t mark = kReasoning.find("3 * 5");
  const auto judged = judge.judge(kProblem, trace, {{kReasoning, {mark}}, {kReasoning, {}}},
                                  Judge::What::kAll, StopFlag());
  ASSERT_EQ(judged.size(), 2U);
  EXPECT_TRUE(student.texts[0].starts_with("Q: " + kProblem.question + "\n<think>The jars are"))
      << student.texts[0];
  EXPECT_TRUE(student.texts[0].ends_with("</think>\n\nThe answer is \\boxed{15}"));
  EXPECT_EQ(judged[0].answer_tokens, 3) << "15}";
  EXPECT_DOUBLE_EQ(judged[0].answer_log_prob, -2);
  EXPECT_NEAR(judged[0].reasoning_log_prob, -4.0 / static_cast<double>(kReasoning.size()), 1e-9)
      << "3, 5, 1 and 5";
  ASSERT_TRUE(judged[0].marks_log_prob.has_value());
  EXPECT_DOUBLE_EQ(*judged[0].marks_log_prob, -0.25) << "one digit in the four tokens \"3 * \"";
  EXPECT_FALSE(judged[1].marks_log_prob.has_value());
}

// Regression: the answer was scored as "15}" after four line feeds. A student that writes "}." as
// one token after two found that all but impossible, whatever the reasoning before it.
TEST(Judge, StatesTheAnswerInTheTracesOwnForm) {
  const struct {
    std::string written;
    std::string scored;
  } rows[] = {
      {"</think>\n\nThe answer is \\boxed{15}.\n", "</think>\n\nThe answer is \\boxed{15}."},
      {"</think>\n\\[ \\boxed{15} \\]", "</think>\nThe answer is \\boxed{15}"},
      {"</think>\n\nSo $\\boxed{15}$.", "</think>\n\nThe answer is \\boxed{15}$."},
      {"</think>The answer is 15.", "</think>\n\nThe answer is \\boxed{15}"},
  };
  for (const auto& row : rows) {
    DigitStudent student;
    Judge judge(student, {}, {});
    const Trace trace =
        path::make_trace({"p", 0, FinishReason::kStop, ""}, "<think>\n" + kReasoning + row.written);
    judge.judge(kProblem, trace, {{kReasoning, {}}}, Judge::What::kAnswer, StopFlag());
    ASSERT_EQ(student.texts.size(), 1U) << row.written;
    EXPECT_TRUE(student.texts[0].ends_with(row.scored)) << student.texts[0];
  }
}

}  // namespace
}  // namespace drp::teacher
