// SPDX-License-Identifier: Apache-2.0
// The student as judge on real traces: what pruning by rules does to the probability of the answer,
// how well paths and foreign short solutions fit the model's own way of writing (the learnability
// gap), and what a threshold on the answer's probability costs.
//   judge_bench MODEL.gguf TRACES.jsonl [--foreign SHORT.jsonl] [--rows N] [--worst N]
// TRACES and SHORT hold rows with question, gold and response; SHORT answers the same questions.
// Of paths that all gates accept. --worst prints the paths after which the answer lost most.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>

#include "bench/rows.h"
#include "decompose/decompose.h"
#include "llm/llama/llama_student.h"
#include "path/import_trace.h"
#include "prune/prune.h"
#include "teacher/rules/rules_teacher.h"
#include "teacher/student/judge.h"

namespace drp {
namespace {

using bench::field;
using bench::Json;

struct Row {
  std::string id;
  std::string reasoning;  // of the path
  teacher::Judgement trace;
  teacher::Judgement path;
  teacher::Judgement foreign;
  bool has_foreign = false;

  // Change of the answer's log probability, a token.
  double drop() const { return trace.answer_log_prob_a_token() - path.answer_log_prob_a_token(); }
};

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(values.size())))];
}

template <class Get>
double mean_of(const std::vector<Row>& rows, Get get) {
  double sum = 0;
  for (const Row& row : rows) sum += get(row);
  return rows.empty() ? 0 : sum / static_cast<double>(rows.size());
}

std::optional<Row> judge_row(const Json& row, const std::string& foreign, teacher::Judge& judge,
                             teacher::Teacher& rules, const path::TokenCount& count) {
  const Problem problem{field(row, {"id"}),
                        field(row, {"question", "problem"}),
                        field(row, {"gold", "answer"}),
                        "math",
                        {}};
  const Trace trace =
      path::make_trace({problem.id, 0, FinishReason::kUnknown, ""}, field(row, {"response"}));
  if (decompose::refuse_trace(problem, trace)) return std::nullopt;
  const auto plan = rules.plan(problem, trace);
  if (!plan) return std::nullopt;
  const auto applied = path::apply_plan(trace.reasoning_text(), *plan);
  if (!applied || applied->reasoning == trace.reasoning_text()) return std::nullopt;
  if (prune::prune_trace(problem, trace, *plan, {}, count).rejection) return std::nullopt;
  const teacher::Seams seams = teacher::find_seams(trace.reasoning_text(), *applied);
  std::vector<teacher::Candidate> candidates = {{trace.reasoning_text(), seams.trace},
                                                {applied->reasoning, seams.path}};
  if (!foreign.empty()) candidates.push_back({foreign, {}});
  const auto judged =
      judge.judge(problem, trace, candidates, teacher::Judge::What::kAll, StopFlag());
  if (judged.empty()) return std::nullopt;
  Row result{problem.id, applied->reasoning, judged[0], judged[1], {}, false};
  if (judged.size() > 2) {
    result.foreign = judged[2];
    result.has_foreign = true;
  }
  return result;
}

