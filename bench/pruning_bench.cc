// SPDX-License-Identifier: Apache-2.0
// What the rules find on real traces, beside yardsticks; the tables of docs/pruning.md.
//   pruning_bench DATA [--model MODEL.gguf] [--only redundancy,plans,reduction,throughput]
// DATA holds the folders described in its README. Lengths are tokens of MODEL's tokenizer, words
// where none is given.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "answers/thread_caches.h"
#include "base/ordered_work.h"
#include "base/pool.h"
#include "base/text.h"
#include "bench/rows.h"
#include "decompose/decompose.h"
#include "path/import_trace.h"
#include "path/unit.h"
#include "prune/prune.h"
#include "teacher/baselines/baseline_teachers.h"
#include "teacher/rules/rules_teacher.h"
#include "teacher/rules/steps.h"
#ifdef DRP_BENCH_LLAMA
#include "llm/llama/llama_student.h"
#endif

namespace drp {
namespace {

using bench::field;
using bench::Json;
using bench::print_rates;
using bench::Rates;
using bench::ratio;
using bench::rows_of;
using Clock = std::chrono::steady_clock;

struct Bench {
  std::filesystem::path data;
  std::set<std::string> only;
  std::function<std::int64_t(std::string_view)> count;

  bool wants(const std::string& section) const { return only.empty() || only.contains(section); }
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

// --- deletions

std::vector<bool> deleted_bytes(const Plan& plan, std::size_t size) {
  std::vector<bool> deleted(size, false);
  for (const Step& step : plan.steps) {
    if (step.action != Action::kDelete) continue;
    for (std::size_t i = step.span.begin; i < step.span.end; ++i) deleted[i] = true;
  }
  return deleted;
}

std::vector<std::pair<std::string, std::unique_ptr<teacher::Teacher>>> rivals() {
  std::vector<std::pair<std::string, std::unique_ptr<teacher::Teacher>>> teachers;
  teachers.emplace_back("first answer and stop", teacher::first_answer_teacher());
  teachers.emplace_back("keywords", teacher::keyword_teacher());
  teachers.emplace_back("random at equal length",
                        teacher::random_teacher(std::make_unique<teacher::RulesTeacher>(), 1));
  teachers.emplace_back("rules", std::make_unique<teacher::RulesTeacher>());
  return teachers;
}

void redundancy(const Bench& bench) {
  const std::vector<Json> rows =
      rows_of(bench.data / "prmbench/prm800k_test_p2_4o_redundency.jsonl");
  for (const bool exact : {false, true}) {
    std::printf(
        "## Inserted redundant steps found (%s)\n| teacher | precision | recall | F1 "
        "|\n|---|---|---|---|\n",
        exact ? "rows where removing them restores the original" : "all rows");
    for (const auto& [name, teacher] : rivals()) {
      Rates rates;
      for (const Json& row : rows) {
        if (exact && !row.at("exact_removal").get<bool>()) continue;
        std::string text;
        std::vector<Span> spans;
        for (const std::string step : row.at("modified_process")) {
          if (!text.empty()) text += ' ';
          const std::size_t begin = text.size();
          text += step;
          spans.push_back({begin, text.size()});
        }
        const Problem problem{row.at("idx"), row.at("question"), "", "math", {}};
        const Trace trace = path::make_trace({problem.id, 0, FinishReason::kUnknown, ""}, text);
        const auto plan = teacher->plan(problem, trace);
        if (!plan) continue;
        const std::vector<bool> deleted = deleted_bytes(*plan, text.size());
        std::set<int> wanted;
        for (const int step : row.at("error_steps")) wanted.insert(step);
        for (std::size_t i = 0; i < spans.size(); ++i) {
          const auto gone =
              std::count(deleted.begin() + static_cast<std::ptrdiff_t>(spans[i].begin),
                         deleted.begin() + static_cast<std::ptrdiff_t>(spans[i].end), true);
          const bool found = 2 * static_cast<std::size_t>(gone) > spans[i].size();
          const bool wants = wanted.contains(static_cast<int>(i) + 1);
          if (bench.only.contains("show") && exact && name == "rules" && (found || wants)) {
            std::string pass = "-";
            for (const Step& step : plan->steps) {
              if (step.span.begin <= spans[i].begin && step.span.end > spans[i].begin)
                pass = step.pass;
            }
            std::string line =
                text.substr(spans[i].begin, std::min<std::size_t>(160, spans[i].size()));
            std::replace(line.begin(), line.end(), '\n', '~');
            std::printf("RED %s %s %s | %s\n", found ? (wants ? "hit" : "false") : "miss",
                        pass.c_str(), problem.id.c_str(), line.c_str());
          }
          rates.found += found ? 1 : 0;
          rates.wanted += wants ? 1 : 0;
          rates.hit += found && wants ? 1 : 0;
        }
      }
      print_rates(name, rates);
    }
    std::printf("\n");
  }
}

std::map<std::string, Json> by_id(const std::filesystem::path& file) {
  std::map<std::string, Json> result;
  for (Json& row : rows_of(file)) result.emplace(row.at("id").get<std::string>(), std::move(row));
  return result;
}

// What the rules delete and the teacher does not, and the other way round, by pass.
void show_disagreements(std::string_view reasoning, const Plan& plan, const Json& recorded) {
  const auto fate_at = [&](std::size_t at) {
    for (const Json& step : recorded.at("steps")) {
      if (at >= step.at("start").get<std::size_t>() && at < step.at("end").get<std::size_t>()) {
        return step.at("action").get<std::string>();
      }
    }
    return std::string("?");
  };
  for (const Step& step : plan.steps) {
    for (const path::Unit& unit : path::cut_units(slice(reasoning, step.span))) {
      const std::size_t at = step.span.begin + unit.span.begin;
      const std::string fate = fate_at(at + unit.span.size() / 2);
      std::string text(trim(slice(reasoning, {at, at + unit.span.size()})));
      std::replace(text.begin(), text.end(), '\n', '~');
      std::printf("%s %s %s %zu | %s\n", std::string(enum_name(step.action)).substr(0, 4).c_str(),
                  fate.c_str(), step.pass.empty() ? "-" : step.pass.c_str(), unit.span.size(),
                  text.substr(0, 200).c_str());
    }
  }
  std::printf("=====\n");
}

void plans(const Bench& bench) {
  std::printf(
      "## Against the plans of a capable teacher: DELETE, weighted by bytes\n"
      "| teacher | precision | recall | F1 |\n|---|---|---|---|\n");
  std::map<std::string, std::map<std::string, Json>> files;
  const std::vector<Json> recorded = rows_of(bench.data / "teacher_plans/plans.jsonl");
  for (const auto& [name, teacher] : rivals()) {
    Rates rates;
    std::map<std::string, Rates> per_file;
    for (const Json& plan_row : recorded) {
      const std::string file = plan_row.at("file");
      if (!files.contains(file)) files[file] = by_id(bench.data / file);
      const Json& row = files[file].at(plan_row.at("id").get<std::string>());
      const Problem problem{row.at("id"), row.at("question"), field(row, {"gold"}), "math", {}};
      const Trace trace =
          path::make_trace({problem.id, 0, FinishReason::kUnknown, ""}, row.at("response"));
      const auto plan = teacher->plan(problem, trace);
      const std::size_t size = trace.reasoning_text().size();
      std::vector<bool> deleted(size, false);
      if (plan) deleted = deleted_bytes(*plan, size);
      // The recorded spans begin after the opening marker and its line break.
      const auto bytes = plan_row.at("reasoning_bytes").get<std::size_t>();
      if (bytes > size + 64) std::printf("size %zu %zu\n", bytes, size);
      Rates& here = per_file[file];
      if (bench.only.contains("show") && name == "rules" && plan) {
        show_disagreements(trace.reasoning_text(), *plan, plan_row);
      }
      for (const Json& step : plan_row.at("steps")) {
        const bool wants = step.at("action").get<std::string>() == "D" ||
                           step.at("action").get<std::string>() == "DELETE";
        for (std::size_t i = step.at("start");
             i < std::min(step.at("end").get<std::size_t>(), size); ++i) {
          for (Rates* r : {&rates, &here}) {
            r->wanted += wants ? 1 : 0;
            r->found += deleted[i] ? 1 : 0;
            r->hit += wants && deleted[i] ? 1 : 0;
          }
        }
      }
    }
    print_rates(name, rates);
    for (const auto& [file, r] : per_file)
      print_rates("  " + name.substr(0, 8) + " " + file.substr(file.find('/') + 1), r);
  }
  std::printf("\n");
}

// --- reduction

struct Totals {
  std::int64_t right = 0;
  std::int64_t accepted = 0;
  std::int64_t reasoning_before = 0;
  std::int64_t reasoning_after = 0;
  std::int64_t whole_before = 0;
  std::int64_t whole_after = 0;
  double seconds = 0;
  std::map<std::string, std::int64_t> rejected;
};

void add_row(const Bench& bench, const Json& row, teacher::Teacher& teacher, Totals& totals) {
  const Problem problem{field(row, {"id"}),
                        field(row, {"question", "problem", "instruction"}),
                        field(row, {"gold", "ground truth", "answer"}),
                        "math",
                        {}};
  const Trace trace = path::make_trace({problem.id, 0, FinishReason::kUnknown, ""},
                                       field(row, {"response", "prediction"}));
  const auto admit =
      problem.answer.empty() ? decompose::Admit::kAnswered : decompose::Admit::kRight;
  if (decompose::refuse_trace(problem, trace, {admit})) return;
  const auto begin = Clock::now();
  const auto plan = teacher.plan(problem, trace);
  const PrunedPath path =
      plan ? prune::prune_trace(problem, trace, *plan, {}, count_words)
           : prune::rejected_path(trace, plan.error(), teacher.identity(), count_words);
  totals.seconds += std::chrono::duration<double>(Clock::now() - begin).count();
  const std::int64_t reasoning = bench.count(trace.reasoning_text());
  const std::int64_t whole = bench.count(trace.response);
  ++totals.right;
  totals.reasoning_before += reasoning;
  totals.whole_before += whole;
  if (path.accepted()) {
    ++totals.accepted;
    totals.reasoning_after += bench.count(path.reasoning);
    totals.whole_after += bench.count(path.response);
  } else {
    totals.reasoning_after += reasoning;
    totals.whole_after += whole;
    ++totals.rejected[std::string(enum_name(path.rejection->reason))];
  }
}

void reduction(const Bench& bench) {
  std::printf(
      "## Over all right traces, rejected ones at full length\n"
      "| file | teacher | right | accepted | reasoning | whole response | traces/s |\n"
      "|---|---|---|---|---|---|---|\n");
  for (const std::string file :
       {"mip_overthinking/gsm8k_normal_DSQ", "mip_overthinking/gsm8k_normal_deepseekR1",
        "mip_overthinking/math_normal_DSQ", "mip_overthinking/math_normal_deepseekR1",
        "mip_overthinking/math_normal_s1.1", "cot_compression/math_train_R1-1.5B",
        "cot_compression/math_train_Qwen3-4B-Thinking-2507",
        "mip_overthinking/gsm8k_normal_Qwen32"}) {
    const std::vector<Json> rows = rows_of(bench.data / (file + ".jsonl"));
    for (const auto& [name, teacher] : rivals()) {
      Totals totals;
      for (const Json& row : rows) add_row(bench, row, *teacher, totals);
      const auto cut = [](std::int64_t before, std::int64_t after) {
        return 100 * ratio(static_cast<double>(after - before), static_cast<double>(before));
      };
      const auto right = static_cast<double>(totals.right);
      std::string why;
      for (const auto& [reason, n] : totals.rejected) why += " " + reason + " " + std::to_string(n);
      std::printf(
          "| %s | %s | %lld | %.1f %% | %.0f -> %.0f (%.1f %%) | %.0f -> %.0f (%.1f %%) | %.0f "
          "|%s\n",
          file.substr(file.find('/') + 1).c_str(), name.c_str(),
          static_cast<long long>(totals.right),
          100 * ratio(static_cast<double>(totals.accepted), right),
          static_cast<double>(totals.reasoning_before) / right,
          static_cast<double>(totals.reasoning_after) / right,
          cut(totals.reasoning_before, totals.reasoning_after),
          static_cast<double>(totals.whole_before) / right,
          static_cast<double>(totals.whole_after) / right,
          cut(totals.whole_before, totals.whole_after), right / totals.seconds, why.c_str());
      std::fflush(stdout);
    }
  }
}

// Grading, planning and pruning of right traces of about 900 words and tokens, each several times
// so that a measurement takes a second, on one core and on all.
void throughput(const Bench& bench) {
  constexpr std::size_t kRounds = 4;
  std::vector<teacher::PlanJob> jobs;
  double words = 0;
  for (const char* file : {"mip_overthinking/gsm8k_normal_DSQ.jsonl",
                           "mip_overthinking/gsm8k_normal_deepseekR1.jsonl"}) {
    for (const Json& row : rows_of(bench.data / file)) {
      const Problem problem{row.at("id"), row.at("question"), field(row, {"gold"}), "math", {}};
      Trace trace =
          path::make_trace({problem.id, 0, FinishReason::kUnknown, ""}, row.at("response"));
      words += static_cast<double>(bench.count(trace.response));
      jobs.push_back({problem, std::move(trace), jobs.size()});
    }
  }
  std::printf(
      "## Grade, plan and prune: %zu traces of %.0f tokens\n| threads | traces/s |\n|---|---|\n",
      jobs.size(), words / static_cast<double>(jobs.size()));
  teacher::RulesTeacher teacher;
  for (int threads = 1;; threads = std::min(2 * threads, available_cores())) {
    const auto begin = Clock::now();
    std::size_t at = 0;
    OrderedWork<std::pair<teacher::PlanJob, Plan>, PrunedPath> prune(
        threads,
        [](auto& item) {
          return prune::prune_trace(item.first.problem, item.first.trace, item.second, {},
                                    count_words);
        },
        [](const auto&, const PrunedPath&) {}, answers::free_thread_caches);
    decompose::decompose_traces(
        [&]() -> std::optional<teacher::PlanJob> {
          if (at == kRounds * jobs.size()) return std::nullopt;
          return jobs[at++ % jobs.size()];
        },
        [&](teacher::PlanJob job, expected<Plan, Rejection> plan) {
          if (plan) prune.submit({std::move(job), *std::move(plan)});
        },
        teacher, [](const Problem&) { return decompose::DecomposeOptions{}; }, threads, StopFlag());
    prune.finish();
    const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    std::printf("| %d | %.0f |\n", threads, static_cast<double>(at) / seconds);
    if (threads >= available_cores()) break;
  }
  std::printf("\n");
}

int run(int count, char** arguments) {
  Bench bench;
  bench.count = count_words;
#ifdef DRP_BENCH_LLAMA
  std::unique_ptr<llm::Student> student;
#endif
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--only" && i + 1 < count) {
      for (const std::string_view name : split(std::string_view(arguments[++i]), ','))
        bench.only.emplace(name);
    } else if (argument == "--model" && i + 1 < count) {
#ifdef DRP_BENCH_LLAMA
      student = llm::load_llama_student(arguments[++i]);
      bench.count = [&student](std::string_view text) {
        return static_cast<std::int64_t>(student->tokenizer().count(text));
      };
#endif
    } else {
      bench.data = argument;
    }
  }
  if (bench.data.empty()) {
    std::fprintf(stderr, "usage: pruning_bench DATA [--model MODEL.gguf] [--only SECTION,...]\n");
    return 2;
  }
  if (bench.wants("redundancy")) redundancy(bench);
  if (bench.wants("plans")) plans(bench);
  if (bench.wants("reduction")) reduction(bench);
  if (bench.wants("throughput")) throughput(bench);
  return 0;
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  try {
    return drp::run(count, arguments);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "pruning_bench: %s\n", problem.what());
    return 1;
  }
}
