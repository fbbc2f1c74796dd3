// SPDX-License-Identifier: Apache-2.0
// The hand-written cases of tests/golden/paths: rule_cases.jsonl (mathematics), attempt_cases.jsonl
// (what is given up, computed in pieces or only presented; what looks like it and stays),
// stretch_cases.jsonl (doubts, detours and checks that go or stay whole, signposts, premises),
// link_cases.jsonl (the last link to the answer, introductions, lists, values that nothing takes),
// premise_cases.jsonl (what a kept sentence leans on, the student's own words, bare expressions),
// list_cases.jsonl (rows of one form, the sentence that names the case or the part at hand),
// aim_cases.jsonl (what a computation is for), repeat_cases.jsonl (what is said or done twice) and
// word_cases.jsonl (logic, choice, code, plain questions): a trace gives these decisions and
// this path. DRP_UPDATE_GOLDEN=1 writes what the program gives now; read the difference.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"
#include "teacher/rules/rules_teacher.h"

namespace drp::teacher {
namespace {

using Json = nlohmann::ordered_json;

Json expectation(const Trace& trace, const Plan& plan) {
  Json result;
  result["steps"] = Json::array();
  for (const Step& step : plan.steps) {
    std::string line = std::string(enum_name(step.action)) + " | " + step.pass + " | " +
                       step.skill + " | " + std::string(slice(trace.reasoning_text(), step.span));
    if (step.text) {
      line += " => " + *step.text;
    }
    result["steps"].push_back(line);
  }
  const auto applied = path::apply_plan(trace.reasoning_text(), plan);
  result["path"] = applied ? applied->reasoning : applied.error().detail;
  return result;
}

class GoldenRules : public testing::TestWithParam<const char*> {};

TEST_P(GoldenRules, TracesGiveTheseDecisions) {
  const std::filesystem::path file =
      std::filesystem::path(DRP_SOURCE_DIR) / "tests/golden/paths" / GetParam();
  const bool update = std::getenv("DRP_UPDATE_GOLDEN") != nullptr;
  std::string written;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    Json row = Json::parse(*line);
    SCOPED_TRACE(lines.where() + " " + row["name"].get<std::string>());
    const Problem problem{
        row["name"], row["question"], row["gold"], row.value("domain", "math"), {}};
    const Trace trace = path::make_trace({problem.id, 0, FinishReason::kStop, ""}, row["response"]);
    RulesOptions options{keep_checks_from(row["keep_checks"].get<std::string>()), {}};
    if (row.contains("disabled")) {
      options.disabled = row["disabled"].get<std::vector<std::string>>();
    }
    const auto plan = RulesTeacher(options).plan(problem, trace);
    ASSERT_TRUE(plan);
    const Json expected = expectation(trace, *plan);
    if (!update) {
      EXPECT_EQ(row["expected"], expected);
    }
    row["expected"] = expected;
    written += row.dump() + "\n";
  }
  if (update) {
    write_file_atomic(file, written);
  }
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenRules,
                         testing::Values("rule_cases.jsonl", "attempt_cases.jsonl",
                                         "stretch_cases.jsonl", "link_cases.jsonl",
                                         "premise_cases.jsonl", "list_cases.jsonl",
                                         "aim_cases.jsonl", "repeat_cases.jsonl",
                                         "word_cases.jsonl"));

TEST(RulesTeacher, EveryDecisionSaysWhy) {
  const Problem problem{"p", "Ann has 3 jars of 5 plums. How many plums?", "15", "math", {}};
  const Trace trace = path::make_trace(
      {"p", 0, FinishReason::kStop, ""},
      "Okay, let me think. 3 * 5 = 15. Let me check: 5 * 3 = 15. The answer is 15.");
  const auto plan = RulesTeacher().plan(problem, trace);
  ASSERT_TRUE(plan);
  for (const Step& step : plan->steps) {
    EXPECT_FALSE(step.skill.empty());
    EXPECT_EQ(step.action == Action::kKeep, step.pass.empty()) << step.pass;
    EXPECT_EQ(step.pass.empty(), step.evidence.empty());
  }
}

// Two sentences of talk are one step, so that units and steps count differently.
TEST(RulesTeacher, EvidenceNamesSteps) {
  const Problem problem{"p", "Ann has 3 jars of 5 plums. How many plums?", "15", "math", {}};
  const Trace trace = path::make_trace(
      {"p", 0, FinishReason::kStop, ""},
      "<think>Okay, let me see. Let me think. There are 3 * 5 = 15 plums. Let me check: 5 + 5 + 5 "
      "= 15. Yes.</think>15");
  const auto plan = RulesTeacher().plan(problem, trace);
  ASSERT_TRUE(plan);
  bool named = false;
  for (const Step& step : plan->steps) {
    EXPECT_EQ(step.evidence.find("unit "), std::string::npos) << step.evidence;
    const std::size_t at = step.evidence.find("step ");
    if (at == std::string::npos) continue;
    named = true;
    const std::size_t number = std::stoul(step.evidence.substr(at + 5));
    ASSERT_LE(number, plan->steps.size());
    const std::string_view text = slice(trace.reasoning_text(), plan->steps[number - 1].span);
    EXPECT_NE(text.find("3 * 5 = 15"), std::string::npos) << step.evidence << ": " << text;
  }
  EXPECT_TRUE(named);
}

TEST(RulesTeacher, IdentityTellsOptions) {
  EXPECT_NE(RulesTeacher({KeepChecks::kFirst, {}}).identity(), RulesTeacher().identity());
  EXPECT_NE(RulesTeacher({KeepChecks::kMending, {"filler"}}).identity(), RulesTeacher().identity());
  EXPECT_EQ(RulesTeacher({KeepChecks::kMending, {"trim", "filler"}}).identity(),
            RulesTeacher({KeepChecks::kMending, {"filler", "trim"}}).identity());
}

TEST(RulesTeacher, RefusesUnknownNames) {
  try {
    const RulesTeacher teacher({KeepChecks::kMending, {"filer"}});
    FAIL() << "an unknown pass was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kConfig);
    EXPECT_NE(error.hint().find("filler"), std::string::npos);
  }
  EXPECT_THROW(keep_checks_from("all"), Error);
}

TEST(RulesTeacher, EmptyReasoningIsARejection) {
  const Trace trace = path::make_trace({"p", 0, FinishReason::kStop, ""}, "<think>\n</think>15");
  const auto plan = RulesTeacher().plan({"p", "q", "15", "math", {}}, trace);
  ASSERT_FALSE(plan);
  EXPECT_EQ(plan.error().reason, Reason::kNoReasoning);
}

}  // namespace
}  // namespace drp::teacher