void print(const std::vector<Row>& rows) {
  std::vector<double> drops;
  for (const Row& row : rows) drops.push_back(row.drop());
  const auto within = [&](double limit) {
    return 100.0 *
           static_cast<double>(
               std::count_if(drops.begin(), drops.end(), [&](double d) { return d <= limit; })) /
           static_cast<double>(drops.size());
  };
  std::printf(
      "%zu paths. Drop of log P(answer) a token, path against trace:\n"
      "| p5 | p25 | median | p75 | p95 | at most 0.1 nat |\n|---|---|---|---|---|---|\n"
      "| %.3f | %.3f | %.3f | %.3f | %.3f | %.1f %% |\n\n",
      rows.size(), quantile(drops, 0.05), quantile(drops, 0.25), quantile(drops, 0.5),
      quantile(drops, 0.75), quantile(drops, 0.95), within(0.1));
  std::vector<Row> foreign;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(foreign),
               [](const Row& row) { return row.has_foreign; });
  std::vector<Row> seams;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(seams),
               [](const Row& row) { return row.trace.marks_log_prob && row.path.marks_log_prob; });
  std::printf(
      "Mean log P a token: trace %.3f, path %.3f; on the %zu with a seam: the words after it %.3f, "
      "where they stood in the trace %.3f",
      mean_of(rows, [](const Row& r) { return r.trace.reasoning_log_prob; }),
      mean_of(rows, [](const Row& r) { return r.path.reasoning_log_prob; }), seams.size(),
      mean_of(seams, [](const Row& r) { return *r.path.marks_log_prob; }),
      mean_of(seams, [](const Row& r) { return *r.trace.marks_log_prob; }));
  if (!foreign.empty()) {
    std::printf("; on the %zu with a foreign short solution: path %.3f, foreign %.3f",
                foreign.size(),
                mean_of(foreign, [](const Row& r) { return r.path.reasoning_log_prob; }),
                mean_of(foreign, [](const Row& r) { return r.foreign.reasoning_log_prob; }));
  }
  std::printf(
      "\n\n| --keep-answer-prob | paths kept | reasoning tokens, rejected ones whole "
      "|\n|---|---|---|\n");
  for (const double keep : {0.0, 0.25, 0.5, 0.8, 0.9, 0.95, 1.0}) {
    double kept = 0;
    double tokens = 0;
    for (const Row& row : rows) {
      const bool holds =
          keep == 0 || row.path.answer_log_prob >= row.trace.answer_log_prob + std::log(keep);
      kept += holds ? 1 : 0;
      tokens += static_cast<double>(holds ? row.path.reasoning_tokens : row.trace.reasoning_tokens);
    }
    const auto n = static_cast<double>(rows.size());
    std::printf("| %.2f | %.1f %% | %.0f |\n", keep, 100 * kept / n, tokens / n);
  }
}

void print_worst(std::vector<Row> rows, std::size_t count) {
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.drop() > b.drop(); });
  rows.resize(std::min(rows.size(), count));
  for (const Row& row : rows) {
    std::printf("\n== %s: %.3f nat a token less\n%s\n", row.id.c_str(), row.drop(),
                row.reasoning.c_str());
  }
}

int run(const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> shorts;
  std::size_t rows_max = 200;
  std::size_t worst = 0;
  for (std::size_t i = 2; i + 1 < arguments.size(); i += 2) {
    if (arguments[i] == "--rows") rows_max = std::stoul(arguments[i + 1]);
    if (arguments[i] == "--worst") worst = std::stoul(arguments[i + 1]);
    if (arguments[i] == "--foreign") {
      for (const Json& row : bench::rows_of(arguments[i + 1])) {
        shorts[field(row, {"question"})] = field(row, {"response"});
      }
    }
  }
  const auto student = llm::load_llama_student(arguments[0]);
  teacher::Judge judge(*student, {}, {});
  teacher::RulesTeacher rules;
  const path::TokenCount count = [&student](std::string_view text) {
    return static_cast<std::int64_t>(student->tokenizer().count(text));
  };
  std::vector<Row> rows;
  for (const Json& row : bench::rows_of(arguments[1])) {
    if (rows.size() >= rows_max) break;
    const auto found = shorts.find(field(row, {"question"}));
    if (auto judged =
            judge_row(row, found == shorts.end() ? "" : found->second, judge, rules, count)) {
      rows.push_back(*judged);
    }
  }
  print(rows);
  print_worst(std::move(rows), worst);
  return 0;
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  if (count < 3) {
    std::fprintf(stderr,
                 "usage: judge_bench MODEL.gguf TRACES.jsonl [--foreign SHORT.jsonl] [--rows N] "
                 "[--worst N]\n");
    return 2;
  }
  try {
    return drp::run({arguments + 1, arguments + count});
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "judge_bench: %s\n", problem.what());
    return 1;
  }
}
