// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "records/evaluation.h"
#include "records/likelihood.h"
#include "records/model_spending.h"
#include "records/path.h"
#include "records/plan.h"
#include "records/problem.h"
#include "records/trace.h"
#include "report/stream.h"

namespace drp::report {

// A line of the "how it was made" table: student, teacher, seed, machine, program version, data.
struct Fact {
  std::string name;
  std::string value;
};

struct StageTime {
  std::string stage;
  double seconds = 0;
  std::string note;
};

// How many things were left at a point of the run: problems, traces, right traces, training rows.
struct FlowCount {
  std::string name;
  std::int64_t count = 0;
};

struct RejectionCount {
  std::string stage;
  Reason reason = Reason::kBadPlan;
  std::int64_t count = 0;
};

// One trace with what became of it. `plan` is absent where none was made.
struct PrunedExample {
  Problem problem;
  Trace trace;
  std::optional<Plan> plan;
  PrunedPath path;
};

struct GradedResponse {
  Scored scored;
  Trace trace;
};

// One held-out problem with the response of each arm.
struct HeldOutExample {
  Problem problem;
  std::vector<GradedResponse> responses;
};

// What a paid model was asked for one purpose.
struct CallSpending {
  std::string stage;  // of the run: "decompose"
  std::string call;   // within it: "plan", "look", "synthesis"
  ModelSpending spent;
};

// The account of models that are paid by the call.
struct Spending {
  std::vector<CallSpending> calls;
  std::optional<double> usd_max;           // the caps, where there were any
  std::optional<std::int64_t> tokens_max;  // prompt and completion
  std::vector<std::string> unknown;        // rows of the sendings whose outcome is unknown
};

struct ReportOptions {
  // plotly.min.js, copied into the page; without it the page draws plainer charts of its own.
  std::optional<std::filesystem::path> plotly_js;
  // Limit on what each of the page's two browsers carries. Over it a seeded uniform sample is
  // shown, and the page says so; counts, tables and charts always cover everything.
  std::int64_t examples_max = 50000;
  // Where the page would grow over it, a browser's texts, compressed, go beside it into parts/.
  std::int64_t page_bytes_max = std::int64_t{25} << 20;
  // Of each text in the browsers; the rest is cut with a note.
  std::int64_t text_bytes_max = std::int64_t{1} << 20;
  std::uint64_t seed = 0;
};

// Everything is optional: what is absent has no section.
struct ReportInputs {
  std::string title = "DRP report";
  std::vector<Fact> facts;
  std::vector<StageTime> stages;
  std::vector<FlowCount> flow;
  std::string length_unit = "tokens";  // what lengths of traces and paths count: or characters

  // The verdict is the comparison `before` -> `after` of group "all". Groups named TAG=VALUE make
  // one table a tag; a comparison `before` -> `control` is shown beside the verdict.
  std::optional<Evaluation> evaluation;
  std::string before = "base";
  std::string after = "tuned";
  std::string control = "control";
  std::string control_note = "trained on as many unpruned right traces";

  // Each graded response of each arm: length densities and capture curves, of each set (tag "set")
  // where there are several.
  Stream<Scored> scored;
  // Limit on generated tokens; taken from the cut-off responses where absent.
  std::optional<std::int64_t> token_limit;

  // Each trace that went to pruning, rejected ones included: actions, skills, gates, rejections of
  // the stage "prune", and the trace browser.
  Stream<PrunedExample> paths;
  // Rejections of stages that `paths` does not show, such as "curate".
  std::vector<RejectionCount> rejections;
  std::vector<TrainingEvent> training;
  // How likely the student finds its paths; none judged: no section.
  std::optional<Learnability> learnability;
  // Each path of it: densities.
  Stream<PathLikelihood> likelihoods;
  // Where a paid teacher took part.
  std::optional<Spending> spending;
  // The answer browser.
  Stream<HeldOutExample> held_out;

  std::vector<std::string> warnings;
  ReportOptions options;
};

// Publishes report.json, report.md and index.html in the folder, each whole or not at all, and the
// parts/ that the page needs before it; parts of an earlier report are removed after. The folder is
// made where it does not exist. Needs memory for some 60 bytes an example of the browsers and 4 a
// scored response, not for the streams; the browsers' texts wait on the folder's disk, compressed.
// The same inputs give the same bytes. Throws Error{kIo} where a file cannot be written or
// plotly_js cannot be read, and what a stream throws.
// Gives back the verdict and the tables as text for a terminal (report/plain_text.h).
std::string write_report(const ReportInputs& inputs, const std::filesystem::path& folder);

}  // namespace drp::report
