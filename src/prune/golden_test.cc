// SPDX-License-Identifier: Apache-2.0
// The hand-written cases of tests/golden/paths/plan_cases.jsonl: a trace and a plan give this path
// and these verdicts. DRP_UPDATE_GOLDEN=1 writes what the program gives now; read the difference.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "base/file.h"
#include "path/import_trace.h"
#include "prune/prune.h"

namespace drp::prune {
namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path kFolder = std::filesystem::path(DRP_SOURCE_DIR) / "tests/golden/paths";

// Bytes stand in for tokens: they need no tokenizer and count Chinese fairly.
std::int64_t count_bytes(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

Plan read_plan(const Json& row, const Trace& trace) {
  Plan plan{trace.id, trace.problem_id, "golden", {}};
  std::size_t at = 0;
  for (const Json& item : row["steps"]) {
    Step step;
    const std::size_t size = item["covers"].get<std::string>().size();
    step.span = {at, at + size};
    at += size;
    EXPECT_TRUE(enum_parse(item["action"].get<std::string>(), step.action));
    if (item.contains("text")) {
      step.text = item["text"].get<std::string>();
    }
    plan.steps.push_back(step);
  }
  if (row.contains("synthesis")) plan.synthesis = row["synthesis"].get<std::string>();
  plan.own = row.value("own", false);
  return plan;
}

Json expectation(const PrunedPath& path) {
  Json result;
  result["reasoning"] = path.reasoning;
  result["response"] = path.response;
  result["gates"] = Json::array();
  for (const GateResult& gate : path.gates) {
    result["gates"].push_back(gate.gate + (gate.passed ? " ok" : " no: " + gate.detail));
  }
  result["rejection"] =
      path.rejection ? Json(std::string(enum_name(path.rejection->reason))) : Json();
  if (path.completed) result["completed"] = true;
  return result;
}

TEST(GoldenPaths, PlansGiveThesePathsAndVerdicts) {
  const std::filesystem::path file = kFolder / "plan_cases.jsonl";
  const bool update = std::getenv("DRP_UPDATE_GOLDEN") != nullptr;
  std::string written;
  std::size_t cases = 0;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    Json row = Json::parse(*line);
    SCOPED_TRACE(lines.where() + " " + row["name"].get<std::string>());
    const Problem problem{row["name"], row["question"], row["gold"], "math", {}};
    const Trace trace = path::make_trace({problem.id, 0, FinishReason::kStop, ""}, row["response"]);
    const PrunedPath path = prune_trace(problem, trace, read_plan(row, trace), {}, count_bytes);
    const Json expected = expectation(path);
    if (!update) {
      EXPECT_EQ(row["expected"], expected);
    }
    row["expected"] = expected;
    written += row.dump() + "\n";
    ++cases;
  }
  EXPECT_GE(cases, 60U);
  if (update) {
    write_file_atomic(file, written);
  }
}

TEST(GoldenPaths, EveryFileIsRead) {
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = entry.path().filename().string();
    EXPECT_THAT(name, ::testing::AnyOf("attempt_cases.jsonl", "list_cases.jsonl",
                                       "plan_cases.jsonl", "rule_cases.jsonl", "link_cases.jsonl",
                                       "premise_cases.jsonl", "stretch_cases.jsonl",
                                       "word_cases.jsonl", "aim_cases.jsonl", "repeat_cases.jsonl"))
        << "no test reads it";
  }
}

TEST(PruneTrace, AdvisoryGatesRejectNothing) {
  const Problem problem{"p", "She has 14 shells and finds 9.", "23", "math", {}};
  const Trace trace =
      path::make_trace({"p", 0, FinishReason::kStop, ""}, "<think>14 + 9 = 23.</think>23");
  const Plan plan{"p/0", "p", "test", {Step{{0, 12}, "", Action::kKeep, {}, "", ""}}};
  EXPECT_EQ(prune_trace(problem, trace, plan, {}, count_bytes).rejection->reason,
            Reason::kNotShorter);
  EXPECT_TRUE(prune_trace(problem, trace, plan, {.advisory = {"shorter"}}, count_bytes).accepted());
}

TEST(RejectedPath, KeepsTheResponseAtFullLength) {
  const Trace trace =
      path::make_trace({"p", 0, FinishReason::kStop, ""}, "<think>One two.</think>three");
  const PrunedPath path = rejected_path(trace, {Reason::kWrongAnswer, "no"}, "rules", count_bytes);
  EXPECT_EQ(path.response, trace.response);
  EXPECT_EQ(path.tokens_before, path.tokens_after);
  EXPECT_FALSE(path.accepted());
}

}  // namespace
}  // namespace drp::prune
