// SPDX-License-Identifier: Apache-2.0
// The recorded replies of a capable teacher to 24 real traces, where they lie beside the project.
// They parse, over the units of their recording they give the paths that were recorded, white space
// apart (the rule for it came out of them), and the gates let all of them through: each was read
// beside its trace, and none leaves anything open.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/text.h"
#include "path/apply_plan.h"
#include "path/try_plan.h"
#include "teacher/span/prompt.h"
#include "teacher/span/reply.h"

namespace drp::teacher {
namespace {

using Json = nlohmann::json;

const std::filesystem::path kData = DRP_DATA_DIR;

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c)) out += c;
  }
  return out;
}

// The row whose id this is; files are read once.
const Json& row_of(const std::string& file, const std::string& id) {
  static std::map<std::string, std::map<std::string, Json>> files;
  auto& rows = files[file];
  if (rows.empty()) {
    LineReader lines(kData / file);
    while (const auto line = lines.next()) {
      const Json row = Json::parse(*line);
      rows[row.at("id")] = row;
    }
  }
  return rows.at(id);
}

// A trace of this reasoning and the answer section of the recorded response.
Trace trace_of(const std::string& reasoning, const std::string& response) {
  Trace trace;
  const std::string answer = response.substr(response.find("</think>") + 8);
  trace.response = "<think>" + reasoning + "</think>" + answer;
  trace.reasoning = {7, 7 + reasoning.size()};
  trace.answer = {trace.reasoning.end + 8, trace.response.size()};
  return trace;
}

TEST(RecordedReplies, ParseAndGiveTheirPaths) {
  const std::filesystem::path file = kData / "teacher_plans/plans.jsonl";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  std::size_t plans = 0;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    const Json row = Json::parse(*line);
    SCOPED_TRACE(row.at("id").get<std::string>());
    const std::vector<std::size_t> ends = row.at("units_end");
    const UnitNumbers units{0, ends.size()};
    const auto first = read_reply(row.at("first_reply").get<std::string>(), units);
    EXPECT_TRUE(first) << first.error().detail;
    const auto reply = read_reply(row.at("reply").get<std::string>(), units);
    ASSERT_TRUE(reply) << reply.error().detail;
    Plan plan;
    plan.steps = steps_of(*reply, ends, units);
    ASSERT_EQ(plan.steps.size(), row.at("steps").size());
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      const Json& step = row.at("steps")[i];
      EXPECT_EQ(plan.steps[i].span, (Span{step.at("start"), step.at("end")}));
      EXPECT_EQ(enum_name(plan.steps[i].action), step.at("action").get<std::string>());
      EXPECT_EQ(plan.steps[i].said, step.at("skill").get<std::string>());
    }
    // The recorded reasoning ends before the closing marker and begins after the opening one.
    const Json& source = row_of(row.at("file"), row.at("id"));
    const std::string response = source.at("response");
    std::string text = response;
    text = text.substr(0, text.find("</think>"));
    const std::size_t open = text.find("<think>");
    if (open != std::string::npos) text = text.substr(open + 7);
    // White space at both ends of it was left out by the recorder.
    const std::size_t lead = text.find_first_not_of(" \t\r\n");
    std::string reasoning = text.size() == ends.back() ? text : text.substr(lead);
    reasoning.resize(ends.back(), ' ');
    const auto applied = path::apply_plan(reasoning, plan, {path::Seams::kVerbatim});
    ASSERT_TRUE(applied) << applied.error().detail;
    EXPECT_EQ(squeezed(applied->reasoning), squeezed(row.at("path").get<std::string>()));
    const Problem problem{
        row.at("id"), source.at("question"), source.at("gold").get<std::string>(), "math", {}};
    const auto tried = path::try_plan(problem, trace_of(reasoning, response), plan);
    EXPECT_TRUE(tried) << tried.error().detail;
    ++plans;
  }
  EXPECT_EQ(plans, 24U);
}

// Every reasoning is numbered so that the numbers and the units' bytes come back exactly.
TEST(Numbered, HoldsEveryUnitOfRealTraces) {
  const std::filesystem::path file = kData / "mip_overthinking/math_normal_deepseekR1.jsonl";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no " << file;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    const std::string reasoning = Json::parse(*line).at("response");
    const std::vector<std::size_t> ends = unit_ends(reasoning, SplitBy::kSkill);
    ASSERT_FALSE(ends.empty());
    EXPECT_EQ(ends.back(), reasoning.size());
    const std::string shown = numbered(reasoning, ends, {1, ends.size()});
    std::size_t at = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const std::string unit = "[" + std::to_string(i + 1) + "] " +
                               std::string(trim(slice(reasoning, {begin, ends[i]})));
      at = shown.find(unit, at);
      ASSERT_NE(at, std::string::npos) << unit;
      at += unit.size();
      begin = ends[i];
    }
  }
}

}  // namespace
}  // namespace drp::teacher
