// SPDX-License-Identifier: Apache-2.0
#include "path/answer_view.h"

#include <gtest/gtest.h>

#include "path/apply_plan.h"
#include "path/gates.h"
#include "path/import_trace.h"

namespace drp::path {
namespace {

const std::string kOptions = "Which animal lays eggs?\n\nA) a cow\nB) a hen\nC) a goat\nD) a cat";

struct Row {
  const char* domain;
  const char* question;
  const char* response;
  const char* answer;
  bool in_words;
  std::vector<std::string> states;
  std::vector<std::string> does_not;
};

TEST(AnswerView, IsFoundAgainAsItsDomainSaysIt) {
  const Row rows[] = {
      {"choice",
       kOptions.c_str(),
       "<think>\nx\n</think>\nThe answer is (B).",
       "B",
       true,
       {"So it is option B.", "(B) fits.", "Only a hen does.", "The answer is B."},
       {"Bob has one.", "Hens? A cow has none.", "Option C is a goat."}},
      {"choice",
       "How many?\nA) 12\nB) 15",
       "<think>\nx\n</think>\nThe answer is B.",
       "B",
       false,
       {"3 * 5 = 15", "So it is (B)."},
       {"3 * 4 = 12"}},
      {"text",
       "Who won?",
       "<think>\nx\n</think>\nAnswer: Ben",
       "Ben",
       true,
       {"So ben won.", "Ben!"},
       {"He sat on a bench.", "Benny won."}},
      {"text",
       "Does B lie?",
       "<think>\nx\n</think>\nThe answer is B.",
       "B",
       true,
       {"So B lies."},
       {"But A lies.", "Ben lies."}},
      {"math",
       "Which name is first?",
       "<think>\nx\n</think>\nIt is \\boxed{\\text{Evelyn}}.",
       "\\text{Evelyn}",
       true,
       {"So Evelyn is first."},
       {"Eve is first."}},
      {"math",
       "What is 3 * 5?",
       "<think>\nx\n</think>\n\\boxed{15}",
       "15",
       false,
       {"It is 15."},
       {"It is 16."}},
      {"math",
       "What is the area?",
       "<think>\nx\n</think>\n\\boxed{\\frac{\\pi}{16}}",
       "\\frac{\\pi}{16}",
       false,
       {"So the area is \u03c0/16.", "\\(\\dfrac{\\pi}{16}\\)"},
       {"It is \u03c0/160.", "It is \u03c0."}},
      {"code",
       "Write f.",
       "<think>\nx\n</think>\n```\na = 1\n```\nNo:\n```\na = 2\n```\nDone.",
       "a = 2",
       true,
       {"```\na = 2\n```"},
       {"```\na = 1\n```"}},
  };
  for (const Row& row : rows) {
    const Problem problem{"p", row.question, "", row.domain, {}};
    const AnswerView view = view_answer(final_answer(row.response, row.domain), problem);
    EXPECT_EQ(view.text, row.answer) << row.question;
    EXPECT_EQ(view.in_words(), row.in_words) << row.question;
    for (const std::string& text : row.states) {
      EXPECT_TRUE(mentions_answer(text, view)) << row.answer << ": " << text;
    }
    for (const std::string& text : row.does_not) {
      EXPECT_FALSE(mentions_answer(text, view)) << row.answer << ": " << text;
    }
  }
}

// Verdict of the gate `answer` where the answer section is replaced.
bool answer_gate_passes(const Problem& problem, const std::string& response,
                        std::string_view section) {
  const Trace trace = make_trace({"p", 0, FinishReason::kStop, ""}, response);
  Plan plan{trace.id, "p", "test", {}};
  Step step;
  step.span = {0, trace.reasoning_text().size()};
  plan.steps.push_back(step);
  const auto applied = apply_plan(trace.reasoning_text(), plan);
  EXPECT_TRUE(applied);
  const std::string rebuilt = rebuild_response(trace, applied->reasoning, section);
  for (const Verdict& verdict : run_gates({problem, trace, plan, *applied, rebuilt, 2, 1})) {
    if (verdict.result.gate == "answer") return verdict.result.passed;
  }
  ADD_FAILURE() << "no gate of this name";
  return false;
}

TEST(AnswerGate, ComparesAsTheDomainDoes) {
  const Problem choice{"p", kOptions, "B", "choice", {}};
  const std::string said = "<think>\nHens lay. So it is option B.\n</think>\nThe answer is B.";
  EXPECT_TRUE(answer_gate_passes(choice, said, "\nThe answer is (B) a hen."));
  EXPECT_FALSE(answer_gate_passes(choice, said, "\nThe answer is (C)."));
  const Problem code{"p", "Write f.", "assert f(1) == 2", "code", {}};
  const std::string written = "<think>\nAdd one.\n</think>\n```\nf = lambda x: x + 1\n```\nDone.";
  EXPECT_TRUE(answer_gate_passes(code, written, "\n```\nf = lambda x: x + 1\n```"));
  EXPECT_FALSE(answer_gate_passes(code, written, "\n```\nF = lambda x: x + 1\n```"));
  EXPECT_FALSE(answer_gate_passes(code, written, "\nAdd one to x."));
}

}  // namespace
}  // namespace drp::path
