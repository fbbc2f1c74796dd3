// SPDX-License-Identifier: Apache-2.0
#include "pipeline/explain.h"

#include <optional>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/record_log.h"

namespace drp::pipeline {
namespace {

constexpr std::size_t kNearestMax = 20000;  // ids looked at for a typo

// Each line of `text` behind `mark`.
std::string quoted(std::string_view text, std::string_view mark) {
  std::string out;
  for (const std::string_view line : split(trim(text), '\n')) {
    out += mark;
    out += line;
    out += '\n';
  }
  return out;
}

std::string_view short_action(Action action) {
  switch (action) {
    case Action::kKeep:
      return "KEEP  ";
    case Action::kDelete:
      return "DELETE";
    case Action::kSingleStepCompress:
      return "SINGLE";
    case Action::kMultiStepCompress:
      return "MULTI ";
  }
  return "";
}

std::string head(const Problem& problem, const Trace& trace, const std::optional<PrunedPath>& path,
                 const PlanOutcome& outcome) {
  std::string text = "trace     " + trace.id + "\nquestion  " + problem.question + "\nreference " +
                     problem.answer + "\n";
  if (outcome.plan) text += "teacher   " + outcome.plan->teacher + "\n";
  const std::optional<Rejection>& refused = path ? path->rejection : outcome.rejection;
  if (refused) {
    text += "verdict   rejected, " + std::string(enum_name(refused->reason)) + ": " +
            refused->detail + "\n";
  } else if (path) {
    const auto before = static_cast<double>(path->tokens_before);
    const auto after = static_cast<double>(path->tokens_after);
    text += "verdict   accepted, " + format_count(path->tokens_before) + " -> " +
            format_count(path->tokens_after);
    if (before > 0) text += " (" + format_fixed(100 * (after - before) / before, 1) + " %)";
    text += "\n";
  }
  if (outcome.plan && outcome.plan->corrected) {
    text += *outcome.plan->corrected == Corrected::kAnswer
                ? "corrected by the teacher, path and answer: the trace is wrong\n"
                : "corrected by the teacher: the path came to another answer\n";
  }
  if (path && path->completed) {
    text += "completed the path states an answer that the reasoning never came to\n";
  }
  return text;
}

std::string steps_text(const Trace& trace, const Plan& plan) {
  const std::string_view reasoning = trace.reasoning_text();
  std::string text = "\nsteps\n";
  if (plan.coverage) {
    text += "  the typed steps hold " + format_fixed(100 * *plan.coverage, 1) + " % of the words\n";
  }
  for (const std::string& note : plan.notes) text += "  " + note + "\n";
  std::size_t number = 0;
  for (const Step& step : plan.steps) {
    const std::string name = std::to_string(++number);
    text += std::string(name.size() < 4 ? 4 - name.size() : 0, ' ') + name + " ";
    text += short_action(step.action);
    if (!step.skill.empty()) text += " " + step.skill;
    if (!step.said.empty() && step.said != step.skill) text += " (\"" + step.said + "\")";
    if (!step.pass.empty()) text += " [" + step.pass + "]";
    if (!step.evidence.empty()) text += " " + step.evidence;
    text += "\n";
    if (step.span.end <= reasoning.size()) {
      text += quoted(slice(reasoning, step.span),
                     step.action == Action::kKeep ? "       = " : "       - ");
    }
    if (step.text) text += quoted(*step.text, "       + ");
  }
  return text;
}

std::string gates_text(const PrunedPath& path) {
  std::string text = "\ngates\n";
  for (const GateResult& gate : path.gates) {
    text += "  " + gate.gate + std::string(gate.gate.size() < 9 ? 9 - gate.gate.size() : 1, ' ') +
            (gate.passed ? "ok" : "NO: " + gate.detail) + "\n";
  }
  return text;
}

std::optional<std::string> nth_id(const RecordLog& traces, const std::string& number) {
  const auto wanted = parse_int(number);
  if (!wanted || *wanted < 1) return std::nullopt;
  std::optional<std::string> id;
  std::int64_t at = 0;
  traces.visit_keys([&](const std::string& key) {
    if (++at == *wanted) id = key;
  });
  return id;
}

// The id of a trace that `id` means: a trace's, a problem's, or the place of a trace.
std::string find_id(const RecordLog& traces, const std::string& id) {
  if (traces.contains(id)) return id;
  if (traces.contains(id + "/0")) return id + "/0";
  if (const auto nth = nth_id(traces, id)) return *nth;
  std::vector<std::string> known;
  traces.visit_keys([&known](const std::string& key) {
    if (known.size() < kNearestMax) known.push_back(key);
  });
  const auto near = nearest(id, known);
  const std::string size = format_count(static_cast<std::int64_t>(traces.size()));
  throw Error(ErrorKind::kUsage, "no trace '" + id + "' among " + size,
              near            ? "did you mean " + *near + "?"
              : known.empty() ? "the run has sampled nothing yet"
                              : "the first is " + known.front() + "; a number from 1 to " + size +
                                    " names a trace by its place");
}

}  // namespace

std::string explain_trace(const std::filesystem::path& folder, const std::string& id) {
  const auto log = [&folder](const char* name) {
    return folder / (std::string(name) + ".log.jsonl");
  };
  if (!std::filesystem::is_directory(folder)) {
    throw Error(ErrorKind::kUsage, "no folder '" + folder.string() + "'",
                "name the folder of a run that has pruned, such as the -o of `drp prune`");
  }
  for (const char* name : {"problems", "traces.0", "plans.0"}) {
    if (std::filesystem::exists(log(name))) continue;
    throw Error(
        ErrorKind::kUsage,
        "'" + folder.string() + "' holds no plans: there is no " + log(name).filename().string(),
        "name the folder of a run that has pruned, such as the -o of `drp prune`");
  }
  const RecordLog problems(log("problems"), "problems");
  const RecordLog traces(log("traces.0"), "traces");
  const RecordLog plans(log("plans.0"), "plans");
  const std::string trace_id = find_id(traces, id);
  const Trace trace = *traces.get<Trace>(trace_id);
  const Problem problem =
      problems.get<Problem>("train:" + trace.problem_id).value_or(Problem{trace.problem_id});
  const auto outcome = plans.get<PlanOutcome>(trace_id);
  if (!outcome) {
    throw Error(ErrorKind::kUsage, "trace '" + trace_id + "' has no plan yet",
                "run `drp prune` to its end");
  }
  std::optional<PrunedPath> path;
  if (std::filesystem::exists(log("paths.0"))) {
    path = RecordLog(log("paths.0"), "paths").get<PrunedPath>(trace_id);
  }
  std::string text = head(problem, trace, path, *outcome);
  if (outcome->plan) text += steps_text(trace, *outcome->plan);
  if (path && !path->gates.empty()) text += gates_text(*path);
  if (path && outcome->plan) {
    text += "\npath\n" + quoted(path->reasoning, "  ") + quoted(path->answer, "  ");
  } else {
    text += "\nreasoning\n" + quoted(trace.reasoning_text(), "  ");
  }
  return text;
}

}  // namespace drp::pipeline
