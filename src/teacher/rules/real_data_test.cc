// SPDX-License-Identifier: Apache-2.0
// Real R1-Distill traces of grade-school problems: nearly all of their plans pass every gate, and
// together they cut more than two fifths of the reasoning.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.h"
#include "path/apply_plan.h"
#include "path/gates.h"
#include "path/import_trace.h"
#include "teacher/rules/rules_teacher.h"

namespace drp::teacher {
namespace {

TEST(RealData, PlansPassTheGates) {
  const std::filesystem::path file =
      std::filesystem::path(DRP_DATA_DIR) / "mip_overthinking/gsm8k_normal_DSQ.jsonl";
  if (!std::filesystem::exists(file)) {
    GTEST_SKIP() << "no real data at " << file;
  }
  RulesTeacher teacher;
  std::size_t traces = 0;
  std::size_t passed = 0;
  std::size_t bytes_before = 0;
  std::size_t bytes_after = 0;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    const nlohmann::json row = nlohmann::json::parse(*line);
    const Problem problem{row.at("id"), row.at("question"), row.at("gold"), "math", {}};
    const Trace trace =
        path::make_trace({problem.id, 0, FinishReason::kUnknown, ""}, row.at("response"));
    const auto plan = teacher.plan(problem, trace);
    if (!plan) {
      continue;
    }
    ASSERT_FALSE(path::check_plan(trace.reasoning_text(), *plan)) << problem.id;
    const auto applied = path::apply_plan(trace.reasoning_text(), *plan);
    ASSERT_TRUE(applied) << problem.id;
    const std::string response =
        path::rebuild_response(trace, applied->reasoning, trace.answer_text());
    // The answer gate compares with the trace's own answer; a wrong trace stays wrong.
    const Problem ungraded{problem.id, problem.question, "", "math", {}};
    const path::GateInput input{ungraded, trace, *plan, *applied, response, 2, 1};
    ++traces;
    passed += path::first_rejection(path::run_gates(input)) ? 0 : 1;
    bytes_before += trace.reasoning_text().size();
    bytes_after += applied->reasoning.size();
  }
  EXPECT_GT(traces, 500U);
  EXPECT_GE(static_cast<double>(passed), 0.98 * static_cast<double>(traces));
  EXPECT_LT(static_cast<double>(bytes_after), 0.6 * static_cast<double>(bytes_before));
}

}  // namespace
}  // namespace drp::teacher
