// SPDX-License-Identifier: Apache-2.0
// Rules on real traces: traces a second on one core, and for each file the share of right traces
// accepted and the reasoning before and after over all right traces, rejected ones at full length.
//   path_bench FILE.jsonl...   rows with question, response and gold
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/file.h"
#include "decompose/decompose.h"
#include "path/import_trace.h"
#include "prune/prune.h"
#include "teacher/rules/rules_teacher.h"

namespace drp {
namespace {

struct Totals {
  std::int64_t right = 0;
  std::int64_t accepted = 0;
  std::int64_t words_before = 0;
  std::int64_t words_after = 0;
  double seconds = 0;
};

std::int64_t count_words(std::string_view text) {
  std::int64_t words = 0;
  bool inside = false;
  for (const char c : text) {
    words += !is_space(c) && !inside ? 1 : 0;
    inside = !is_space(c);
  }
  return words;
}

std::string field(const nlohmann::json& row, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (row.contains(name) && row[name].is_string()) {
      return row[name];
    }
  }
  return {};
}

void prune_row(const nlohmann::json& row, teacher::Teacher& teacher, Totals& totals) {
  const Problem problem{field(row, {"id"}),
                        field(row, {"question", "problem", "instruction"}),
                        field(row, {"gold", "ground truth", "answer"}),
                        "math",
                        {}};
  const Trace trace = path::make_trace({problem.id, 0, FinishReason::kUnknown, ""},
                                       field(row, {"response", "prediction"}));
  const decompose::Admit admit =
      problem.answer.empty() ? decompose::Admit::kAnswered : decompose::Admit::kRight;
  if (decompose::refuse_trace(problem, trace, {admit})) {
    return;
  }
  const auto begin = std::chrono::steady_clock::now();
  const auto plan = teacher.plan(problem, trace);
  const PrunedPath path =
      plan ? prune::prune_trace(problem, trace, *plan, {}, count_words)
           : prune::rejected_path(trace, plan.error(), teacher.identity(), count_words);
  totals.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const std::int64_t before = count_words(trace.reasoning_text());
  ++totals.right;
  totals.accepted += path.accepted() ? 1 : 0;
  totals.words_before += before;
  totals.words_after += path.accepted() ? count_words(path.reasoning) : before;
}

void bench_file(const std::string& file) {
  teacher::RulesTeacher teacher;
  Totals totals;
  LineReader lines(file);
  while (const auto line = lines.next()) {
    prune_row(nlohmann::json::parse(*line), teacher, totals);
  }
  const auto share = [](std::int64_t part, std::int64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  };
  std::printf(
      "%6lld right  %5.1f %% accepted  %9lld -> %8lld words (%.1f %% cut)  %7.0f traces/s  %s\n",
      static_cast<long long>(totals.right), share(totals.accepted, totals.right),
      static_cast<long long>(totals.words_before), static_cast<long long>(totals.words_after),
      100.0 - share(totals.words_after, totals.words_before),
      static_cast<double>(totals.right) / (totals.seconds > 0 ? totals.seconds : 1), file.c_str());
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  try {
    for (const std::string& file : std::vector<std::string>(arguments + 1, arguments + count)) {
      drp::bench_file(file);
    }
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "path_bench: %s\n", problem.what());
    return 1;
  }
  return 0;
}
