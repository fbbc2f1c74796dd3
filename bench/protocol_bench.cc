// SPDX-License-Identifier: Apache-2.0
// What the protocols cost in the teacher's output, counted with a model's tokenizer on real traces:
//
//   protocol_bench DATA --model MODEL.gguf
//
//   economy   plans as span replies against the tokens of the reasoning they are about: the split
//             part (lines without new text) and the whole reply; beside it the same steps re-typed
//             as the paper's first call has them. From the rules' plans on right traces, their
//             steps joined to the paper's numbers a trace, and from the recorded plans of a capable
//             teacher, in its own words for skills (up to four) and in those that the prompt names
//   recorded  those recorded replies through our parser over the recorded units: the path they give
//             against the recorded one, white space apart, and the gates' verdicts
#include <algorithm>
#include <cmath>
#include <map>

#include "bench/rows.h"
#include "decompose/decompose.h"
#include "llm/llama/llama_student.h"
#include "path/apply_plan.h"
#include "path/import_trace.h"
#include "path/skill.h"
#include "prune/prune.h"
#include "teacher/rules/rules_teacher.h"
#include "teacher/span/prompt.h"
#include "teacher/span/reply.h"

namespace drp {
namespace {

using bench::field;
using bench::Json;
using bench::ratio;
using bench::rows_of;
using teacher::ReplyLine;
using teacher::UnitNumbers;

struct Bench {
  std::filesystem::path data;
  std::unique_ptr<llm::Student> student;

  double count(std::string_view text) const {
    return static_cast<double>(student->tokenizer().count(text));
  }
};

Problem problem_of(const Json& row) {
  return {field(row, {"id"}), field(row, {"question"}), field(row, {"gold"}), "math", {}};
}

Trace trace_of(const Json& row) {
  return path::make_trace({row.at("id"), 0, FinishReason::kUnknown, ""}, row.at("response"));
}

std::map<std::string, Json> by_id(const std::filesystem::path& file) {
  std::map<std::string, Json> rows;
  for (Json& row : rows_of(file)) rows.emplace(row.at("id").get<std::string>(), std::move(row));
  return rows;
}

// The reply without its new texts, and the plan's steps as the paper has them typed.
struct Sums {
  double traces = 0, steps = 0, units = 0, reasoning = 0, split = 0, whole = 0, typed = 0;

  void print(const std::string& name) const {
    std::printf("| %s | %.0f | %.1f | %.1f | %.0f | %.3f | %.3f | %.2f |\n", name.c_str(), traces,
                ratio(units, traces), ratio(steps, traces), ratio(reasoning, traces),
                ratio(split, reasoning), ratio(whole, reasoning), ratio(typed, reasoning));
  }
};

void add(const Bench& bench, std::string_view reasoning, const std::vector<Step>& steps,
         const std::vector<std::size_t>& ends, Sums& sums) {
  const UnitNumbers units{1, ends.size()};
  const std::string whole = teacher::write_reply(steps, ends, units);
  std::vector<ReplyLine> lines = *teacher::read_reply(whole, units);
  for (ReplyLine& line : lines) line.text.reset();
  std::string typed;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    typed += "Step " + std::to_string(i + 1) + ": " +
             std::string(trim(slice(reasoning, steps[i].span))) + "\nSkill: " + steps[i].skill +
             "\n";
  }
  sums.traces += 1;
  sums.units += static_cast<double>(ends.size());
  sums.steps += static_cast<double>(steps.size());
  sums.reasoning += bench.count(reasoning);
  sums.split += bench.count(teacher::write_reply(lines));
  sums.whole += bench.count(whole);
  sums.typed += bench.count(typed);
}

// Neighbouring steps joined until at most `wanted` are left, evenly along the trace; what is joined
// is kept, so only the split part of these means something.
std::vector<Step> joined(const std::vector<Step>& steps, double wanted) {
  const auto count = static_cast<double>(steps.size());
  std::vector<Step> out;
  double group = -1;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double place = std::floor(static_cast<double>(i) * std::min(1.0, wanted / count));
    if (place != group) {
      out.push_back(steps[i]);
      out.back().action = steps[i].action == Action::kDelete ? Action::kDelete : Action::kKeep;
      out.back().text.reset();
    }
    out.back().span.end = steps[i].span.end;
    group = place;
  }
  return out;
}

constexpr const char* kFiles[] = {"mip_overthinking/gsm8k_normal_DSQ.jsonl",
                                  "mip_overthinking/gsm8k_normal_deepseekR1.jsonl",
                                  "cot_compression/math_train_R1-1.5B.jsonl"};

void economy_of_rules(const Bench& bench) {
  teacher::RulesTeacher rules;
  Sums all, skill, fallback;
  for (const char* file : kFiles) {
    Sums sums;
    for (const Json& row : rows_of(bench.data / file)) {
      const Problem problem = problem_of(row);
      const Trace trace = trace_of(row);
      if (decompose::refuse_trace(problem, trace)) continue;
      const auto plan = rules.plan(problem, trace);
      if (!plan) continue;
      // The rules may cut inside a unit where a sentence lost its full stop; a reply cannot.
      std::vector<std::size_t> ends =
          teacher::unit_ends(trace.reasoning_text(), teacher::SplitBy::kSkill);
      for (const Step& step : plan->steps) {
        const auto at = std::lower_bound(ends.begin(), ends.end(), step.span.end);
        if (at == ends.end() || *at != step.span.end) ends.insert(at, step.span.end);
      }
      add(bench, trace.reasoning_text(), plan->steps, ends, sums);
      add(bench, trace.reasoning_text(), plan->steps, ends, all);
      add(bench, trace.reasoning_text(), joined(plan->steps, 12.6), ends, skill);
      add(bench, trace.reasoning_text(), joined(plan->steps, 8.3), ends, fallback);
    }
    sums.print(std::string("rules, ") + file);
  }
  all.print("rules, all");
  skill.print("rules, joined to at most 12.6 steps");
  fallback.print("rules, joined to at most 8.3 steps");
}

struct Recorded {
  Problem problem;
  Trace trace;
  std::vector<std::size_t> ends;
  std::vector<ReplyLine> lines;
  std::string path;
  std::string reply;
};

// The recorded plans with their traces; units are numbered from 0 in them.
std::vector<Recorded> recorded_plans(const Bench& bench) {
  std::vector<Recorded> plans;
  std::map<std::string, std::map<std::string, Json>> files;
  for (const Json& row : rows_of(bench.data / "teacher_plans/plans.jsonl")) {
    const std::string file = row.at("file");
    if (!files.contains(file)) files[file] = by_id(bench.data / file);
    const Json& source = files[file].at(row.at("id").get<std::string>());
    Recorded plan{problem_of(source), trace_of(source), row.at("units_end"), {},
                  row.at("path"),     row.at("reply")};
    const UnitNumbers units{0, plan.ends.size()};
    auto lines = teacher::read_reply(plan.reply, units);
    if (!lines) {
      std::printf("%s does not parse: %s\n", plan.problem.id.c_str(), lines.error().detail.c_str());
      continue;
    }
    plan.lines = *std::move(lines);
    plans.push_back(std::move(plan));
  }
  return plans;
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c)) out += c;
  }
  return out;
}

// The recorded spans count from where the recorder saw the reasoning begin: right after the opening
// marker, or after the white space behind it; at its end white space may be left out.
std::string recorded_reasoning(const Recorded& plan) {
  std::string text = plan.trace.response.substr(0, plan.trace.response.find("</think>"));
  const std::size_t open = text.find("<think>");
  if (open != std::string::npos) text = text.substr(open + 7);
  const std::size_t size = plan.ends.back();
  if (text.size() != size) text.erase(0, text.find_first_not_of(" \t\r\n"));
  text.resize(size, ' ');
  return text;
}

std::vector<Step> in_short_words(std::vector<Step> steps) {
  for (Step& step : steps) step.said = path::short_skill(step.skill);
  return steps;
}

void recorded(const Bench& bench) {
  Sums sums;
  Sums short_words;
  std::size_t same = 0;
  std::size_t shown = 0;
  std::map<std::string, int> verdicts;
  const std::vector<Recorded> plans = recorded_plans(bench);
  std::string rows;
  for (const Recorded& item : plans) {
    const UnitNumbers units{0, item.ends.size()};
    const std::string reasoning = recorded_reasoning(item);
    Trace trace = item.trace;
    trace.response = "<think>" + reasoning + "</think>" + std::string(item.trace.answer_text());
    trace.reasoning = {7, 7 + reasoning.size()};
    trace.answer = {trace.reasoning.end + 8, trace.response.size()};
    Plan plan;
    plan.steps = teacher::steps_of(item.lines, item.ends, units);
    add(bench, reasoning, plan.steps, item.ends, sums);
    add(bench, reasoning, in_short_words(plan.steps), item.ends, short_words);
    const auto applied = path::apply_plan(reasoning, plan, {path::Seams::kVerbatim});
    const bool equal = applied && squeezed(applied->reasoning) == squeezed(item.path);
    same += equal ? 1 : 0;
    const PrunedPath path = prune::prune_trace(
        item.problem, trace, plan, {},
        [&bench](std::string_view text) { return static_cast<std::int64_t>(bench.count(text)); });
    const std::string reason =
        path.accepted() ? "accepted" : std::string(enum_name(path.rejection->reason));
    ++verdicts[reason];
    rows += "| " + item.problem.id + " | " + (equal ? "same" : "differs") + " | " + reason +
            (path.completed ? ", completed" : "") + " | " +
            (path.accepted() ? "" : path.rejection->detail) + " |\n";
    ++shown;
  }
  sums.print("24 recorded plans of a capable teacher, its own words for skills");
  short_words.print("the same in the prompt's words for skills");
  std::printf(
      "\n## Recorded replies: %zu of 24 parse, %zu of %zu give their recorded path\n"
      "| trace | path | gates | what they see |\n|---|---|---|---|\n%s\n",
      plans.size(), same, shown, rows.c_str());
  for (const auto& [reason, n] : verdicts) std::printf("%s %d\n", reason.c_str(), n);
}

int run(int count, char** arguments) {
  Bench bench;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--model" && i + 1 < count) {
      bench.student = llm::load_llama_student(arguments[++i]);
    } else {
      bench.data = argument;
    }
  }
  if (bench.data.empty() || !bench.student) {
    std::fprintf(stderr, "usage: protocol_bench DATA --model MODEL.gguf\n");
    return 2;
  }
  std::printf(
      "## Output against the reasoning's tokens\n"
      "| plans | traces | units | steps | reasoning | split part | whole reply | re-typed |\n"
      "|---|---|---|---|---|---|---|---|\n");
  economy_of_rules(bench);
  recorded(bench);
  return 0;
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  try {
    return drp::run(count, arguments);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "protocol_bench: %s\n", problem.what());
    return 1;
  }
}
